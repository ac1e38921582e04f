import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { describeError } from './log.ts';

test.runIf(process.platform === 'linux')('a log that cannot be written ends nothing', () => {
  const script = `
    import { createLog } from './runtime/process/log.ts';
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

test('that another process is away is told without stacks, a defect with them', () => {
  const failure = (code: Code) => {
    const error = new ConnectError('failed', code);
    error.cause = new Error('connect ECONNREFUSED');
    return describeError(error);
  };
  const defect = { message: '[internal] failed', stack: expect.any(String), cause: { stack: expect.any(String) } };
  expect(failure(Code.Internal)).toMatchObject(defect);
  expect(failure(Code.Unavailable)).toEqual({
    type: 'ConnectError',
    message: '[unavailable] failed',
    code: Code.Unavailable,
    cause: { type: 'Error', message: 'connect ECONNREFUSED' },
  });
});
