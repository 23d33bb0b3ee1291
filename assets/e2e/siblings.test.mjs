/** What a hostile host under the same parent domain can do to a portal with cookies (R-TEN-08, R-CSRF-09, R-BAD-02). */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, open } from './support/browser.mjs';
import { PARENT, startNeighbour } from './support/neighbour.mjs';
import { BIG } from './support/pages.mjs';
import { startPortals } from './support/portal.mjs';
import { savePreferences, signIn } from './support/steps.mjs';
import { WORDS } from './support/words.mjs';

const LUZ = 'saint-jean-de-luz';
const OURS = ['sessionid', 'csrftoken', 'cookies_preferences', 'django_language'];
const TABLE = `/explore/dataset/${BIG}/table/`;

let demo;
let browser;
let neighbour;

before(async () => {
  [demo, browser, neighbour] = [await startPortals(), await launch(), await startNeighbour()];
});

after(async () => {
  await browser?.close();
  await neighbour?.stop();
  await demo?.stop();
});

/** Has the browser visit the neighbour, which plants cookies for the parent. They are there afterwards. */
async function plant(context, page, cookies) {
  // A browser takes 256 KiB of headers in one answer.
  for (let at = 0; at < cookies.length; at += 50) await page.goto(neighbour.plant(cookies.slice(at, at + 50)));
  assert.ok((await planted(context)).length > 0, 'the browser takes cookies for the parent');
}

/** The cookies of the parent domain that the browser holds. */
async function planted(context) {
  return (await context.cookies()).filter(({ domain }) => domain === `.${PARENT}`);
}

async function own(context, name) {
  return (await context.cookies()).find((cookie) => cookie.name === name && cookie.domain === `${LUZ}.${PARENT}`)?.value;
}

/** Opens an address and answers what the visitor sees: status, whether somebody is signed in, and the language. */
async function visit(page, path) {
  const response = await page.goto(demo.url(LUZ, path));
  const signedIn = (await page.getByRole('banner').getByRole('link', { name: /Se déconnecter|Sign out|Saioa itxi/ }).count()) > 0;
  return { status: response.status(), signedIn, lang: await page.locator('html').getAttribute('lang') };
}

/** The visitor's own language cookie, as the portal sets it. */
async function chooseEnglish(page) {
  await page.goto(demo.url(LUZ, '/i18n/'));
  await page.getByRole('main').getByRole('button', { name: 'English' }).click();
  await page.locator('html[lang=en]').waitFor();
}

test('a copy of each cookie that a neighbour plants, in both orders, is doubted once and then gone', async () => {
  const { context, page } = await open(browser);
  await signIn(page, demo, LUZ, 'fr');
  await page.goto(demo.url(LUZ));
  await savePreferences(page, 'fr');
  await chooseEnglish(page);
  const mine = Object.fromEntries(await Promise.all(OURS.map(async (name) => [name, await own(context, name)])));
  for (const name of OURS) {
    // At the same path the older one comes first, and that is the visitor's; a longer path comes before it.
    for (const path of ['/', '/explore', '/explore/dataset/']) {
      await plant(context, page, [{ name, value: 'planted', path }]);
      const seen = await visit(page, TABLE);
      const told = `${name} at ${path}`;
      assert.equal(seen.status, 200, told);
      assert.equal(seen.signedIn, name !== 'sessionid', `${told}: a doubtful session is none`);
      assert.equal(seen.lang, name === 'django_language' ? 'fr' : 'en', `${told}: a doubtful language is none`);
      assert.deepEqual(await planted(context), [], `${told}: the browser is healed`);
      assert.equal(await own(context, name), mine[name], `${told}: what is the visitor's stays`);
      assert.deepEqual(await visit(page, TABLE), { status: 200, signedIn: true, lang: 'en' }, `${told}: all is well again`);
    }
  }
  await context.close();
});

test('cookies that were planted before the first visit are never taken over, and hinder nobody', async () => {
  for (const path of ['/', '/login', '/backoffice']) {
    const { context, page } = await open(browser);
    const forged = { sessionid: 'a'.repeat(32), csrftoken: 'B'.repeat(32), cookies_preferences: 'v1.forged.1.20000.receipt.mac', django_language: 'xx' };
    await plant(context, page, OURS.map((name) => ({ name, value: forged[name], path })));
    assert.deepEqual(await visit(page, '/'), { status: 200, signedIn: false, lang: 'fr' }, path);
    await signIn(page, demo, LUZ, 'fr');
    await page.goto(demo.url(LUZ, '/backoffice/'));
    assert.equal(new URL(page.url()).pathname, '/backoffice/', `${path}: signed in at once`);
    const id = await own(context, 'sessionid');
    assert.ok(id !== undefined && id !== forged.sessionid, 'an id that somebody else chose is never taken over');
    await page.goto(demo.url(LUZ));
    await savePreferences(page, 'fr');
    assert.ok((await own(context, 'cookies_preferences')).startsWith('v1.'));
    assert.deepEqual(await visit(page, '/'), { status: 200, signedIn: true, lang: 'fr' }, path);
    await context.close();
  }
});

