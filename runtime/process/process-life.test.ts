import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const processLife = new URL('process-life.ts', import.meta.url).href;

function run(script: string) {
  const words = [
    '--input-type=module',
    '--eval',
    `import { exitOnSignal, stopOnSignal } from '${processLife}';\n${script}`,
  ];
  return spawnSync(process.execPath, words, { encoding: 'utf8' });
}

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
])('%s before a process can stop in order ends it, with what it does at its exit', (signal, status) => {
  const ended = run(`
    exitOnSignal();
    process.once('exit', () => console.log('took Postgres along'));
    process.kill(process.pid, '${signal}');
    setInterval(() => {}, 1_000);`);
  expect(ended).toMatchObject({ status, stdout: 'took Postgres along\n', stderr: '' });
});

test('once it can, it does', () => {
  const ended = run(`
    exitOnSignal();
    setInterval(() => {}, 1_000);
    stopOnSignal({ info() {} }, async () => console.log('stopped in order'));
    process.kill(process.pid, 'SIGTERM');`);
  expect(ended).toMatchObject({ status: 0, stdout: 'stopped in order\n' });
});
