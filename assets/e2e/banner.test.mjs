/** The consent gate, as a visitor meets it: banner, panel, placeholders, with and without scripts, in French and English. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { axeViolations, islandsReady, launch, open, overflow, setCookieHeaders } from './support/browser.mjs';
import { BIG } from './support/pages.mjs';
import { startPortals } from './support/portal.mjs';
import { savePreferences } from './support/steps.mjs';
import { standIn } from './support/third-parties.mjs';
import { WORDS } from './support/words.mjs';

const PLAYER = 'www.youtube-nocookie.com';
const TILES = 'data.geopf.fr';

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

/** A visitor on the portal that has a video and a layer of tiles. */
async function visitor(language, scripts, options = {}) {
  const opened = await open(browser, { locale: WORDS[language].locale, javaScriptEnabled: scripts, ...options });
  const asked = await standIn(opened.context);
  await opened.page.goto(demo.url('orleans', `/?lang=${language}`));
  const banner = opened.page.locator('form[data-consent="banner"]');
  const button = (name) => banner.getByRole('button', { name: WORDS[language][name] });
  return { ...opened, asked, banner, button, words: WORDS[language] };
}

/** Clicks, and without scripts confirms on the page that follows. */
async function answer({ page, button, words }, name, scripts) {
  await button(name).click();
  if (!scripts) await page.locator('form[data-consent="confirm"]').getByRole('button', { name: words[name] }).click();
  await page.locator('#consent-saved').waitFor();
  // The style sheet that hides the banner is in before anything is drawn, and with it the page has loaded.
  await page.waitForLoadState('load');
}

const choiceOf = async (context) => (await context.cookies()).find(({ name }) => name === 'cookies_preferences');
const frameOf = (page, service) => page.frameLocator(`iframe[src^="/embed/${service}/"]`);
const placeholder = (page, service) => frameOf(page, service).locator(`[data-consent="placeholder"][data-service="${service}"]`);