test('a form that is sent with planted cookies changes nothing, and passes at the next try', async () => {
  for (const name of ['csrftoken', 'sessionid']) {
    const { context, page } = await open(browser);
    await signIn(page, demo, LUZ, 'fr');
    // Whatever the page still asked for would heal the browser before the form is sent.
    await page.goto(demo.url(LUZ, '/i18n/'), { waitUntil: 'networkidle' });
    const other = await context.newPage();
    await plant(context, other, [{ name, value: 'c'.repeat(32) }]);
    const choose = async () => {
      const [response] = await Promise.all([
        page.waitForResponse((candidate) => candidate.url().includes('/i18n/setlang/')),
        page.getByRole('main').getByRole('button', { name: 'English' }).click(),
      ]);
      return response.status();
    };
    assert.equal(await choose(), 403, name);
    assert.equal(await own(context, 'django_language'), undefined, 'nothing was changed');
    assert.deepEqual(await planted(context), [], 'the refusal heals the browser');
    await page.goto(demo.url(LUZ, '/i18n/'));
    assert.equal(await choose(), 302, name);
    assert.equal(await own(context, 'django_language'), 'en');
    await context.close();
  }
});

test('a neighbour that knows a good pair of cookie and token still sends no form', async () => {
  const thief = await open(browser);
  await thief.page.goto(demo.url(LUZ, '/i18n/'));
  const token = await thief.page.locator('input[name=csrfmiddlewaretoken]').first().inputValue();
  const secret = await own(thief.context, 'csrftoken');
  await thief.context.close();
  const { context, page } = await open(browser);
  await plant(context, page, [{ name: 'csrftoken', value: secret }]);
  const form = neighbour.page(`<!doctype html><title>form</title><form method="post" action="${demo.url(LUZ, '/i18n/setlang/')}">
    <input name="csrfmiddlewaretoken" value="${token}"><input name="language" value="en"><input name="next" value="/"><button>Send</button></form>`);
  await page.goto(form);
  const [response] = await Promise.all([
    page.waitForResponse((candidate) => candidate.url().includes('/i18n/setlang/')),
    page.getByRole('button', { name: 'Send' }).click(),
  ]);
  assert.equal(response.status(), 403);
  assert.equal(await own(context, 'django_language'), undefined);
  await context.close();
});

test('two hundred cookies that push ours out leave the portal usable', async () => {
  const { context, page } = await open(browser);
  await signIn(page, demo, LUZ, 'fr');
  for (const count of [50, 120, 200]) {
    await plant(context, page, Array.from({ length: count }, (_, at) => ({ name: `flood${count}_${at}`, value: 'x' })));
    const kept = (await own(context, 'sessionid')) !== undefined;
    assert.deepEqual(await visit(page, TABLE), { status: 200, signedIn: kept, lang: 'fr' }, `${count} cookies`);
  }
  if ((await own(context, 'sessionid')) === undefined) await signIn(page, demo, LUZ, 'fr');
  assert.equal((await visit(page, '/account/')).signedIn, true);
  await context.close();
});

test('a bomb of our own names is explained, and gone at the next request', async () => {
  const { context, page } = await open(browser);
  await signIn(page, demo, LUZ, 'fr');
  const paths = ['/', '/explore', '/explore/dataset/'];
  await plant(context, page, OURS.flatMap((name) => paths.map((path) => ({ name, value: 'b'.repeat(4000), path }))));
  const response = await page.goto(demo.url(LUZ, TABLE));
  assert.equal(response.status(), 431);
  await page.getByRole('heading', { name: 'Requête trop volumineuse' }).waitFor();
  assert.deepEqual(await planted(context), [], 'copies of ours are expired');
  assert.deepEqual(await visit(page, TABLE), { status: 200, signedIn: true, lang: 'fr' });
  await context.close();
});

test('a bomb of any names is explained in the visitor’s language, and one link takes it away', async () => {
  const bomb = (count, bytes) => Array.from({ length: count }, (_, at) => ({ name: `bomb${at}`, value: 'b'.repeat(bytes) }));
  for (const [cookies, locale, words] of [
    [bomb(10, 4000), 'en-GB', 'Delete the cookies of this domain now'],
    [bomb(150, 4000), 'fr-FR', 'Supprimer maintenant les cookies de ce domaine'],
    [bomb(175, 300), 'eu-ES', 'Ezabatu orain domeinu honetako cookieak'],
  ]) {
    const { context, page, seen } = await open(browser, { locale });
    await plant(context, page, cookies);
    for (const path of ['/', TABLE, '/login/']) {
      assert.equal((await page.goto(demo.url(LUZ, path))).status(), 431, path);
    }
    assert.equal(await page.evaluate(() => document.styleSheets[0].cssRules.length > 0), true, 'the page has its style');
    assert.equal((await planted(context)).length, cookies.length, 'what others set is not deleted unasked');
    await page.getByRole('link', { name: words }).click();
    await page.waitForURL(demo.url(LUZ));
    assert.deepEqual(await planted(context), []);
    assert.equal((await visit(page, TABLE)).status, 200);
    assert.deepEqual(seen.problems.filter((problem) => !problem.includes('431')), []);
    await context.close();
  }
});
