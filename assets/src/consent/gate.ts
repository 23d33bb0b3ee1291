/**
 * The gate in the browser (R-GATE-05): scripts of the page write no cookie and no storage that the registry does not
 * declare. What is dropped is reported to the server, which counts it. It runs before any other script of the page.
 */
import { cookieName, lists, readDeclared, type Kind, type Names } from './names.ts';

const REPORTS = '/cookies/reports/';

export const declared = readDeclared(document.querySelector<HTMLMetaElement>('meta[name="declared"]')?.content);

/** What the visitor agreed to, as the server says: until it has, nothing. */
const agreed: Names[] = [];

/** Lets scripts write what a service declares. */
export function allow(names: Names): void {
  agreed.push(names);
}

const reported = new Set<string>();

/** Whether a write may go on; one that may not is reported, once for each name on a page. */
function passes(kind: Kind, name: string): boolean {
  if (lists(declared.always, kind, name) || agreed.some((names) => lists(names, kind, name))) return true;
  const key = `${kind} ${name}`;
  if (!reported.has(key)) {
    reported.add(key);
    console.warn(`${kind} "${name}" is not declared by this site: it was not written`);
    const body = JSON.stringify({ kind, name: name.slice(0, 80) });
    void fetch(REPORTS, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body, keepalive: true }).catch(() => undefined);
  }
  return false;
}

const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');

/** Writes a cookie past the gate: to delete one. */
export function writeCookie(text: string): void {
  cookie?.set?.call(document, text);
}

function guardCookie(): void {
  if (cookie === undefined) return;
  Object.defineProperty(Document.prototype, 'cookie', {
    ...cookie,
    set(this: Document, text: unknown) {
      const value = String(text);
      if (passes('cookie', cookieName(value))) cookie.set?.call(this, value);
    },
  });
}

interface CookieStoreLike {
  set(...args: unknown[]): Promise<void>;
}

function guardCookieStore(): void {
  const prototype = (globalThis as { CookieStore?: { prototype: CookieStoreLike } }).CookieStore?.prototype;
  if (prototype === undefined) return;
  const set = prototype.set;
  prototype.set = function (this: CookieStoreLike, ...args: unknown[]) {
    const [first] = args;
    const name = typeof first === 'object' && first !== null ? (first as { name?: unknown }).name : first;
    return passes('cookie', String(name)) ? set.apply(this, args) : Promise.resolve();
  };
}

/** A storage whose undeclared keys cannot be written, neither by `setItem` nor as properties. */
function guardStorage(property: 'localStorage' | 'sessionStorage', kind: Kind): void {
  let storage: Storage;
  try {
    storage = window[property];
  } catch {
    return; // The browser refuses all storage.
  }
  const setItem = (key: unknown, value: unknown) => {
    if (passes(kind, String(key))) storage.setItem(String(key), String(value));
  };
  const guarded = new Proxy(storage, {
    get(target, key) {
      if (key === 'setItem') return setItem;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
    set(_, key, value) {
      setItem(key, value);
      return true;
    },
    defineProperty(_, key, { value }) {
      setItem(key, value);
      return true;
    },
  });
  Object.defineProperty(window, property, { configurable: false, enumerable: true, get: () => guarded });
}

/** A call that makes something with a name: refused as the browser itself refuses. */
function guardOpen<T extends object, K extends keyof T>(prototype: T | undefined, method: K, kind: Kind): void {
  if (prototype === undefined) return;
  const open = prototype[method] as unknown as (this: unknown, ...args: unknown[]) => unknown;
  prototype[method] = function (this: unknown, ...args: unknown[]) {
    if (!passes(kind, String(args[0]))) throw new DOMException('not declared by this site', 'SecurityError');
    return open.apply(this, args);
  } as unknown as T[K];
}

guardCookie();
guardCookieStore();
guardStorage('localStorage', 'local_storage');
guardStorage('sessionStorage', 'session_storage');
guardOpen(globalThis.IDBFactory?.prototype, 'open', 'indexed_db');
guardOpen(globalThis.CacheStorage?.prototype, 'open', 'cache_api');
