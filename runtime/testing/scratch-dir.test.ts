import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { makeScratchDir } from './scratch-dir.ts';
import { waitUntil } from './wait-until.ts';

test('makes a closed folder and removes it with everything in it', () => {
  const scratch = makeScratchDir('numer-test-scratch');
  writeFileSync(join(scratch.path, 'file'), '');
  expect(statSync(scratch.path).mode & 0o777).toBe(0o700);
  scratch.remove();
  expect(existsSync(scratch.path)).toBe(false);
});

test('goes away, with the processes it guards, when its process is killed with -9', async () => {
  const guarded = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(guarded, 'exit');
  const script = `
    import { makeScratchDir } from ${JSON.stringify(new URL('scratch-dir.ts', import.meta.url).href)};
    const scratch = makeScratchDir('numer-test-scratch');
    scratch.guard([1e9]);
    scratch.guard([${guarded.pid}]);
    console.log(scratch.path);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [path] = await once(createInterface({ input: child.stdout }), 'line');
  expect(existsSync(String(path))).toBe(true);
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  await waitUntil(() => !existsSync(String(path)));
});
