/** Every page for everyone: axe-core, reflow at three widths, light and dark, and the keyboard. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { axeViolations, islandsReady, launch, open, overflow } from './support/browser.mjs';
import { BIG, PRIVATE_PAGES, PUBLIC_PAGES } from './support/pages.mjs';
import { PORTALS, startPortals } from './support/portal.mjs';
import { signIn } from './support/steps.mjs';
import { WORDS } from './support/words.mjs';

const WIDTHS = [1280, 375, 320];
const SCHEMES = ['light', 'dark'];

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

/** Everything wrong with the page that is open, at each width and in each scheme. */
async function faults(page, widths, schemes) {
  const found = [];
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      const here = `${colorScheme} ${width}`;
      found.push(...(await axeViolations(page)).map((fault) => `${here}: ${fault}`));
      found.push(...(await overflow(page)).map((fault) => `${here}: ${fault}`));
    }
  }
  return found;
}

/** Icons that a page asks for and the sprite lacks. */
async function missingIcons(page) {
  return page.evaluate(async () => {
    const uses = [...document.querySelectorAll('use[href]')].map((use) => use.getAttribute('href').split('#'));
    const missing = [];
    for (const file of new Set(uses.map(([path]) => path))) {
      const sprite = new DOMParser().parseFromString(await (await fetch(file)).text(), 'image/svg+xml');
      for (const [path, id] of uses) if (path === file && sprite.getElementById(id) === null) missing.push(`no icon ${id}`);
    }
    return missing;
  });
}

/** Opens a page, waits for its islands, and lists what is wrong with it. */
async function check(page, url, widths = WIDTHS, schemes = SCHEMES) {
  await page.goto(url);
  await islandsReady(page);
  assert.match(await page.locator('html').getAttribute('lang'), /^(fr|en|eu)$/);
  assert.notEqual(await page.title(), '');
  assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, 'one h1');
  assert.equal(await page.getByRole('main').count(), 1, 'one main');
  return [...(await missingIcons(page)), ...(await faults(page, widths, schemes))];
}

for (const [name, path] of Object.entries(PUBLIC_PAGES)) {
  test(`the ${name} page has no fault at any width, light and dark`, async () => {
    const { context, page } = await open(browser);
    assert.deepEqual(await check(page, demo.url('orleans', path)), []);
    await context.close();
  });
}

/** One visible button of each kind on the page, as places to point at. */
async function kindsOfButtons(page) {
  const buttons = await page.locator('.button, button').filter({ visible: true }).all();
  const kinds = new Map();
  for (const button of buttons) {
    if (!(await button.isEnabled())) continue;
    const kind = (await button.getAttribute('class')) ?? '';
    if (!kinds.has(kind)) kinds.set(kind, button);
  }
  return kinds;
}

test('buttons can be read while they are pointed at, light and dark', async () => {
  const { context, page } = await open(browser, { reducedMotion: 'reduce' });
  await signIn(page, demo, 'mauges', 'fr');
  const found = [];
  const seen = new Set();
  for (const path of ['/backoffice/audience/', '/backoffice/cookies/', '/explore/dataset/communes-de-france/export/', '/explore/']) {
    await page.goto(demo.url('mauges', path));
    await islandsReady(page);
    for (const [kind, button] of await kindsOfButtons(page)) {
      seen.add(kind);
      await button.hover();
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        found.push(...(await axeViolations(page)).map((fault) => `${path} ${colorScheme} ${kind}: ${fault}`));
      }
    }
  }
  assert.deepEqual(found, []);
  assert.ok([...seen].some((kind) => kind.includes('button--secondary')), 'a secondary button was pointed at');
  await context.close();
});

test('the pages for those who have signed in have no fault', async () => {
  const { context, page } = await open(browser);
  await signIn(page, demo, 'orleans', 'fr');
  const found = [];
  for (const [name, path] of Object.entries(PRIVATE_PAGES)) {
    found.push(...(await check(page, demo.url('orleans', path))).map((fault) => `${name}: ${fault}`));
  }
  assert.deepEqual(found, []);
  await context.close();
});

test('the page that lists the portals has no fault', async () => {
  const { context, page } = await open(browser);
  assert.deepEqual(await check(page, demo.index), []);
  await context.close();
});

