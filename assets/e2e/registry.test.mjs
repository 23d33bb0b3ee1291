/** The registry in the back office, and the charter that follows from it, as an administrator without scripts sees them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, open } from './support/browser.mjs';
import { startPortals } from './support/portal.mjs';
import { signIn } from './support/steps.mjs';

let browser, demo;
before(async () => {
  [browser, demo] = await Promise.all([launch(), startPortals()]);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const TEXTS = {
  fr: {
    tab: 'Cookies',
    declare: 'Déclarer un élément',
    name: 'Nom',
    provider: 'Prestataire',
    necessary: 'Strictement nécessaire',
    use: 'Usage nécessaire',
    balancing: 'Répartition de charge',
    reason: 'Motif de la révision',
    publish: 'Publier',
    edit: (name) => `Modifier ${name}`,
    retire: 'Retirer',
  },
  en: {
    tab: 'Cookies',
    declare: 'Declare an entry',
    name: 'Name',
    provider: 'Provider',
    necessary: 'Strictly necessary',
    use: 'Necessary use',
    balancing: 'Load balancing',
    reason: 'Reason for the revision',
    publish: 'Publish',
    edit: (name) => `Edit ${name}`,
    retire: 'Retire',
  },
};

const names = (page) =>
  page
    .getByRole('table')
    .first()
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => row.cells[2].innerText.trim()));

for (const language of ['fr', 'en']) {
  test(`what an administrator declares is in the charter until it is retired, without scripts, in ${language} (R-REG-04)`, async () => {
    const words = TEXTS[language];
    const cookie = `route-${language}`;
    const { context, page } = await open(browser, { javaScriptEnabled: false, locale: language });
    const charter = demo.url('ris-orangis', '/terms/cookies-policy/');
    await signIn(page, demo, 'ris-orangis', language);
    await page.goto(demo.url('ris-orangis', '/backoffice/'));
    await page.getByRole('main').getByRole('link', { name: words.tab }).click();
    await page.getByRole('link', { name: words.declare }).click();
    await page.getByLabel(words.name, { exact: true }).fill(cookie);
    await page.getByLabel(words.provider, { exact: true }).fill('La ville');
    await page.locator('#field-service_fr').fill('Répartition de charge');
    await page.locator('#field-purpose_fr').fill('Servir les pages');
    await page.getByLabel(words.necessary, { exact: true }).check();
    await page.getByLabel(words.use).selectOption({ label: words.balancing });
    await page.getByLabel(words.reason).fill('Deux serveurs');
    await page.getByRole('button', { name: words.publish }).click();
    await page.locator('.alert--success').waitFor();
    await page.goto(charter);
    assert.ok((await names(page)).includes(cookie));
    await page.goto(demo.url('cesson', '/terms/cookies-policy/'));
    assert.ok(!(await names(page)).includes(cookie), 'on the portal concerned only');
    await page.goto(demo.url('ris-orangis', '/terms/cookies-policy/history/'));
    await page.getByText('Deux serveurs').first().waitFor();
    await page.goto(demo.url('ris-orangis', '/backoffice/cookies/'));
    await page.getByRole('link', { name: words.edit(cookie) }).click();
    await page.getByRole('button', { name: words.retire }).click();
    await page.locator('.alert--success').waitFor();
    await page.goto(charter);
    assert.ok(!(await names(page)).includes(cookie));
    await context.close();
  });
}
