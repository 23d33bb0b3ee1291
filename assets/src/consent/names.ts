/** What the portal's registry lets scripts write, as the page states it in `<meta name="declared">`. */

/** Where scripts can leave something. The words are the registry's. */
export const KINDS = ['cookie', 'local_storage', 'session_storage', 'indexed_db', 'cache_api'] as const;
export type Kind = (typeof KINDS)[number];

/** Names, or patterns in which `*` stands for any characters, by kind. */
export type Names = Partial<Record<Kind, readonly string[]>>;

/** What may be written without asking, and what each service may write once the visitor agreed to it. */
export interface Declared {
  always: Names;
  services: Record<string, Names>;
}

const NOTHING: Declared = { always: {}, services: {} };

/** Whether `name` as a whole is `pattern`, or one of the names it stands for. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}

/** Whether `names` list `name`. */
export function lists(names: Names, kind: Kind, name: string): boolean {
  return (names[kind] ?? []).some((pattern) => matches(pattern, name));
}

/** Reads the statement; a page without one, or with one that cannot be read, declares nothing. */
export function readDeclared(content: string | null | undefined): Declared {
  if (content === null || content === undefined || content === '') return NOTHING;
  try {
    const value = JSON.parse(content) as Partial<Declared>;
    return { always: value.always ?? {}, services: value.services ?? {} };
  } catch {
    return NOTHING;
  }
}

/** The name of the cookie that a script sets by `document.cookie = text`. */
export function cookieName(text: string): string {
  const pair = text.split(';', 1)[0] ?? '';
  const at = pair.indexOf('=');
  return (at < 0 ? '' : pair.slice(0, at)).trim();
}

/** The paths under which a cookie seen at `pathname` may have been set, the shortest first. */
export function cookiePaths(pathname: string): string[] {
  const paths = ['/'];
  for (let at = pathname.indexOf('/', 1); at > 0; at = pathname.indexOf('/', at + 1)) {
    paths.push(pathname.slice(0, at), pathname.slice(0, at + 1));
  }
  if (!pathname.endsWith('/')) paths.push(pathname);
  return paths;
}

/** `host` and each domain above it that has two labels or more; none for a bare name or an address in numbers. */
export function cookieDomains(host: string): string[] {
  if (/[:[\]]|^[\d.]+$/.test(host)) return [];
  const labels = host.split('.');
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}