for (const language of ['fr', 'en']) {
  for (const scripts of [true, false]) {
    const how = `${language}, ${scripts ? 'with' : 'without'} scripts`;

    test(`accepting shows the services and withdrawing stops them (${how})`, async () => {
      const here = await visitor(language, scripts);
      const { context, page, asked, banner, words, seen } = here;
      await placeholder(page, 'youtube').waitFor();
      assert.deepEqual(asked, [], 'nobody is contacted before the choice');
      assert.deepEqual(await context.cookies(), [], 'and nothing is set');
      await answer(here, 'accept', scripts);
      await page.getByText(words.saved).waitFor();
      assert.equal(await banner.isVisible(), false, 'asked once');
      await frameOf(page, 'youtube').frameLocator('iframe').getByText(PLAYER).waitFor();
      assert.deepEqual(asked, [PLAYER]);
      const kept = await choiceOf(context);
      const days = (kept.expires - Date.now() / 1000) / 86_400;
      assert.ok(days > 176 && days < 184, `six months, not ${days} days`);
      await page.reload();
      assert.equal((await choiceOf(context)).expires, kept.expires, 'a visit does not prolong it (R-CON-05)');
      // Withdrawal, as easily as it was given: the foot of the page, then one button.
      await page.getByRole('contentinfo').getByRole('link', { name: words.manage }).click();
      assert.equal(await page.locator('input[name=service]:checked').count(), 2);
      await page.locator('form[data-consent="panel"]').getByRole('button', { name: words.refuse }).click();
      await page.locator('#consent-saved').waitFor();
      asked.length = 0;
      await page.goto(demo.url('orleans', `/?lang=${language}`));
      await placeholder(page, 'youtube').waitFor();
      assert.deepEqual(asked, [], 'nobody is contacted after the withdrawal');
      assert.equal(await banner.isVisible(), false, 'a refusal is kept as an agreement is');
      const names = new Set((await setCookieHeaders(seen)).map(({ value }) => value.split('=')[0]));
      assert.deepEqual([...names].sort(), ['cookies_preferences', 'csrftoken']);
      await context.close();
    });

    test(`refusing takes as many clicks, and the site works in full (${how})`, async () => {
      const here = await visitor(language, scripts);
      const { context, page, asked, banner } = here;
      await answer(here, 'refuse', scripts);
      assert.equal(await banner.isVisible(), false);
      for (const path of ['/', '/explore/', `/explore/dataset/${BIG}/table/`, `/explore/dataset/${BIG}/map/?refine.code_departement=45`]) {
        const response = await page.goto(demo.url('orleans', path));
        assert.equal(response.status(), 200);
      }
      assert.deepEqual(asked, []);
      await context.close();
    });

    test(`a placeholder shows its service this time, or always (${how})`, async () => {
      const { context, page, asked, words } = await visitor(language, scripts);
      const click = async (name) => {
        await placeholder(page, 'youtube').getByRole('button', { name: words[name] }).click();
        // Without scripts the frame asks once more, now with a token.
        if (!scripts) {
          await placeholder(page, 'youtube').getByRole('status').waitFor();
          await placeholder(page, 'youtube').getByRole('button', { name: words[name] }).click();
        }
        await frameOf(page, 'youtube').frameLocator('iframe').getByText(PLAYER).waitFor();
      };
      await click('once');
      assert.equal(await choiceOf(context), undefined, 'once is not remembered');
      await page.goto(demo.url('orleans', `/?lang=${language}`));
      await click('always');
      assert.notEqual(await choiceOf(context), undefined);
      assert.deepEqual(asked, [PLAYER]);
      await page.goto(demo.url('orleans', `/?lang=${language}`));
      await frameOf(page, 'youtube').frameLocator('iframe').getByText(PLAYER).waitFor();
      // The other service has not been answered for: only that is still asked.
      assert.equal(await page.locator('[data-consent-item="youtube"]').isVisible(), false);
      assert.equal(await page.locator('[data-consent-item="plan-ign"]').isVisible(), true);
      await context.close();
    });

    test(`the panel takes each service by itself (${how})`, async () => {
      const { context, page, asked, button, words } = await visitor(language, scripts);
      await button('customise').click();
      await page.waitForURL(/\/cookies\/preferences\//);
      assert.equal(await page.locator('input[name=service]:checked').count(), 0, 'nothing is preselected');
      await page.locator('input[name=service][value=plan-ign]').check();
      await page.getByRole('main').getByRole('button', { name: words.save }).click();
      await page.locator('#consent-saved').waitFor();
      await placeholder(page, 'youtube').waitFor();
      assert.deepEqual(asked, []);
      await savePreferences(page, language);
      await context.close();
    });
  }
}

test('the map takes the tiles of a declared layer, and only once it is chosen', async () => {
  const here = await visitor('fr', true);
  const { context, page, asked } = here;
  const map = demo.url('orleans', `/explore/dataset/${BIG}/map/?refine.code_departement=45`);
  await page.goto(map);
  await page.getByRole('navigation', { name: 'Fond de carte' }).getByRole('link', { name: /Plan IGN/ }).click();
  await placeholder(page, 'plan-ign').waitFor();
  assert.deepEqual(asked, []);
  await placeholder(page, 'plan-ign').getByRole('button', { name: here.words.always }).click();
  await frameOf(page, 'plan-ign').locator('[data-island=map][data-mounted=ready]').waitFor();
  assert.deepEqual(asked, [TILES]);
  assert.deepEqual(here.seen.problems, []);
  await context.close();
});

test('a choice is asked only where something needs it, and on every page until it is made', async () => {
  const { context, page, banner } = await visitor('fr', true);
  for (const path of ['/explore/', `/explore/dataset/${BIG}/table/`, '/terms/cookies-policy/', '/login/', '/nowhere/']) {
    await page.goto(demo.url('orleans', path));
    assert.equal(await banner.isVisible(), true, path);
    // Neither scrolling nor Escape is an answer (R-CON-03).
    await page.mouse.wheel(0, 2000);
    await page.keyboard.press('Escape');
  }
  assert.equal(await choiceOf(context), undefined);
  for (const portal of ['cesson', 'mauges', 'ris-orangis', 'saint-jean-de-luz']) {
    await page.goto(demo.url(portal));
    assert.equal(await banner.count(), 0, portal);
    await page.locator('footer [data-consent="manage"]').waitFor();
  }
  await context.close();
});

test('accept and refuse are alike in size, look and place, and large enough', async () => {
  for (const width of [1280, 375, 320]) {
    for (const colorScheme of ['light', 'dark']) {
      const { context, button } = await visitor('fr', true, { viewport: { width, height: 900 }, colorScheme });
      const look = (locator) =>
        locator.evaluate((element) => {
          const style = getComputedStyle(element);
          const { width: across, height } = element.getBoundingClientRect();
          const names = ['fontSize', 'fontWeight', 'fontFamily', 'color', 'backgroundColor', 'borderColor', 'padding', 'opacity'];
          return { across: Math.round(across), height: Math.round(height), ...Object.fromEntries(names.map((name) => [name, style[name]])) };
        });
      const [refuse, accept] = [await look(button('refuse')), await look(button('accept'))];
      assert.deepEqual(accept, refuse, `${width} ${colorScheme}`);
      assert.ok(accept.height >= 44 && accept.across >= 44, JSON.stringify(accept));
      await context.close();
    }
  }
});

test('banner, panel and placeholders have no fault at any width, light and dark', async () => {
  for (const width of [1280, 375, 320]) {
    for (const colorScheme of ['light', 'dark']) {
      const { context, page, seen } = await visitor('fr', true, { viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' });
      const faults = [...(await axeViolations(page)), ...(await overflow(page))];
      for (const path of ['/cookies/preferences/?asked=refuse', '/embed/youtube/?at=aqz-KE-bpKQ', '/embed/youtube/?at=aqz-KE-bpKQ&asked=once', '/embed/nothing/']) {
        await page.goto(demo.url('orleans', path));
        faults.push(...(await axeViolations(page)), ...(await overflow(page)));
      }
      assert.deepEqual(faults, [], `${width} ${colorScheme}`);
      assert.deepEqual(seen.problems.filter((problem) => !problem.includes('404')), []);
      await context.close();
    }
  }
});

test('the keyboard reaches the banner first and leaves it again', async () => {
  const { context, page, words } = await visitor('fr', true);
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
  assert.equal(await page.evaluate(() => scrollY), 0, 'the banner does not scroll the page');
  const walked = [];
  for (let step = 0; step < 14; step += 1) {
    await page.keyboard.press('Tab');
    walked.push(await focused());
    const hidden = await page.evaluate(() => {
      const { x, y, width, height } = document.activeElement.getBoundingClientRect();
      const top = document.elementFromPoint(x + width / 2, y + height / 2);
      return top !== null && !document.activeElement.contains(top) && !top.contains(document.activeElement);
    });
    if (step > 0) assert.equal(hidden, false, `focus on "${walked.at(-1)}" is covered`);
  }
  const [refuse, accept, customise] = [words.refuse, words.accept, words.customise].map((name) => walked.indexOf(name));
  assert.ok(refuse > 0 && accept === refuse + 1 && customise === accept + 1, walked.join(' | '));
  assert.ok(walked.length > customise + 2 && !walked.slice(customise + 1).includes(words.refuse), 'no trap');
  await page.getByRole('region', { name: words.asks }).getByRole('button', { name: words.refuse }).focus();
  await page.keyboard.press('Enter');
  await page.locator('#consent-saved').waitFor();
  await context.close();
});

test('a signal of the browser is a refusal without a question, and an explicit choice wins', async () => {
  for (const header of ['Sec-GPC', 'DNT']) {
    const here = await visitor('fr', true, { extraHTTPHeaders: { [header]: '1' } });
    const { context, page, asked, banner, words } = here;
    assert.equal(await banner.isVisible(), false, header);
    await placeholder(page, 'youtube').waitFor();
    assert.deepEqual(asked, []);
    await placeholder(page, 'youtube').getByRole('button', { name: words.always }).click();
    await frameOf(page, 'youtube').frameLocator('iframe').getByText(PLAYER).waitFor();
    await context.close();
  }
});

test('a browser that keeps no cookies is told, nothing opens, and nothing goes round in circles', async () => {
  const here = await visitor('fr', true);
  const { context, page, asked, button } = here;
  // The token comes, its cookie does not stay.
  await context.route('**/csrf/', async (route) => {
    const csrfmiddlewaretoken = 'a'.repeat(64);
    await route.fulfill({ json: { csrfmiddlewaretoken } });
  });
  await button('accept').click();
  await page.getByRole('alert').filter({ hasText: 'n’accepte pas les cookies' }).waitFor();
  assert.equal(await choiceOf(context), undefined);
  assert.deepEqual(asked, []);
  await context.close();
});

test('scripts of a page write no cookie and no storage that is not declared, and the server is told', async () => {
  const { context, page } = await visitor('fr', true);
  await islandsReady(page);
  const reports = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/cookies/reports/')) reports.push(request.postDataJSON());
  });
  const left = await page.evaluate(async () => {
    document.cookie = 'sneaky=1; path=/';
    localStorage.setItem('sneaky', '1');
    localStorage.direct = '1';
    localStorage['bracket'] = '1';
    sessionStorage.setItem('sneaky', '1');
    await globalThis.cookieStore?.set('store', '1');
    try {
      indexedDB.open('sneaky');
    } catch {
      // Refused.
    }
    return [document.cookie.includes('sneaky') || document.cookie.includes('store'), localStorage.length, sessionStorage.length];
  });
  assert.deepEqual(left, [false, 0, 0]);
  await page.waitForFunction(() => indexedDB.databases().then((list) => list.length === 0));
  const told = reports.map(({ kind, name }) => `${kind} ${name}`).sort();
  for (const report of ['cookie sneaky', 'local_storage bracket', 'local_storage direct', 'local_storage sneaky', 'session_storage sneaky']) {
    assert.ok(told.includes(report), `${report} among ${told.join(', ')}`);
  }
  await context.close();
});

test('another site can neither make a choice nor frame a page that does', async () => {
  const { context, page } = await open(browser);
  await context.route('http://evil.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${demo.url('orleans', '/cookies/preferences/')}"><input name="action" value="accept"></form>
        <iframe src="${demo.url('orleans', '/cookies/preferences/')}"></iframe><script>addEventListener('load', () => document.forms[0].submit())</script>`,
    }),
  );
  await page.goto('http://evil.example/');
  await page.waitForURL(/orleans/);
  assert.equal(await page.locator('form[data-consent]').filter({ visible: true }).getByRole('status').count(), 0);
  assert.equal(await choiceOf(context), undefined);
  await context.close();
});
