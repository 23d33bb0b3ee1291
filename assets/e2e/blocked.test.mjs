/** A browser that refuses every cookie (R-PRF-08): the portal is read as ever. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { FORM_PAGES, SILENT_PAGES } from './support/pages.mjs';
import { startPortals } from './support/portal.mjs';

let demo;
let folder;
let context;

before(async () => {
  demo = await startPortals();
  folder = await mkdtemp(join(tmpdir(), 'parvis-blocked-'));
  await mkdir(join(folder, 'Default'));
  const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(folder, 'Default/Preferences'), JSON.stringify(blocked));
  context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    locale: 'fr-FR',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--host-resolver-rules=MAP *.localhost 127.0.0.1'],
  });
});

after(async () => {
  await context?.close();
  await demo?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

test('a browser that refuses cookies reads every page, once, and keeps nothing', async () => {
  const page = await context.newPage();
  for (const path of Object.values({ ...SILENT_PAGES, ...FORM_PAGES })) {
    const documents = [];
    const note = (request) => request.isNavigationRequest() && documents.push(request.url());
    page.on('request', note);
    const response = await page.goto(demo.url('orleans', path), { waitUntil: 'networkidle' });
    page.off('request', note);
    assert.ok(response.status() === 200 || response.status() === 404, `${response.status()} ${path}`);
    assert.equal(documents.filter((url) => url.split('?')[0] === response.url().split('?')[0]).length, 1, `${path} is not loaded again`);
    assert.deepEqual(await context.cookies(), [], path);
  }
  await page.close();
});
