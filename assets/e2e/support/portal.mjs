/** Starts the real program with its demo on a fresh folder and a free port, and knows the addresses of its portals. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '../../..');

/** Portals of the demo. */
export const PORTALS = {
  cesson: 'cesson.localhost',
  mauges: 'mauges.localhost',
  orleans: 'orleans.localhost',
  'ris-orangis': 'ris-orangis.localhost',
  'saint-jean-de-luz': 'saint-jean-de-luz.paysbasque.localhost',
};

function binary() {
  if (process.env.PARVIS_BIN !== undefined) return process.env.PARVIS_BIN;
  return join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'debug/parvis');
}

async function freePort() {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Resolves when the program says that it is ready; rejects with what it said when it ends before. */
function readiness(child) {
  const said = [];
  return new Promise((resolve, reject) => {
    const hear = (line) => {
      said.push(line);
      if (line.startsWith('ready: ')) resolve();
    };
    createInterface({ input: child.stdout }).on('line', hear);
    createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`parvis ended (${code}) before it was ready:\n${said.slice(-40).join('\n')}`)));
  });
}

/** Starts the program with `args` on a fresh folder and a free port; `stop` ends it and removes the folder. */
export async function startProgram(args) {
  const data = await mkdtemp(join(tmpdir(), 'parvis-e2e-'));
  const [port, password] = [await freePort(), randomBytes(12).toString('base64url')];
  const child = spawn(binary(), [...args, '--data', join(data, 'var'), '--port', String(port)], {
    cwd: ROOT,
    env: { ...process.env, DEMO_PASSWORD: password },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    // A program that could not be started has no id, and never ends.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(data, { recursive: true, force: true });
  };
  try {
    await readiness(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, password, stop };
}

/**
 * The demo that the tests talk to: the one that `run.mjs` started for all of them (`PARVIS_E2E_PORT` and
 * `DEMO_PASSWORD`), else one of their own.
 */
export async function startPortals() {
  const given = process.env.PARVIS_E2E_PORT;
  if (given !== undefined) return portals(Number(given), process.env.DEMO_PASSWORD, async () => undefined);
  return ownPortals();
}

/** A demo that nobody else talks to, for tests that change what a portal declares. */
export async function ownPortals() {
  const { port, password, stop } = await startProgram(['demo']);
  return portals(port, password, stop);
}

function portals(port, password, stop) {
  return {
    port,
    password,
    stop,
    /** The page that lists the portals. */
    index: `http://localhost:${port}/`,
    /** An address on a portal, `path` from its root. */
    url: (portal, path = '/') => `http://${PORTALS[portal]}:${port}${path}`,
    host: (portal) => `${PORTALS[portal]}:${port}`,
    admin: (portal) => `admin@${portal}.example`,
  };
}
