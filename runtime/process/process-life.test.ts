import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const processLife = new URL('process-life.ts', import.meta.url).href;

function wordsOf(script: string): readonly string[] {
  return ['--input-type=module', '--eval', `import { exitOnSignal, stopOnSignal } from '${processLife}';\n${script}`];
}

function run(script: string) {
  return spawnSync(process.execPath, wordsOf(script), { encoding: 'utf8' });
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

test.each([
  ['while it runs', "stop(); process.send('runs');"],
  ['while it starts', "process.once('disconnect', stop); process.send('starts');"],
])('a process with a channel to its parent ends in order when the parent is killed %s', (_, begin) => {
  const child = wordsOf(`
    setTimeout(() => console.log('never ended'), 20_000);
    const stop = () => stopOnSignal({ info() {} }, async () => console.log('stopped in order'));
    ${begin}`);
  const parent = run(`
    const { spawn } = await import('node:child_process');
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
    const child = spawn(process.execPath, ${JSON.stringify(child)}, { stdio });
    child.once('message', () => process.kill(process.pid, 'SIGKILL'));`);
  expect(parent).toMatchObject({ signal: 'SIGKILL', stdout: 'stopped in order\n', stderr: '' });
});
