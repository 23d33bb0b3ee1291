import { expect, test } from 'vitest';

import { cookieDomains, cookieName, cookiePaths, lists, matches, readDeclared } from './names.ts';

test('a pattern stands for whole names only', () => {
  expect(matches('_ga', '_ga')).toBe(true);
  expect(matches('_ga', '_gat')).toBe(false);
  expect(matches('_ga_*', '_ga_A1')).toBe(true);
  expect(matches('_ga_*', 'x_ga_A1')).toBe(false);
  expect(matches('_pk_id.*', '_pk_idx1')).toBe(false);
  expect(matches('a*b*c', 'a1b2c')).toBe(true);
  expect(matches('a*b*c', 'a1c')).toBe(false);
  expect(lists({ cookie: ['a', 'b*'] }, 'cookie', 'b1')).toBe(true);
  expect(lists({ cookie: ['a'] }, 'local_storage', 'a')).toBe(false);
});

test('what cannot be read declares nothing', () => {
  for (const text of [null, undefined, '', 'x', '{}', '[]']) {
    expect(readDeclared(text)).toEqual({ always: {}, services: {} });
  }
});

test('the name of a cookie is what stands before the first equals sign', () => {
  expect(cookieName('a=b=c; Path=/')).toBe('a');
  expect(cookieName(' a = b')).toBe('a');
  expect(cookieName('a; Path=/x=y')).toBe('');
});

test('a cookie may hide under each path and domain above', () => {
  expect(cookiePaths('/')).toEqual(['/']);
  expect(cookiePaths('/a/b')).toEqual(['/', '/a', '/a/', '/a/b']);
  expect(cookieDomains('x.ville.example')).toEqual(['x.ville.example', 'ville.example']);
  expect(cookieDomains('localhost')).toEqual([]);
  expect(cookieDomains('127.0.0.1')).toEqual([]);
  expect(cookieDomains('[::1]')).toEqual([]);
});
