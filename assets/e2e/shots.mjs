/**
 * Takes a picture of every page at 1280 and 375 pixels, light and dark, into `shots/` (or the folder given), for
 * people to look at. With `--readme` it takes the few that the README shows, at modest size, into `docs/img/`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { islandsReady, launch, open } from './support/browser.mjs';
import { PRIVATE_PAGES, PUBLIC_PAGES } from './support/pages.mjs';
import { startPortals } from './support/portal.mjs';
import { signIn } from './support/steps.mjs';

const here = import.meta.dirname;
const readme = process.argv.includes('--readme');
const folder = readme ? join(here, '../../docs/img') : (process.argv[2] ?? join(here, '../shots'));

/** Pictures of the README: name, portal, page, width, scheme. */
const README_SHOTS = [
  ['home', 'orleans', 'home', 1280, 'light'],
  ['dataset-table', 'orleans', 'table', 1280, 'light'],
  ['dataset-map', 'orleans', 'map', 1280, 'light'],
  ['charter', 'ris-orangis', 'charter', 1280, 'light'],
  ['consent', 'orleans', 'home', 1280, 'light'],
  ['mobile', 'saint-jean-de-luz', 'catalogue', 375, 'dark'],
];

async function settle(page) {
  await islandsReady(page);
  await page.evaluate(() => document.fonts.ready);
}

async function everyPage(demo, browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 375]) {
      const { context, page } = await open(browser, { colorScheme, viewport: { width, height: 900 } });
      const shoot = async (name, url) => {
        await page.goto(url);
        await settle(page);
        await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      };
      await shoot('portals', demo.index);
      for (const [name, path] of Object.entries(PUBLIC_PAGES)) await shoot(name, demo.url('orleans', path));
      await signIn(page, demo, 'orleans', 'fr');
      for (const [name, path] of Object.entries(PRIVATE_PAGES)) await shoot(name, demo.url('orleans', path));
      await context.close();
    }
  }
}

async function readmePictures(demo, browser) {
  for (const [name, portal, path, width, colorScheme] of README_SHOTS) {
    // Only the picture of the banner is that of somebody who has not answered.
    const extraHTTPHeaders = name === 'consent' ? {} : { 'Sec-GPC': '1' };
    const { context, page } = await open(browser, { colorScheme, extraHTTPHeaders, viewport: { width, height: width === 375 ? 812 : 840 } });
    await page.goto(demo.url(portal, PUBLIC_PAGES[path]));
    await settle(page);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
  }
}

mkdirSync(folder, { recursive: true });
const demo = await startPortals();
const browser = await launch();
try {
  await (readme ? readmePictures : everyPage)(demo, browser);
  console.log(`pictures are in ${folder}`);
} finally {
  await browser.close();
  await demo.stop();
}
