/** The proof of consent: from a visitor's choice to a file that a program of somebody else verifies. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { faults } from '../../docs/verify-consent.mjs';
import { launch, open } from './support/browser.mjs';
import { get } from './support/client.mjs';
import { startPortals } from './support/portal.mjs';
import { savePreferences, signIn } from './support/steps.mjs';
import { WORDS } from './support/words.mjs';

/** The words of the page, by language. */
const PROOF = {
  fr: { tab: 'Consentement', receipt: /Numéro de reçu/, search: /Rechercher/, verify: /Vérifier tous/ },
  en: { tab: 'Consent', receipt: /Receipt/, search: /Search/, verify: /Verify all/ },
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

/** Saves a choice as a visitor, and reads the receipt off the page. */
async function choose(language, javaScriptEnabled) {
  const { context, page } = await open(browser, { locale: WORDS[language].locale, javaScriptEnabled });
  await page.goto(demo.url('cesson'));
  await savePreferences(page, language);
  const receipt = await page.locator('dl.facts code').last().innerText();
  await context.close();
  return receipt;
}

for (const [language, scripts] of [['fr', true], ['en', false]]) {
  const words = PROOF[language];
  test(`the officer finds a choice by its receipt in ${language}, ${scripts ? 'with' : 'without'} scripts`, async () => {
    const receipt = await choose(language, scripts);
    const { context, page } = await open(browser, { locale: WORDS[language].locale, javaScriptEnabled: scripts });
    await signIn(page, demo, 'cesson', language);
    await page.goto(demo.url('cesson', '/backoffice/'));
    await page.getByRole('main').getByRole('link', { name: words.tab, exact: true }).click();
    await page.getByLabel(words.receipt).fill(receipt);
    await page.getByRole('main').getByRole('button', { name: words.search }).click();
    await page.getByRole('article').getByText(receipt).waitFor();
    assert.equal(await page.getByRole('article').count(), 1);
    await page.getByRole('button', { name: words.verify }).click();
    await page.locator('.alert--success').waitFor();
    await context.close();
  });
}

test('an export verifies with a program that is not Parvis, and not once it was touched', async () => {
  const receipts = [];
  for (let number = 0; number < 4; number += 1) receipts.push(await choose('fr', true));
  const { context, page } = await open(browser, { locale: 'fr-FR', acceptDownloads: true });
  await signIn(page, demo, 'cesson', 'fr');
  await page.goto(demo.url('cesson', '/backoffice/consent/'));
  const downloading = page.waitForEvent('download');
  await page.getByRole('main').getByRole('link', { name: 'JSON', exact: true }).click();
  const text = await readFile(await (await downloading).path(), 'utf8');
  await context.close();
  const read = () => JSON.parse(text);
  const { public_key: key } = JSON.parse((await get(demo.url('cesson', '/cookies/proof.json'))).text);

  assert.deepEqual(faults(read(), key), []);
  const kept = new Set(read().records.map((record) => record.receipt));
  assert.ok(receipts.every((receipt) => kept.has(receipt)));
  assert.doesNotMatch(text, /127\.0\.0\.1|Mozilla|@/, 'neither address nor user agent nor account');

  const touches = {
    altered: (records) => { records[1].audit = !records[1].audit; },
    dropped: (records) => { records.splice(1, 1); },
    'cut at the end': (records) => { records.pop(); },
    inserted: (records) => { records.splice(1, 0, records[0]); },
    reordered: (records) => { [records[1], records[2]] = [records[2], records[1]]; },
  };
  for (const [name, touch] of Object.entries(touches)) {
    const document = read();
    touch(document.records);
    assert.notDeepEqual(faults(document, key), [], name);
  }
  const forged = read();
  forged.heads.at(-1).statement.seq += 1;
  assert.notDeepEqual(faults(forged, key), [], 'a head that was not signed');
  assert.notDeepEqual(faults(read(), 'ab'.repeat(32)), [], 'another key');
});
