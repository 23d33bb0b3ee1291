/** The islands by themselves, under the strict content security policy, against a small server of plain pages. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { axeViolations, foreignHosts, islandsReady, launch, open } from './support/browser.mjs';
import { startFixtureServer } from './support/fixture-server.mjs';

let server;
let browser;

before(async () => {
  server = await startFixtureServer();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens a page of the fixture server, runs the journey, and checks that nothing went wrong on the way. */
async function visit(path, journey, options = {}) {
  const { context, page, seen } = await open(browser, options);
  try {
    await page.goto(server.base + path);
    if (options.javaScriptEnabled !== false) await islandsReady(page);
    await journey(page, seen);
    assert.deepEqual(seen.problems, []);
    assert.deepEqual(foreignHosts(seen, new URL(server.base).host), []);
    const stored = await context.storageState();
    assert.deepEqual(stored, { cookies: [], origins: [] }, 'nothing may be stored in the browser');
  } finally {
    await context.close();
  }
}

test('a map draws clusters, opens them on a click, and keeps its place in the address', async () => {
  await visit('/map', async (page) => {
    const map = page.locator('[data-island=map]');
    await page.getByText('600 lieux sur la carte').first().waitFor();
    await page.waitForFunction(() => Number(document.querySelector('[data-island=map]').dataset.clusters) > 5);
    const before = Number(await map.getAttribute('data-clusters'));
    await page.getByRole('button', { name: 'Zoomer', exact: true }).click();
    await page.waitForURL(/location=/);
    const zoom = () => Number(new URL(page.url()).searchParams.get('location').split(',')[0]);
    const first = zoom();
    await page.getByRole('region', { name: 'Carte des enregistrements' }).press('+');
    await page.waitForFunction((old) => Number(new URL(location.href).searchParams.get('location').split(',')[0]) > old, first);
    assert.ok(before > 5);
  });
});

test('a map opens at the place of its address', async () => {
  await visit('/map?location=10,47.9,1.9', async (page) => {
    await page.waitForFunction(() => document.querySelector('[data-island=map]').dataset.clusters === '0');
    assert.equal(new URL(page.url()).searchParams.get('location'), '10,47.9,1.9');
  });
});

test('the list of places follows the map and opens the popup with the keyboard, data shown as text', async () => {
  await visit('/map', async (page) => {
    await page.getByText('Lieux visibles sur la carte').click();
    const place = page.getByRole('button', { name: 'Ville <b>3</b>', exact: true });
    await place.focus();
    await page.keyboard.press('Enter');
    const popup = page.locator('.maplibregl-popup');
    await popup.getByText('Ville <b>3</b>', { exact: true }).waitFor();
    assert.match(await popup.innerText(), /Population\s+1\s111/);
    assert.equal(await popup.locator('b').count(), 0, 'data must not become markup');
    await page.keyboard.press('Escape');
    await popup.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Ville <b>3</b>');
  });
});

test('a map of shapes says which records have no place', async () => {
  await visit('/map?mode=shapes', async (page) => {
    await page.getByText('1 lieu sur la carte · 1 enregistrement sans position').first().waitFor();
    const box = await page.locator('.map-box canvas').boundingBox();
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator('.maplibregl-popup').getByText('Carré').waitFor();
  });
});

test('a map that gets an error shows the words of the API and can be tried again', async () => {
  const { context, page } = await open(browser);
  await page.goto(`${server.base}/map?mode=broken`);
  await page.getByRole('alert').getByText('Clause where : champ inconnu').waitFor();
  await page.getByRole('button', { name: 'Réessayer' }).click();
  await page.getByRole('alert').getByText('Clause where : champ inconnu').waitFor();
  await context.close();
});

test('a map without WebGL still lists its places', async () => {
  const { context, page } = await open(browser);
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto(`${server.base}/map`);
  await page.getByText('Ce navigateur ne sait pas dessiner la carte').waitFor();
  assert.equal(await page.locator('.map-places button').count(), 50);
  await context.close();
});

test('sorting keeps the focus, says the count, and Back brings the old order', async () => {
  await visit('/table', async (page) => {
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
    const sort = page.getByRole('link', { name: /Population/ });
    const first = page.locator('tbody td').first();
    assert.equal(await first.innerText(), '1000');
    await sort.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('columnheader', { name: 'Population ▼' }).waitFor();
    assert.equal(await first.innerText(), '23163');
    assert.match(page.url(), /sort=-population/);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.key), 'sort-population');
    assert.equal(await page.locator('#live-status').textContent(), '600 villes, page 1');
    await page.getByRole('link', { name: 'Suivante' }).click();
    await page.locator('#records').getByText('page 2').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'records', 'paging leads to the beginning of the results');
    await page.goBack();
    await page.locator('#records').getByText('page 1').waitFor();
    await page.goBack();
    await page.getByRole('columnheader', { name: 'Population ▲' }).waitFor();
    assert.equal(await page.evaluate(() => globalThis.sameDocument), true, 'the page must not have been loaded again');
  });
});

