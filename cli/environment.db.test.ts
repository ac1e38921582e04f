import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { readStartConfig } from './config.ts';
import { openLocalEnvironment } from './environment.ts';
import { KEY_VARIABLES, KEYS_FILE } from './keys.ts';

const scratch = makeScratchDir('numer-environment');
afterAll(() => scratch.remove());
afterEach(() => vi.unstubAllEnvs());

test('of first starts at the same moment one runs, with the keys that the data directory keeps', async () => {
  const given = Object.fromEntries([...KEY_VARIABLES, 'DATABASE_URL'].map((name) => [name, '']));
  for (const [name, value] of Object.entries({ ...given, DATA_DIR: scratch.path })) vi.stubEnv(name, value);
  const starts = Array.from({ length: 4 }, () => openLocalEnvironment(readStartConfig(), () => undefined));
  const results = await Promise.allSettled(starts);
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  await Promise.all(opened.map((environment) => environment.close()));
  expect(opened).toHaveLength(1);
  expect(opened[0]?.variables).toMatchObject(JSON.parse(readFileSync(join(scratch.path, KEYS_FILE), 'utf8')));
});