for (const portal of Object.keys(PORTALS).filter((name) => name !== 'orleans')) {
  test(`the colours and texts of ${portal} have no fault`, async () => {
    const { context, page } = await open(browser, { locale: portal === 'saint-jean-de-luz' ? 'eu-ES' : 'en-GB' });
    const found = [];
    for (const path of [PUBLIC_PAGES.home, PUBLIC_PAGES.catalogue, PUBLIC_PAGES.table, PUBLIC_PAGES.charter, PUBLIC_PAGES.login]) {
      found.push(...(await check(page, demo.url(portal, path), [1280, 320])).map((fault) => `${path}: ${fault}`));
    }
    assert.deepEqual(found, []);
    await context.close();
  });
}

test('the pages have no fault without scripts either', async () => {
  const { context, page } = await open(browser, { javaScriptEnabled: false, viewport: { width: 320, height: 900 } });
  for (const path of Object.values(PUBLIC_PAGES)) {
    await page.goto(demo.url('orleans', path));
    assert.deepEqual(await overflow(page), [], path);
    const idle = page.locator('button:visible').filter({ hasNot: page.locator('xpath=ancestor::form') });
    for (const button of await idle.all()) {
      const inForm = await button.evaluate((element) => element.form !== null);
      assert.ok(inForm, `a button that does nothing without scripts: ${path} ${await button.innerText()}`);
    }
  }
  await context.close();
});

/** What has the focus: its role or tag, its name, and whether it can be seen. */
function focused(page) {
  return page.evaluate(() => {
    const outer = document.activeElement;
    if (outer === null || outer === document.body) return null;
    // The documents of services stand in frames of our own.
    const inner = outer.contentDocument?.activeElement;
    if (outer.tagName === 'IFRAME' && (inner === null || inner === undefined || inner === outer.contentDocument.body)) return { key: 'IFRAME', marked: true, covered: false };
    const element = inner ?? outer;
    const box = element.getBoundingClientRect();
    // A ring may be drawn by the element, its overlay, or the box around it that shows the focus within.
    const around = [element.parentElement, element.parentElement?.parentElement].filter((box) => box?.matches(':focus-within'));
    const styles = [getComputedStyle(element), getComputedStyle(element, '::after'), ...around.map((box) => getComputedStyle(box))];
    const top = element.ownerDocument.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
      key: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40)} ${element.id}`,
      marked: styles.some((style) => style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2),
      covered: top !== null && !element.contains(top) && !top.contains(element) && !top.closest('label')?.control?.isSameNode(element),
    };
  });
}

for (const name of ['home', 'catalogue', 'table', 'charter', 'login']) {
  test(`the keyboard walks through the ${name} page, always seen, never trapped`, async () => {
    const { context, page } = await open(browser);
    await page.goto(demo.url('orleans', PUBLIC_PAGES[name]));
    await islandsReady(page);
    const stops = await page.evaluate(() => {
      const inside = [...document.querySelectorAll('iframe')].map((frame) => frame.contentDocument).filter((inner) => inner !== null);
      const reachable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex="0"]';
      return [document, ...inside].reduce((sum, held) => sum + held.querySelectorAll(reachable).length, 0);
    });
    await page.keyboard.press('Tab');
    const first = await focused(page);
    assert.match(first.key, WORDS.fr.skip, 'the first stop skips to the contents');
    const faulty = [];
    let current = first;
    let steps = 0;
    while (current !== null && steps <= stops + 2) {
      if (!current.marked) faulty.push(`not marked: ${current.key}`);
      if (current.covered) faulty.push(`covered: ${current.key}`);
      await page.keyboard.press('Tab');
      current = await focused(page);
      steps += 1;
    }
    assert.deepEqual(faulty, []);
    assert.ok(steps <= stops + 2, 'the focus leaves the page at its end');
    await context.close();
  });
}

test('the skip link leads to the contents', async () => {
  const { context, page } = await open(browser);
  await page.goto(demo.url('orleans', '/explore/'));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.ok(await page.evaluate(() => document.querySelector('main:target, :target > main, main :target, main') !== null && location.hash !== ''));
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.activeElement.closest('main') !== null));
  await context.close();
});

test('a table keeps its headers for assistive technology', async () => {
  const { context, page } = await open(browser);
  await page.goto(demo.url('orleans', `/explore/dataset/${BIG}/table/`));
  const table = page.getByRole('table').first();
  assert.ok((await table.getByRole('columnheader').count()) > 5);
  assert.equal(await table.locator('thead th:not([scope])').count(), 0);
  assert.equal(await table.locator('caption').count(), 1);
  await context.close();
});
