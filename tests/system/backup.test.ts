import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { runCommand } from '../../cli/commands.ts';
import { makeScratchDir } from '../../runtime/testing/scratch-dir.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { openBusiness } from './testing/business.ts';
import { recount } from './testing/recount.ts';
import { startNumer } from './testing/start-numer.ts';
import { useNumer } from './testing/use-numer.ts';

const scratch = makeScratchDir('numer-backup');
afterAll(() => scratch.remove());
afterEach(() => vi.unstubAllEnvs());
const link = join(scratch.path, 'link');
symlinkSync(join(scratch.path, 'nowhere'), link);
const numer = useNumer();

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '', DATA_DIR: numer().dataDir };
}

test('a backup of the running system has lost nothing acknowledged before, and goes on where it was', async () => {
  let { url } = numer();
  const [before, meanwhile] = [await openBusiness(() => url), await openBusiness(() => url)];
  for (let invoice = 0; invoice < 3; invoice += 1) await before.handleInvoice();

  const folder = join(scratch.path, 'made/copy');
  const backup = spawn(process.execPath, ['cli/numer.mjs', 'backup', folder], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(backup, 'exit');
  const output = text(backup.stdout);
  while (backup.exitCode === null) await meanwhile.handleInvoice();
  expect(await exit).toEqual([0, null]);
  expect(await output).toBe(`Backed up to ${folder}. With DATA_DIR set to it, \`npx numer start\` runs it.\n`);
  await numer().kill();

  // The keys are the same, so whoever was signed in still is.
  const copy = await startNumer({ copyOf: folder });
  try {
    url = copy.url;
    await before.expectNothingLostOrRepeated();
    await waitUntil(
      async () => {
        const { currencies } = await meanwhile.api.get('/stats');
        expect(currencies).toEqual(await recount(meanwhile.api));
        return true;
      },
      { timeoutMs: 75_000 },
    );
  } finally {
    await copy.remove();
  }
}, 150_000);

test('a backup into the databases themselves, which would copy its copy without end, is refused', () => {
  const cluster = join(numer().dataDir, 'postgres/cluster');
  const run = spawnSync(process.execPath, ['cli/numer.mjs', 'backup', join(cluster, 'base/copy')], {
    encoding: 'utf8',
    env: environment(),
    timeout: 30_000,
  });
  expect(run.stderr).toContain('is inside the folder of the databases. Name another folder.');
  expect(readdirSync(join(cluster, 'base')).filter((name) => name.startsWith('copy'))).toEqual([]);
});

test('a backup to no folder is refused in plain words, as a mistake in the arguments', () => {
  const run = spawnSync(process.execPath, ['cli/numer.mjs', 'backup'], { encoding: 'utf8', env: environment() });
  expect([run.status, run.stderr]).toEqual([2, expect.stringContaining('Name the folder to make.')]);
});

test.each([
  ['a folder that is there', scratch.path, {}, 'already exists. Name a folder that does not exist yet.'],
  ['a link that leads nowhere', link, {}, 'already exists. Name a folder that does not exist yet.'],
  ['a server of its own', 'x', { DATABASE_URL: 'postgres://localhost/x' }, 'names a server of your own'],
  ['no data', 'x', {}, 'There is no data in'],
])('a backup of or to %s is refused in plain words, and makes nothing', async (_, folder, variables, message) => {
  const given = { DATABASE_URL: '', DATA_DIR: join(scratch.path, 'none'), ...variables };
  for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
  await expect(runCommand(['backup', folder])).rejects.toThrow(message);
  expect(existsSync('x')).toBe(false);
});
