/** Ready-made services that measure, and tiles, as an administrator adds them and a visitor meets them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, open } from './support/browser.mjs';
import { ownPortals } from './support/portal.mjs';
import { signIn } from './support/steps.mjs';
import { standIn } from './support/third-parties.mjs';
import { WORDS } from './support/words.mjs';

const PORTAL = 'mauges';
const EXEMPT = ['own_account', 'listed_uses', 'anonymous', 'no_cross_site', 'no_sharing', 'no_user_id', 'address_masked', 'not_extended', 'opt_out'];

let browser, demo;
before(async () => {
  [browser, demo] = await Promise.all([launch(), ownPortals()]);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Adds the service of a kind with these settings; gives what takes it away again. */
async function add(kind, settings, ticked = []) {
  const { context, page } = await open(browser, { locale: 'fr-FR' });
  await signIn(page, demo, PORTAL, 'fr');
  await page.goto(demo.url(PORTAL, `/backoffice/cookies/services/new/${kind}/`));
  for (const [name, value] of Object.entries(settings)) {
    const field = page.locator(`[name="${name}"]`).first();
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
  for (const name of ticked) await page.locator(`input[name="${name}"]`).check();
  await page.getByRole('button', { name: 'Publier' }).click();
  await page.locator('.alert--success').waitFor();
  const retire = async () => {
    await page.goto(demo.url(PORTAL, '/backoffice/cookies/'));
    await page.locator('table').first().getByRole('link', { name: /^Modifier/ }).first().click();
    await page.getByRole('button', { name: 'Retirer' }).click();
    await page.locator('.alert--success').waitFor();
    await context.close();
  };
  return retire;
}

/** A visitor; `script` is what the provider's script does. */
async function visitor(script) {
  const opened = await open(browser, { locale: 'fr-FR' });
  const asked = await standIn(opened.context, script);
  const visit = () => opened.page.goto(demo.url(PORTAL), { waitUntil: 'networkidle' });
  await visit();
  return { ...opened, asked, visit, banner: opened.page.locator('form[data-consent="banner"]') };
}

/** What a provider's script may try: cookies and storage of the portal, its page, and its own server. */
const HOSTILE = (host) => `
  for (const attempt of [
    () => { document.cookie = 'theirs=1; path=/'; },
    () => { localStorage.setItem('theirs', '1'); },
    () => { parent.document.title = 'theirs'; },
  ]) { try { attempt(); } catch {} }
  window.pa = { setConfigurations() {}, sendEvent() {} };
  fetch('https://${host}/collect', { mode: 'no-cors', credentials: 'include' }).catch(() => undefined);
  fetch('https://elsewhere.example/', { mode: 'no-cors' }).catch(() => undefined);`;

for (const { kind, settings, script, collects } of [
  { kind: 'google_analytics', settings: { measurement_id: 'G-ABCD1234' }, script: 'www.googletagmanager.com', collects: 'www.google-analytics.com' },
  { kind: 'piano', settings: { site: '123456', collection: 'log.piano.example' }, script: 'tag.aticdn.net', collects: 'log.piano.example' },
]) {
  test(`${kind} is nothing before the choice, reaches nothing of the portal after it, and stops when it is withdrawn (R-GATE-04)`, async () => {
    const retire = await add(kind, settings);
    const { context, page, asked, visit, banner } = await visitor(HOSTILE(collects));
    assert.deepEqual(asked, [], 'not even a stub');
    await banner.getByRole('button', { name: WORDS.fr.accept }).click();
    await page.locator('#consent-saved').waitFor();
    await visit();
    assert.deepEqual(asked, [script, collects], 'its own hosts, and no other');
    const cookies = (await context.cookies()).map(({ name }) => name).sort();
    assert.deepEqual(cookies, ['cookies_preferences', 'csrftoken']);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    assert.notEqual(await page.title(), 'theirs');
    await page.goto(demo.url(PORTAL, '/cookies/preferences/'));
    await page.locator('form[data-consent="panel"]').getByRole('button', { name: WORDS.fr.refuse }).click();
    await page.locator('#consent-saved').waitFor();
    asked.length = 0;
    await visit();
    assert.deepEqual(asked, []);
    await context.close();
    await retire();
  });
}

test('Matomo is asked for like any other, unless every answer of the exemption is met (R-REG-09)', async () => {
  const settings = { url: 'https://matomo.example', site_id: '4' };
  const retire = await add('matomo', settings);
  const consented = await visitor('');
  assert.deepEqual(consented.asked, []);
  assert.equal(await consented.banner.isVisible(), true);
  await consented.banner.getByRole('button', { name: WORDS.fr.accept }).click();
  await consented.page.locator('#consent-saved').waitFor();
  await consented.visit();
  assert.deepEqual(consented.asked, ['matomo.example']);
  await consented.context.close();
  await retire();
  const exempted = await add('matomo', { ...settings, cookie_days: '0', data_months: '25' }, EXEMPT);
  const exempt = await visitor('');
  assert.equal(await exempt.banner.count(), 0, 'nothing to ask');
  assert.deepEqual(exempt.asked, ['matomo.example']);
  assert.deepEqual(await exempt.context.cookies(), []);
  await exempt.context.close();
  await exempted();
});

test('tiles that the portal brings are under its map, and the visitor meets nobody (R-GATE-03)', async () => {
  const retire = await add('tiles', {
    label_fr: 'Relief',
    description_fr: 'Un fond de carte ombré.',
    provider: 'Personne',
    template: 'https://tiles.invalid/{z}/{x}/{y}.png',
    attribution: '© Personne',
    delivery: 'proxied',
  });
  const { context, page, asked, banner } = await visitor('');
  assert.equal(await banner.count(), 0, 'nothing to ask');
  await page.goto(demo.url(PORTAL, '/explore/'));
  const datasets = await page.evaluate(async () => (await (await fetch('/api/explore/v2.1/catalog/datasets?limit=50')).json()).results);
  const placed = datasets.find(({ features }) => features.includes('geo'));
  const tile = page.waitForResponse((response) => /\/tiles\/[^/]+\/\d+\/\d+\/\d+$/.test(new URL(response.url()).pathname));
  await page.goto(demo.url(PORTAL, `/explore/dataset/${placed.dataset_id}/map/`));
  await page.getByRole('navigation', { name: 'Fond de carte' }).getByRole('link', { name: 'Relief' }).click();
  // That provider does not exist, and it is the server that finds out.
  assert.equal((await tile).status(), 502);
  await page.getByText('© Personne').waitFor();
  assert.deepEqual(asked, []);
  await context.close();
  await retire();
});
