/** The audience: what a visitor does is a figure that staff find, and nothing of the visitor is in it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { axeViolations, islandsReady, launch, open, overflow } from './support/browser.mjs';
import { get } from './support/client.mjs';
import { startPortals } from './support/portal.mjs';
import { signIn } from './support/steps.mjs';
import { WORDS } from './support/words.mjs';

const PORTAL = 'mauges';
/** The words of the page, by language. */
const PAGE = {
  fr: { tab: 'Fréquentation', views: 'Pages vues', calls: 'Appels de l’API', week: /^7.jours$/, quarter: /^90.jours$/, table: /en tableau/, update: /Le (créer|mettre à jour) maintenant/ },
  en: { tab: 'Audience', views: 'Page views', calls: 'API calls', week: '7 days', quarter: '90 days', table: /as a table/, update: /(Create|Update) it now/ },
};

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

/** The number on a card. */
async function figure(page, label) {
  const card = page.locator('.stats > div').filter({ has: page.getByText(label, { exact: true }) });
  return Number((await card.locator('strong').innerText()).replace(/\D/g, ''));
}

/** The first dataset of the portal. */
async function someDataset() {
  const answer = await get(demo.url(PORTAL, '/api/explore/v2.1/catalog/datasets?limit=1'));
  return JSON.parse(answer.text).results[0].dataset_id;
}

for (const [language, scripts] of [['fr', true], ['en', false]]) {
  const words = PAGE[language];
  test(`staff find the figures of a visit by the tab of the back office in ${language}`, async () => {
    const dataset = await someDataset();
    const { context, page } = await open(browser, { locale: WORDS[language].locale, javaScriptEnabled: scripts, acceptDownloads: true });
    await signIn(page, demo, PORTAL, language);
    const look = async () => {
      await page.goto(demo.url(PORTAL, '/backoffice/'));
      await page.getByRole('main').getByRole('link', { name: words.tab, exact: true }).click();
      await page.waitForURL(/\/backoffice\/audience\/$/);
    };
    await look();
    const [views, calls] = [await figure(page, words.views).catch(() => 0), await figure(page, words.calls).catch(() => 0)];

    const visitor = await open(browser, { locale: WORDS[language].locale });
    await visitor.page.goto(demo.url(PORTAL, `/explore/dataset/${dataset}/information/`));
    await visitor.context.close();
    const address = demo.url(PORTAL, `/api/explore/v2.1/catalog/datasets/${dataset}/records?limit=1`);
    assert.equal((await get(address)).status, 200);
    assert.equal((await get(address, { 'sec-gpc': '1' })).status, 200, 'whoever objects is not counted');

    await look();
    assert.equal(await figure(page, words.views), views + 1);
    assert.equal(await figure(page, words.calls), calls + 1);
    assert.ok((await page.locator('.chart rect').count()) >= 2);

    // Periods are addresses: Back leads to the one before.
    await page.getByRole('link', { name: words.week, exact: true }).click();
    await page.waitForURL(/period=7d/);
    await page.getByRole('link', { name: words.quarter, exact: true }).click();
    await page.waitForURL(/period=90d/);
    await page.goBack();
    await page.waitForURL(/period=7d/);
    assert.equal(await figure(page, words.views), views + 1);

    const downloading = page.waitForEvent('download');
    await page.getByRole('main').getByRole('link', { name: 'CSV', exact: true }).click();
    const csv = await readFile(await (await downloading).path(), 'utf8');
    assert.match(csv, new RegExp(`,view,${dataset},.*,information,person,\\d+\r\n`));
    assert.doesNotMatch(csv, /Mozilla|127\.0\.0\.1|@/);

    await page.getByRole('button', { name: words.update }).click();
    await page.locator('.alert--success').waitFor();
    await page.getByRole('main').locator('a[href="/explore/dataset/audience/table/"]').click();
    await page.waitForURL(/\/explore\/dataset\/audience\/table\//);
    assert.equal((await get(page.url())).status, 404, 'nobody else sees it');
    await context.close();
  });

  test(`the figures have no fault in ${language}, at any width, light and dark`, async () => {
    const { context, page } = await open(browser, { locale: WORDS[language].locale });
    await signIn(page, demo, PORTAL, language);
    await page.goto(demo.url(PORTAL));
    const found = [];
    for (const period of ['7d', '12m']) {
      await page.goto(demo.url(PORTAL, `/backoffice/audience/?period=${period}`));
      await islandsReady(page);
      await page.locator('summary').filter({ hasText: words.table }).click();
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        for (const width of [1280, 375, 320]) {
          await page.setViewportSize({ width, height: 900 });
          found.push(...(await axeViolations(page)), ...(await overflow(page)));
        }
      }
    }
    assert.deepEqual(found, []);
    await context.close();
  });
}
