/** Starts Debian's Chromium and opens pages whose every request is written down. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP *.localhost 127.0.0.1',
];

/** A headless Chromium; `CHROMIUM` names another than Debian's. Of flags given twice the last counts. */
export function launch(flags = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: [...FLAGS, ...flags] });
}

/**
 * A fresh context with an empty jar, and a page in it.
 *
 * `seen.requests` lists every address asked for, `seen.problems` every script error, console error and refusal by the
 * content security policy.
 */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ locale: 'fr-FR', viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const seen = { requests: [], problems: [], setCookies: [] };
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('pageerror', (error) => seen.problems.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') seen.problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('response', (response) => {
    seen.setCookies.push(
      response.headersArray().then((headers) =>
        headers.filter(({ name }) => name.toLowerCase() === 'set-cookie').map(({ value }) => ({ url: response.url(), value })),
        () => [],
      ),
    );
  });
  return { context, page, seen };
}

/** Every `Set-Cookie` header of a context, with the address that sent it. */
export async function setCookieHeaders(seen) {
  return (await Promise.all(seen.setCookies)).flat();
}

/** Hosts that were asked for anything, apart from the portal's own. */
export function foreignHosts(seen, ownHost) {
  const own = (url) => url.startsWith('data:') || url.startsWith('blob:') || new URL(url).host === ownHost;
  return [...new Set(seen.requests.filter((url) => !own(url)).map((url) => new URL(url).host))];
}

/** What axe-core finds wrong with a page, one line for each element. Nothing is excluded. */
export async function axeViolations(page) {
  // The protocol evaluates it, so the page's content security policy stays on and needs no exception.
  await page.evaluate(AXE);
  const results = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary?.replace(/\s+/g, ' ')}`),
  );
}

/** By how many pixels the page is wider than the window, and the elements that stick out. */
export async function overflow(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const excess = document.documentElement.scrollWidth - width;
    if (excess <= 0) return [];
    const clipped = (element) => {
      for (let parent = element.parentElement; parent !== null; parent = parent.parentElement) {
        if (getComputedStyle(parent).overflowX !== 'visible') return true;
      }
      return false;
    };
    const guilty = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > width + 1 && !clipped(element),
    );
    return [`${excess} px too wide`, ...guilty.slice(0, 5).map((element) => `${element.tagName}.${element.className}#${element.id}`)];
  });
}

/** Waits until every island of the page has been set up. */
export function islandsReady(page) {
  return page.waitForFunction(() => [...document.querySelectorAll('[data-island]')].every((element) => element.dataset.mounted === 'ready'));
}
