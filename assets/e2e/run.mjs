/** Runs the browser tests: one demo for all of them, then node's own test runner. Arguments go to the runner. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { startPortals } from './support/portal.mjs';

const here = import.meta.dirname;
const files = readdirSync(here).filter((name) => name.endsWith('.test.mjs')).map((name) => join(here, name));
const demo = await startPortals();
try {
  const runner = spawn(process.execPath, ['--test', '--test-concurrency=2', '--test-timeout=300000', ...process.argv.slice(2), ...files], {
    stdio: 'inherit',
    env: { ...process.env, PARVIS_E2E_PORT: String(demo.port), DEMO_PASSWORD: demo.password },
  });
  const [code] = await once(runner, 'exit');
  process.exitCode = code ?? 1;
} finally {
  await demo.stop();
}
