/**
 * What authors write cannot make a browser contact another host (R-GATE-02): the corpus of injections, each as the
 * description of a dataset, in a Chromium that is told to ignore the content security policy, so that nothing but the
 * cleaning stands between.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { launch } from './support/browser.mjs';
import { startProgram } from './support/portal.mjs';

const CORPUS = join(import.meta.dirname, '../../crates/portal/src/markup/injections.json');
const slug = (at) => `injection-${at}`;

/** A demo of one portal whose datasets are described by the corpus. */
async function hostileDemo(folder, injections) {
  const both = (text) => ({ fr: text, en: text });
  const dataset = ({ html }, at) => ({
    id: slug(at),
    file: 'data.csv',
    title: both(slug(at)),
    description: both(html),
    theme: [],
    keyword: [],
    publisher: 'x',
    license: 'x',
    license_url: 'https://licence.example/',
    references: 'https://references.example/',
    source_note: 'x',
    attributions: [],
    modified: '2026-01-01',
    records: 1,
    fields: [],
  });
  const portal = {
    id: 'hostile',
    name: both('Hostile'),
    tagline: both('x'),
    host: 'hostile.localhost',
    public_url: 'https://hostile.example',
    languages: ['fr', 'en'],
    accent: '#1f4fa3',
    logo: 'logo.svg',
    cookies_preferences_purpose: 'x',
    cookies: {
    services: [
      {
        id: 'youtube',
        purpose: 'video',
        provider: 'Google',
        label: both('YouTube'),
        description: both('Vidéos'),
        kind: { type: 'youtube' },
      },
    ],
    },
    datasets: injections.map(dataset),
  };
  await writeFile(join(folder, 'demo.json'), JSON.stringify({ portals: [portal] }));
  await writeFile(join(folder, 'data.csv'), 'name;n\na;1\n');
  await writeFile(join(folder, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
}

test('no injection makes Chromium contact an undeclared host, even without the content security policy', async () => {
  const injections = JSON.parse(await readFile(CORPUS, 'utf8'));
  assert.ok(injections.length >= 100);
  const folder = await mkdtemp(join(tmpdir(), 'parvis-hostile-'));
  // Every host but ours leads here. Whoever connects says in clear whom to, in the first bytes of TLS or of HTTP: so a
  // connection is seen also where no request follows. Chromium's own services come by too.
  const met = [];
  const sink = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      met.push(...(bytes.toString('latin1').match(/evil\.example|youtube/g) ?? []));
      socket.destroy();
    });
  });
  sink.listen(0, '127.0.0.1');
  await once(sink, 'listening');
  await hostileDemo(folder, injections);
  const program = await startProgram(['demo', '--from', folder]);
  const browser = await launch([`--host-resolver-rules=MAP *.localhost 127.0.0.1, MAP * 127.0.0.1:${sink.address().port}`]);
  try {
    const context = await browser.newContext({ bypassCSP: true, locale: 'fr-FR' });
    const page = await context.newPage();
    const foreign = [];
    let current = '';
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (!['data:', 'blob:'].includes(protocol) && hostname !== 'hostile.localhost') foreign.push(`${current}: ${request.url()}`);
    });
    for (const [at, { name }] of injections.entries()) {
      current = name;
      const url = `http://hostile.localhost:${program.port}/explore/dataset/${slug(at)}/information/`;
      await page.goto(url, { waitUntil: 'load' });
      assert.equal(page.url(), url, name);
      assert.equal(await page.locator('footer').count(), 1, `${name} swallowed the page`);
    }
    assert.deepEqual(foreign, []);
    assert.deepEqual(met, []);
    assert.deepEqual(await context.cookies(), []);
    // The sink does see who is contacted: without the cleaning the test would fail.
    await page.evaluate(() => new Promise((resolve) => {
      const picture = new Image();
      picture.onerror = resolve;
      picture.src = 'http://evil.example/x.gif';
    }));
    assert.notDeepEqual(met, []);
  } finally {
    await browser.close();
    await program.stop();
    sink.close();
    await rm(folder, { recursive: true, force: true });
  }
});
