/** What visitors, reusers and publishers come for, from the first search to the signed request, in both languages. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { foreignHosts, islandsReady, launch, open } from './support/browser.mjs';
import { get } from './support/client.mjs';
import { BIG } from './support/pages.mjs';
import { startPortals } from './support/portal.mjs';
import { chooseLanguage, signIn, signOut } from './support/steps.mjs';
import { WORDS } from './support/words.mjs';

const API = '/api/explore/v2.1/catalog/datasets';
/** What most journeys are taken with. */
const WAYS = ['fr', 'en'].flatMap((language) => [true, false].map((scripts) => ({ language, scripts })));

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

/** A number as a page writes it, whatever separates its thousands. */
const digits = (text) => Number(/\d[\d\s  ,.]*/.exec(text)[0].replace(/\D/g, ''));

async function recordCount(page) {
  return digits(await page.locator('#table-results [data-announce]').first().innerText());
}

/** How many records the API finds. */
async function apiCount(where) {
  const query = new URLSearchParams({ limit: '0', ...(where === undefined ? {} : { where }) });
  const answer = await get(demo.url('orleans', `${API}/${BIG}/records?${query}`));
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text).total_count;
}

/** Opens the big dataset of Orléans by searching for it. */
async function findCommunes(page, words) {
  await page.goto(demo.url('orleans'));
  await page.getByRole('main').getByRole('searchbox').fill('communes');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/explore\/\?.*q=communes/);
  await page.getByRole('main').getByRole('link', { name: words.dataset }).first().click();
  await page.waitForURL(new RegExp(`/explore/dataset/${BIG}/`));
}

const tab = (page, words, name) => page.locator('nav.tabs').getByRole('link', { name: words.tabs[name] });

for (const { language, scripts } of WAYS) {
  const words = WORDS[language];
  test(`find, filter, sort and download the communes in ${language}, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const { context, page, seen } = await open(browser, { locale: words.locale, javaScriptEnabled: scripts, acceptDownloads: true });
    await findCommunes(page, words);
    await tab(page, words, 'table').click();
    await page.waitForURL(/\/table\//);
    if (scripts) await islandsReady(page);
    assert.equal(await recordCount(page), await apiCount());

    await page.goto(demo.url('orleans', `/explore/dataset/${BIG}/table/?refine.code_departement=45`));
    const filtered = await recordCount(page);
    assert.equal(filtered, await apiCount(`code_departement = '45'`));

    const sort = page.getByRole('columnheader', { name: /population/i }).getByRole('link').first();
    await sort.click();
    await page.waitForURL(/[?&]sort=/);
    await page.locator('th[aria-sort=ascending], th[aria-sort=descending]').first().waitFor();
    assert.equal(await recordCount(page), filtered, 'sorting keeps the filter');

    await tab(page, words, 'export').click();
    await page.waitForURL(/\/export\//);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /csv/i }).click()]);
    const lines = (await readFile(await download.path(), 'utf8')).replace(/^\uFEFF/, '').trimEnd().split(/\r?\n/);
    assert.equal(lines.length, filtered + 1, 'one line for each record and one for the names');
    assert.deepEqual(foreignHosts(seen, demo.host('orleans')), []);
    assert.deepEqual(seen.problems, []);
    await context.close();
  });
}

for (const language of ['fr', 'en']) {
  test(`the map of the communes is drawn in ${language} and asks nobody else`, async () => {
    const words = WORDS[language];
    const { context, page, seen } = await open(browser, { locale: words.locale });
    await findCommunes(page, words);
    await tab(page, words, 'map').click();
    await page.getByText(words.places).first().waitFor();
    await page.waitForFunction(() => Number(document.querySelector('[data-island=map]').dataset.clusters) > 3);
    const canvas = page.getByRole('region', { name: words.map });
    const before = await canvas.screenshot();
    await canvas.press('+');
    await page.waitForURL(/location=/);
    assert.notDeepEqual(await canvas.screenshot(), before, 'the canvas shows something else after zooming');
    assert.deepEqual(foreignHosts(seen, demo.host('orleans')), []);
    assert.deepEqual(seen.problems, []);
    await context.close();
  });
}

test('the list of the map follows the filters of the address', async () => {
  const { context, page } = await open(browser);
  await page.goto(demo.url('orleans', `/explore/dataset/${BIG}/map/?refine.code_departement=45`));
  await page.getByText(WORDS.fr.places).first().waitFor();
  const places = digits(await page.locator('.map-status').innerText());
  assert.ok(places > 20 && places <= (await apiCount(`code_departement = '45'`)), String(places));
  await context.close();
});

test('Back undoes a sort and a search without loading the page again', async () => {
  const { context, page } = await open(browser);
  await page.goto(demo.url('orleans', `/explore/dataset/${BIG}/table/`));
  await islandsReady(page);
  await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
  const first = page.locator('#table-results tbody tr').first();
  const initial = await first.innerText();
  await page.getByRole('columnheader', { name: /population/i }).getByRole('link').first().click();
  await page.waitForFunction((text) => document.querySelector('#table-results tbody tr').innerText !== text, initial);
  await page.goBack();
  await page.waitForFunction((text) => document.querySelector('#table-results tbody tr').innerText === text, initial);
  assert.equal(await page.evaluate(() => globalThis.sameDocument), true);
  await context.close();
});

test('the catalogue searches as one types', async () => {
  const { context, page } = await open(browser);
  await page.goto(demo.url('orleans', '/explore/'));
  await islandsReady(page);
  await page.getByRole('main').getByRole('searchbox').first().pressSequentially('communes');
  await page.waitForURL(/q=communes/);
  await page.getByRole('main').getByRole('link', { name: WORDS.fr.dataset }).first().waitFor();
  assert.notEqual((await page.locator('#live-status').textContent()).trim(), '');
  await context.close();
});

for (const scripts of [true, false]) {
  test(`the language can be changed and stays, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const { context, page } = await open(browser, { javaScriptEnabled: scripts });
    await page.goto(demo.url('orleans', '/explore/'));
    assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
    await chooseLanguage(page, 'fr', 'English');
    await page.locator('html[lang=en]').waitFor();
    await page.goto(demo.url('orleans', `/explore/dataset/${BIG}/information/`));
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await page.getByRole('heading', { level: 1, name: WORDS.en.dataset }).waitFor();
    await context.close();
  });
}

