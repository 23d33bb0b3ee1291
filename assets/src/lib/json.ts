/** Cuts a JSON text into coloured pieces. The text itself is never changed: joined, the pieces are the input. */

/** What a piece of JSON is. */
export type Kind = 'key' | 'string' | 'number' | 'literal' | 'plain';

/** A run of characters of one kind. */
export interface Piece {
  kind: Kind;
  text: string;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** The pieces of a JSON text, also of one that was cut short. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  const push = (kind: Kind, piece: string) => {
    if (piece === '') return;
    const last = found.at(-1);
    if (last !== undefined && last.kind === kind && kind === 'plain') last.text += piece;
    else found.push({ kind, text: piece });
  };
  for (const match of text.matchAll(TOKEN)) {
    push('plain', text.slice(at, match.index));
    const [whole, string, colon, number] = match;
    if (string !== undefined) {
      push(colon === undefined ? 'string' : 'key', string);
      push('plain', colon ?? '');
    } else push(number === undefined ? 'literal' : 'number', whole);
    at = match.index + whole.length;
  }
  push('plain', text.slice(at));
  return found;
}

/** The text of an empty object or list that starts at `at`, or nothing. */
function emptyPair(text: string, at: number): string | null {
  return /^(\{\s*\}|\[\s*\])/.exec(text.slice(at, at + 64))?.[0] ?? null;
}

/**
 * A JSON text laid out over lines, two spaces a level. It works on the text, not on parsed values, so that a number
 * of more than 53 bits stays as the server wrote it and an answer cut short is laid out as far as it goes.
 */
export function pretty(text: string): string {
  let out = '';
  let depth = 0;
  const line = () => `\n${'  '.repeat(Math.max(depth, 0))}`;
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const piece = match[0];
    if (piece === '{' || piece === '[') {
      if (emptyPair(text, match.index) !== null) {
        out += piece;
        continue;
      }
      depth += 1;
      out += piece + line();
    } else if (piece === '}' || piece === ']') {
      if (/[{[]$/.test(out)) out += piece;
      else {
        depth -= 1;
        out += line() + piece;
      }
    } else if (piece === ',') out += `,${line()}`;
    else out += piece === ':' ? ': ' : piece;
  }
  return out;
}
