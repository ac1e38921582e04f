import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';

test.runIf(process.platform === 'linux')('a log that cannot be written ends nothing', () => {
  const script = `
    import { createLog } from './runtime/log.ts';
    const log = createLog('test', 'info');
    for (let number = 0; number < 10_000; number++) log.info({ number }, 'lost');
    process.stdout.write('done');
  `;
  const full = openSync('/dev/full', 'w');
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', full],
  });
  closeSync(full);
  expect(run).toMatchObject({ status: 0, stdout: 'done' });
});