for (const { language, scripts } of WAYS) {
  const words = WORDS[language];
  test(`sign in, make a key, call the API with it and sign out in ${language}, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const { context, page, seen } = await open(browser, { locale: words.locale, javaScriptEnabled: scripts });
    await signIn(page, demo, 'orleans', language);
    await page.goto(demo.url('orleans', '/account/'));
    await page.locator('form[action="/account/api-keys/"]').getByLabel(words.keyName).fill(`essai ${language} ${scripts}`);
    await page.getByRole('button', { name: words.makeKey }).click();
    const key = (await page.locator('#new-key').innerText()).trim();
    assert.ok(key.length >= 32, 'the key is shown once');

    const api = demo.url('orleans', `${API}?limit=1`);
    const answer = await get(api, { authorization: `Apikey ${key}` });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['set-cookie'], undefined, 'an API call sets no cookie (R-SET-07)');
    const refused = await get(api, { authorization: `Apikey ${'x'.repeat(key.length)}` });
    assert.equal(refused.status, 401, 'a wrong key is refused');

    await page.goto(demo.url('orleans', '/backoffice/'));
    await page.getByRole('main').getByText(words.dataset).first().waitFor();
    await signOut(page, language);
    await page.goto(demo.url('orleans', '/account/'));
    assert.match(new URL(page.url()).pathname, /^\/login\//, 'signed out');
    assert.deepEqual(foreignHosts(seen, demo.host('orleans')), []);
    await context.close();
  });
}

test('the charter shows the four cookies of the portal, in order', async () => {
  const { context, page } = await open(browser);
  await page.goto(demo.url('orleans'));
  await page.getByRole('contentinfo').locator('a[href="/terms/cookies-policy/"]').click();
  await page.getByText('https://data.orleans-metropole.fr').first().waitFor();
  const rows = page.getByRole('table').first().locator('tbody tr');
  const names = await rows.evaluateAll((found) => found.map((row) => row.cells[2].innerText.trim()));
  assert.deepEqual(names, ['sessionid', 'django_language', 'csrftoken', 'cookies_preferences']);
  const { text } = await get(demo.url('orleans', '/terms/cookies-policy/?format=text'));
  for (const name of names) assert.match(text, new RegExp(`\t${name}\t`));
  await context.close();
});

test('the console of a dataset runs the request that it shows', async () => {
  const { context, page, seen } = await open(browser);
  await page.goto(demo.url('orleans', `/explore/dataset/${BIG}/api/`));
  await islandsReady(page);
  const form = page.locator('form[data-island=console]');
  await form.getByLabel('where').fill(`nom = 'Orléans'`);
  await form.getByRole('button', { name: WORDS.fr.send }).first().click();
  await page.locator('.console-status[data-ok=yes]').waitFor();
  const body = JSON.parse(await page.getByRole('region', { name: 'Réponse' }).innerText());
  assert.equal(body.total_count, 1);
  assert.equal(body.results[0].code_insee, '45234');
  assert.deepEqual(seen.problems, []);
  await context.close();
});

test('a wrong password says so without telling which part was wrong', async () => {
  const { context, page } = await open(browser);
  await page.goto(demo.url('orleans', '/login/'));
  await page.getByLabel(WORDS.fr.email).fill(demo.admin('orleans'));
  await page.getByLabel(WORDS.fr.password).fill('not the password');
  await page.getByRole('main').getByRole('button', { name: WORDS.fr.signIn }).click();
  await page.getByRole('alert').first().waitFor();
  assert.match(new URL(page.url()).pathname, /^\/login\//);
  await context.close();
});
