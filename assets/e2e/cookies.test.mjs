/** What the portals put in a browser: nothing on a visit, and afterwards exactly what the registry declares. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { foreignHosts, launch, open, setCookieHeaders } from './support/browser.mjs';
import { FORM_PAGES, SILENT_PAGES } from './support/pages.mjs';
import { PORTALS, startPortals } from './support/portal.mjs';
import { chooseLanguage, savePreferences, signIn, signOut } from './support/steps.mjs';
import { WORDS } from './support/words.mjs';

const DECLARED = ['sessionid', 'django_language', 'csrftoken', 'cookies_preferences'];
const DAY = 86_400;

/** Addresses that the crawl leaves alone: pages with a form, and what is no page. */
const UNCRAWLED = /^\/(login|logout|account|i18n|cookies|api|static)\//;

let demo;
let browser;

before(async () => {
  demo = await startPortals();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Attributes of a `Set-Cookie` header, names in lower case. */
function parse(header) {
  const [pair, ...rest] = header.split(/;\s*/);
  const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
  const attributes = Object.fromEntries(rest.map((part) => [part.split('=')[0].toLowerCase(), part.split('=')[1] ?? true]));
  return { name, value, attributes };
}

/** Fails unless a cookie has the attributes that the registry gives it, on a plain-http demo host. */
function assertDeclared(header) {
  const { name, attributes } = parse(header);
  assert.ok(DECLARED.includes(name), `${name} is not declared`);
  assert.equal(attributes.domain, undefined, `${name} must be host-only (R-TEN-01)`);
  assert.equal(attributes.path, '/', name);
  assert.equal(attributes.samesite, 'Lax', name);
  const longest = { sessionid: 14 * DAY, django_language: 365 * DAY, csrftoken: 364 * DAY, cookies_preferences: 184 * DAY }[name];
  assert.ok(Number(attributes['max-age']) <= longest, `${name} lives ${attributes['max-age']} s`);
  if (name === 'sessionid') assert.equal(attributes.httponly, true, 'sessionid must be HttpOnly');
}

/** What every kind of storage in the browser holds for a page. */
async function storage(page) {
  return page.evaluate(async () => ({
    cookie: document.cookie,
    local: { ...localStorage },
    session: { ...sessionStorage },
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: globalThis.caches === undefined ? [] : await caches.keys(),
    workers: (await navigator.serviceWorker?.getRegistrations?.())?.length ?? 0,
  }));
}

const NOTHING = { cookie: '', local: {}, session: {}, databases: [], caches: [], workers: 0 };

for (const portal of Object.keys(PORTALS)) {
  test(`a first visit of ${portal} sets nothing and contacts nobody else (R-SET-01)`, async () => {
    for (const [name, path] of Object.entries(SILENT_PAGES)) {
      const { context, page, seen } = await open(browser);
      await page.goto(demo.url(portal, path), { waitUntil: 'networkidle' });
      assert.deepEqual(await setCookieHeaders(seen), [], `${name} sets a cookie`);
      assert.deepEqual(await storage(page), NOTHING, `${name} stores something`);
      assert.deepEqual(await context.cookies(), [], name);
      assert.deepEqual(foreignHosts(seen, demo.host(portal)), [], `${name} contacts another host`);
      await context.close();
    }
  });
}

test('the API sets nothing, whatever it answers', async () => {
  const { context, page, seen } = await open(browser);
  const api = demo.url('orleans', '/api/explore/v2.1/catalog/');
  for (const path of ['datasets', 'datasets?limit=bad', 'datasets/communes-de-france/records?limit=1', 'facets', 'nothing-here']) {
    await page.goto(api + path);
  }
  assert.deepEqual(await setCookieHeaders(seen), []);
  await context.close();
});

test('a page with a form sets its token and nothing else (R-SET-02)', async () => {
  for (const path of Object.values(FORM_PAGES)) {
    const { context, page, seen } = await open(browser);
    await page.goto(demo.url('orleans', path));
    const headers = await setCookieHeaders(seen);
    assert.deepEqual(headers.map(({ value }) => parse(value).name), ['csrftoken'], path);
    for (const { value } of headers) assertDeclared(value);
    await context.close();
  }
});

test('signing in, choosing a language and saving a choice set the four cookies and no other', async () => {
  const { context, page, seen } = await open(browser);
  await page.goto(demo.url('orleans'));
  await savePreferences(page, 'fr');
  await signIn(page, demo, 'orleans', 'fr');
  await chooseLanguage(page, 'fr', 'English');
  await page.locator('html[lang=en]').waitFor();
  const headers = await setCookieHeaders(seen);
  for (const { value } of headers) assertDeclared(value);
  const jar = await context.cookies();
  assert.deepEqual(jar.map(({ name }) => name).sort(), [...DECLARED].sort());
  for (const cookie of jar) {
    assert.equal(cookie.domain, PORTALS.orleans, 'host-only');
    assert.equal(cookie.sameSite, 'Lax');
  }
  await signOut(page, 'en');
  const left = (await context.cookies()).map(({ name }) => name);
  assert.ok(!left.includes('sessionid'), 'signing out deletes the session');
  assert.ok(left.includes('cookies_preferences'), 'the choice survives signing out (R-SES-04)');
  await context.close();
});

test('nothing asks for consent when nothing needs it (R-SET-06)', async () => {
  const { context, page } = await open(browser);
  await page.goto(demo.url('cesson'));
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.equal(await page.getByRole('button', { name: /tout (accepter|refuser)/i }).count(), 0);
  await page.getByRole('contentinfo').getByRole('link', { name: WORDS.fr.manage }).waitFor();
  await context.close();
});

for (const scripts of [true, false]) {
  test(`a choice is kept for six months ${scripts ? 'with' : 'without'} scripts`, async () => {
    const { context, page, seen } = await open(browser, { javaScriptEnabled: scripts });
    await page.goto(demo.url('mauges'));
    await savePreferences(page, 'fr');
    const kept = (await setCookieHeaders(seen)).map(({ value }) => value).filter((value) => value.startsWith('cookies_preferences='));
    assert.equal(kept.length, 1);
    assertDeclared(kept[0]);
    const { attributes } = parse(kept[0]);
    assert.ok(Number(attributes['max-age']) >= 180 * DAY - DAY, 'six months');
    await context.close();
  });
}

test('what one portal keeps, its sibling under the same parent never gets (R-TEN-01)', async () => {
  const { context, page } = await open(browser);
  await signIn(page, demo, 'saint-jean-de-luz', 'fr');
  const sibling = `http://anglet.paysbasque.localhost:${demo.port}/`;
  const [request] = await Promise.all([page.waitForRequest(sibling), page.goto(sibling)]);
  assert.equal((await request.allHeaders()).cookie, undefined);
  await page.goto(`${sibling}account/`);
  await page.waitForURL(/\/login\//);
  await context.close();
});

test('every page can be found by following links from the home page, without setting anything', async () => {
  const { context, page, seen } = await open(browser, { javaScriptEnabled: false });
  const origin = demo.url('orleans').slice(0, -1);
  const shape = (path) => path.split('?')[0];
  const [pending, done, broken] = [['/'], new Set(), []];
  for (let path = pending.shift(); path !== undefined; path = pending.shift()) {
    if (done.has(shape(path)) || UNCRAWLED.test(path)) continue;
    done.add(shape(path));
    const response = await page.goto(origin + path);
    if (response.status() >= 400) broken.push(`${response.status()} ${path}`);
    const links = await page.locator('a[href]:not([download])').evaluateAll((found) => found.map((link) => link.href));
    for (const link of links) if (link.startsWith(`${origin}/`)) pending.push(link.slice(origin.length).split('#')[0]);
  }
  assert.deepEqual(broken, []);
  assert.deepEqual(await setCookieHeaders(seen), []);
  for (const [name, path] of Object.entries(SILENT_PAGES)) {
    if (name !== 'missing') assert.ok(done.has(shape(path)), `no link leads to ${name} (${path})`);
  }
  await context.close();
});
