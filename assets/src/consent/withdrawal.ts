/** What a refused service left in the browser is removed (R-CON-08), and scripts may write what an accepted one declares. */
import { allow, declared, writeCookie } from './gate.ts';
import { cookieDomains, cookieName, cookiePaths, lists, type Names } from './names.ts';

/** Deletes the cookies that are seen here, under each path and domain they may have been set with. */
function removeCookies(names: Names): void {
  for (const pair of document.cookie.split('; ')) {
    const name = cookieName(pair);
    if (!lists(names, 'cookie', name)) continue;
    for (const path of cookiePaths(location.pathname)) {
      for (const domain of ['', ...cookieDomains(location.hostname).map((host) => `; Domain=${host}`)]) {
        writeCookie(`${name}=; Max-Age=0; Path=${path}${domain}`);
      }
    }
  }
}

function removeKeys(property: 'localStorage' | 'sessionStorage', kind: 'local_storage' | 'session_storage', names: Names): void {
  try {
    const storage = window[property];
    const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '');
    for (const key of keys) if (lists(names, kind, key)) storage.removeItem(key);
  } catch {
    // The browser refuses all storage: there is nothing to remove.
  }
}

async function removeDatabases(names: Names): Promise<void> {
  for (const { name } of (await indexedDB.databases?.()) ?? []) {
    if (name !== undefined && lists(names, 'indexed_db', name)) indexedDB.deleteDatabase(name);
  }
  for (const name of globalThis.caches === undefined ? [] : await caches.keys()) {
    if (lists(names, 'cache_api', name)) await caches.delete(name);
  }
}

/** Asks the server which services the visitor agreed to: the signed choice is its to read (R-GATE-06). */
async function accepted(): Promise<Set<string>> {
  const response = await fetch('/cookies/state/', { headers: { Accept: 'application/json' } });
  const body = response.ok ? ((await response.json()) as { accepted?: unknown }) : {};
  return new Set(Array.isArray(body.accepted) ? body.accepted.map(String) : []);
}

/** Obeys the visitor's choice; only where a service writes in the browser by script. */
export async function obey(): Promise<void> {
  const services = Object.entries(declared.services);
  if (services.length === 0) return;
  const yes = await accepted();
  for (const [id, names] of services) {
    if (yes.has(id)) {
      allow(names);
    } else {
      removeCookies(names);
      removeKeys('localStorage', 'local_storage', names);
      removeKeys('sessionStorage', 'session_storage', names);
      await removeDatabases(names);
    }
  }
}
