import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test, vi } from 'vitest';
import { findPostgresBinaries } from './binaries.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { remember, remembered, useDataDir } from './testing/use-data-dir.ts';

const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65534;

const place = useDataDir();
const { mainProcessId, start, startInChild, useData } = place;

afterEach(() => vi.unstubAllEnvs());

/** Puts a program in front of the real one, as on a machine that forbids it. */
function forbid(program: string): void {
  const bin = join(place.scratchDir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, program), '#!/bin/sh\necho "not permitted" >&2\nexit 1\n');
  chmodSync(join(bin, program), 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
}

test.runIf(IS_ROOT)('runs as nobody where root may not make a namespace, also on data that root has made', async () => {
  useData();
  const first = await start();
  await remember(first, 'by root');
  await first.stop();
  expect(statSync(join(place.dataDir, 'cluster')).uid).toBe(0);
  forbid('unshare');
  const second = await start();
  expect(await remembered(second)).toEqual(['by root']);
  expect(statSync(`/proc/${mainProcessId()}`).uid).toBe(NOBODY);
  await second.stop();

  vi.unstubAllEnvs();
  expect(await remembered(await start())).toEqual(['by root']);
  expect(statSync(join(place.dataDir, 'cluster')).uid).toBe(0);
});

test.runIf(IS_ROOT)('makes its data as nobody where root may not make a namespace', async () => {
  forbid('unshare');
  const first = await start();
  await remember(first, 'by nobody');
  await first.stop();
  expect(await remembered(await start())).toEqual(['by nobody']);
});

test.runIf(IS_ROOT)('works for root in the closed home of another user', async () => {
  const home = join(place.scratchDir, 'home');
  place.dataDir = join(home, 'numer');
  mkdirSync(place.dataDir, { recursive: true, mode: 0o700 });
  chownSync(home, 1000, 1000);
  const server = await start();
  await remember(server, 'works');
  expect(await remembered(server)).toEqual(['works']);
});

test.runIf(IS_ROOT)('says what to do where root has no way at all', async () => {
  forbid('setpriv');
  await expect(startEmbeddedPostgres({ dataDir: place.dataDir })).rejects.toThrow(
    /does not run on this machine.*DATABASE_URL/,
  );
});

test.runIf(!IS_ROOT)('runs where setpriv is missing', async () => {
  forbid('setpriv');
  await remember(await start(), 'works');
});

const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

/** An ordinary user can run this only when the whole way to the programs is open to everybody. */
const CAN_BE_NOBODY = IS_ROOT && (await canNobodyRun());

async function canNobodyRun(): Promise<boolean> {
  const [command = '', ...args] = [...AS_NOBODY, findPostgresBinaries().postgres, '--version'];
  const [status] = await once(spawn(command, args, { stdio: 'ignore', cwd: '/' }), 'exit');
  return status === 0;
}

test.runIf(CAN_BE_NOBODY)('serves an ordinary user and root in turns on the same data', async () => {
  chmodSync(place.scratchDir, 0o711);
  mkdirSync(place.dataDir, { mode: 0o700 });
  chownSync(place.dataDir, NOBODY, NOBODY);
  const first = await startInChild(AS_NOBODY);
  await remember({ url: () => first.url }, 'by the user');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = await start();
  expect(await remembered(second)).toEqual(['by the user']);
  await remember(second, 'by root');
  await second.stop();

  const third = await startInChild(AS_NOBODY);
  expect(await remembered({ url: () => third.url })).toEqual(['by the user', 'by root']);
});

test.runIf(CAN_BE_NOBODY)('tells an ordinary user that the data belongs to another', async () => {
  useData();
  chmodSync(place.scratchDir, 0o711);
  const script = `
    import { chooseRunAs } from ${JSON.stringify(new URL('run-as.ts', import.meta.url).href)};
    try { chooseRunAs(${JSON.stringify(place.dataDir)}, 'true') } catch (error) { console.log(error.message) }`;
  const [command = '', ...args] = [...AS_NOBODY, process.execPath, '--input-type=module', '--eval', script];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  const [message] = await once(createInterface({ input: child.stdout }), 'line');
  expect(message).toContain(`${place.dataDir} belongs to another user (uid 0)`);
});
