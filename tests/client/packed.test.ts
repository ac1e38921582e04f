import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeScratchDir } from '../../runtime/testing/scratch-dir.ts';
import { useSharedNumer } from '../system/testing/use-numer.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const tsc = join(root, 'node_modules/.bin/tsc');
const scratch = makeScratchDir('numer-client');
const consumer = join(scratch.path, 'consumer');

/** The dependencies of the client, by the names of their folders in `node_modules`. */
const dependencies = Object.keys(
  JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8')).dependencies,
) as readonly string[];

/** Packs folders; gives the paths of the tarballs. */
async function pack(folders: readonly string[], ...args: string[]): Promise<string[]> {
  const { stdout } = await run('npm', ['pack', ...folders, '--json', '--pack-destination', scratch.path, ...args], {
    cwd: root,
  });
  // The output of scripts comes before the JSON.
  const packed: { filename: string }[] = JSON.parse(stdout.slice(stdout.search(/^\[/m)));
  return packed.map(({ filename }) => join(scratch.path, filename));
}

/** The uses that are mistakes, each marked with a directive above its line. */
const mistakes = readFileSync(join(import.meta.dirname, 'consumer/src/mistakes.ts'), 'utf8');
let errors: readonly string[];

/** Compiles the consumer; gives each error as `file:line`. */
async function compile(...args: string[]): Promise<string[]> {
  const { stdout } = await run(tsc, ['--project', '.', '--pretty', 'false', ...args], { cwd: consumer }).catch(
    (error: { stdout: string }) => error,
  );
  return [...stdout.matchAll(/^(\S[^(\n]*)\((\d+),\d+\): error /gm)].map(([, file, line]) => `${file}:${line}`);
}

beforeAll(async () => {
  cpSync(join(import.meta.dirname, 'consumer'), consumer, { recursive: true });
  // Tarballs can be installed without a network.
  const packed = await Promise.all([
    pack(['./client']),
    pack(
      dependencies.map((name) => `./node_modules/${name}`),
      '--ignore-scripts',
    ),
  ]);
  const manifest = { ...JSON.parse(readFileSync(join(consumer, 'package.json'), 'utf8')), dependencies: {} };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ ...manifest, devDependencies: {} }));
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...packed.flat()], { cwd: consumer });
}, 120_000);
beforeAll(async () => {
  // Without the directives, each of their lines is an error and no other line is; with them, there is no error.
  writeFileSync(join(consumer, 'src/mistakes.ts'), mistakes.replaceAll('// @ts-expect-error', '//'));
  // Compiled in spite of the mistakes, the good uses can be run.
  errors = await compile();
});
afterAll(() => scratch.remove());

describe('the packed client, installed in a folder elsewhere', () => {
  test('brings nothing but the packages that it depends on', async () => {
    const { stdout } = await run('npm', ['ls', '--all', '--parseable'], { cwd: consumer });
    const installed = stdout.split('\n').map((path) => path.split('/node_modules/')[1]);
    expect(installed.filter((name) => name !== undefined).toSorted()).toEqual(
      [...dependencies, '@numer/client'].toSorted(),
    );
  });

  describe('gives types that hold, and each mistake is one error', () => {
    const expected = mistakes
      .split('\n')
      .flatMap((line, index) => (line.includes('@ts-expect-error') ? [`src/mistakes.ts:${index + 2}`] : []));

    test('for Node', () => {
      expect(expected.length).toBeGreaterThan(25);
      expect(errors).toEqual(expected);
    });

    test('for a bundler', async () => {
      expect(await compile('--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler')).toEqual(expected);
    });
  });
});

describe('against the running system', () => {
  const numer = useSharedNumer();

  test('the good uses work', async () => {
    const { stdout } = await run(process.execPath, ['out/main.js', numer().url], { cwd: consumer, timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual({
      isSameUser: true,
      isOpen: true,
      previewMinor: '9999',
      totalMinor: '9999',
      patchedMemo: '',
      etagChanged: true,
      openIds: [true],
      paidCount: 0,
      dueMinor: '4999',
      violation: 'customer.name',
      wrongState: ['INVOICE_STATE', 'OPEN'],
      hasRequestId: true,
      stranger: 'UNAUTHENTICATED',
      nobody: 'UNAUTHENTICATED',
      wrongPassword: 'INVALID_CREDENTIALS',
      pointers: ['/name', '/email'],
      keyName: 'CI',
      hasSecret: true,
      answersAfterRefresh: 20,
      isRefreshed: true,
      afterSignOut: 'UNAUTHENTICATED',
    });
  });
});
