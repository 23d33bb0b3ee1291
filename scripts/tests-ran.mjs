/**
 * Checks that each test that docs/requirements.md names has passed, by the output of the suites: `node scripts/tests-ran.mjs LOG`.
 * Rust tests are named between back quotes, browser tests between “ and ”: the beginning of a title is enough.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(import.meta.dirname, '../docs/requirements.md'), 'utf8');
// eslint-disable-next-line no-control-regex
const log = readFileSync(process.argv[2], 'utf8').replace(/\u001b\[[0-9;]*m/g, '');

/** Names of Rust tests that passed, without their modules: `PASS [ 0.1s] (1/2) crate module::name`. */
const rust = new Set([...log.matchAll(/^\s*PASS \[.*::(\w+)$/gm)].map(([, name]) => name));
/** Titles of browser tests that passed: `ok 1 - title`, `✔ title (12ms)`. */
const titles = [...log.matchAll(/^\s*(?:ok \d+ - |✔ )(.*)$/gm)].map(([, title]) => title);

const rows = page.split('\n').filter((line) => /^\| R-\w+-\d\d \|/.test(line));
const missing = [];
for (const row of rows) {
  const number = row.slice(2, row.indexOf(' |'));
  const tests = row.slice(0, -1).split(' | ').at(-1);
  const names = [...tests.matchAll(/`(\w+_\w+)`/g)].map(([, name]) => name);
  missing.push(...names.filter((name) => !rust.has(name)).map((name) => `${number}: ${name}`));
  const browser = [...tests.matchAll(/“([^”]+)”/g)].map(([, title]) => title);
  missing.push(...browser.filter((title) => !titles.some((ran) => ran.includes(title))).map((title) => `${number}: “${title}”`));
}
for (const line of missing) console.error(`named in docs/requirements.md and not passed: ${line}`);
console.error(`${rows.length} requirements, ${missing.length} tests of theirs that did not pass`);
process.exitCode = rows.length > 0 && missing.length === 0 ? 0 : 1;