test('typing searches without losing a letter or the caret, as one step of the history', async () => {
  await visit('/table', async (page) => {
    const box = page.getByLabel('Chercher');
    await box.pressSequentially('>59');
    await page.locator('#records').getByText('11 villes').waitFor();
    await box.pressSequentially('9');
    await page.locator('#records').getByText('1 villes, page 1', { exact: true }).waitFor();
    assert.equal(await box.inputValue(), '>599');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
    assert.equal(await page.title(), 'Table >599');
    const button = page.getByRole('button', { name: 'Copier' });
    await button.waitFor();
    assert.equal(await button.getAttribute('data-copy'), '>599', 'islands in the new parts are set up too');
    await page.goBack();
    await page.locator('#records').getByText('600 villes').waitFor();
  });
});

test('a form that stays takes the new hidden fields and, on Back, its old text', async () => {
  await visit('/table', async (page) => {
    await page.getByRole('link', { name: /Population/ }).click();
    await page.waitForURL(/sort=-population/);
    const box = page.getByLabel('Chercher');
    await box.fill('>59');
    await page.locator('#records').getByText('11 villes').waitFor();
    assert.equal(new URL(page.url()).searchParams.get('sort'), '-population', 'the search keeps the order');
    assert.match(await page.getByRole('link', { name: 'Langue' }).getAttribute('href'), /sort%3D-population/);
    await page.goBack();
    await page.locator('#records').getByText('600 villes').waitFor();
    assert.equal(await box.inputValue(), '');
  });
});

test('panels stay as the reader left them, on a narrow screen too', async () => {
  await visit(
    '/table',
    async (page) => {
      await page.getByText('Filtres').click();
      await page.getByText('Ville (600)').click();
      await page.getByRole('link', { name: '7', exact: true }).click();
      await page.locator('#records').getByText('11 villes').waitFor();
      assert.ok(await page.getByRole('link', { name: '7', exact: true }).isVisible());
      assert.equal(await page.evaluate(() => document.activeElement.dataset.key), 'facet-7');
    },
    { viewport: { width: 400, height: 800 } },
  );
});

test('a middle click and another page are left to the browser', async () => {
  await visit('/table', async (page) => {
    const prevented = await page.evaluate(() => {
      const results = [];
      addEventListener('click', (event) => {
        results.push(event.defaultPrevented);
        event.preventDefault();
      });
      const link = document.querySelector('#records a');
      link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: true }));
      link.setAttribute('href', '/console');
      link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
      return results;
    });
    assert.deepEqual(prevented, [false, false]);
  });
});

test('the console runs a request and shows answer, time and code', async () => {
  await visit('/console', async (page) => {
    await page.getByLabel('where').fill(`name = 'l''été'`);
    await page.getByRole('button', { name: 'Envoyer' }).click();
    const status = page.locator('.console-status[data-ok=yes]');
    await status.waitFor();
    assert.match(await status.innerText(), /^200 OK · [\d,.]+\s(ms|s) · \d+\so$/);
    const answer = await page.getByRole('region', { name: 'Réponse' }).innerText();
    assert.equal(JSON.parse(answer).total_count, 600);
    assert.match(await page.getByRole('region', { name: 'curl' }).innerText(), /--data-urlencode 'where=name = /);
    assert.deepEqual(await axeViolations(page), []);
  });
});

test('the console shows a refusal as the API gives it', async () => {
  const { context, page } = await open(browser);
  await page.goto(`${server.base}/console`);
  await islandsReady(page);
  await page.getByRole('button', { name: 'Échouer' }).click();
  await page.locator('.console-status[data-ok=no]').getByText('400 Bad Request').waitFor();
  await page.getByRole('region', { name: 'Réponse' }).getByText('ODSQLSyntaxError').waitFor();
  await context.close();
});

test('a copy button copies and says so', async () => {
  await visit(
    '/console',
    async (page) => {
      await page.getByRole('button', { name: 'Copier la clé' }).click();
      await page.getByRole('button', { name: 'Copié' }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'clé-42');
    },
    { permissions: ['clipboard-read', 'clipboard-write'] },
  );
});

test('a disclosure follows the width of the screen, a menu shuts on Escape', async () => {
  await visit('/console', async (page) => {
    const facets = page.locator('details', { hasText: 'Facettes' });
    assert.equal(await facets.getAttribute('open'), '');
    await page.setViewportSize({ width: 400, height: 800 });
    await page.waitForFunction(() => !document.querySelector('[data-open-when]').open);
    await page.getByText('Menu', { exact: true }).click();
    await page.getByRole('link', { name: 'Lien' }).focus();
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('[data-menu]').open);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Menu');
  });
});

test('without scripts the pages keep their contents and their links', async () => {
  await visit(
    '/table',
    async (page) => {
      await page.getByRole('link', { name: 'Suivante' }).click();
      await page.locator('#records').getByText('page 2').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Copier' }).count(), 0);
    },
    { javaScriptEnabled: false },
  );
});
