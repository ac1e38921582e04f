#!/usr/bin/env node
// Entry of the command line. It is plain JavaScript that an old Node can read: the system itself needs Node 24, which
// npm installs beside it, so with an older Node this only starts the newer one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  // Before the first file in TypeScript: with all of them in the cache, what takes the types out is not loaded.
  module.enableCompileCache();
  const { prepareImports } = await import('../runtime/process/prepare-imports.ts');
  prepareImports();
  await import('./main.ts');
} else {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (!existsSync(node)) {
    const hasPackage = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
    const remedy = hasPackage
      ? 'Run `npm ci` first: it brings one.'
      : 'npm brings one to Linux on x64 and arm64 only: install it from https://nodejs.org.';
    process.stderr.write(`Numer needs Node ${NODE_MAJOR_MIN} or newer, and this is ${process.version}. ${remedy}\n`);
    process.exit(1);
  }
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; a signal sent to this process alone is passed on.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
