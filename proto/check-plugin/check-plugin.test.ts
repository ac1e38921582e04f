import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BREAKING_RULES, CATEGORIES, LINT_RULES } from './rules.ts';

const root = join(import.meta.dirname, '../..');
const testdata = 'proto/check-plugin/testdata';
const main = join(import.meta.dirname, 'main.ts');
const buf = join(root, 'node_modules/.bin/buf');
const scratch = mkdtempSync(join(tmpdir(), 'check-plugin-'));

afterAll(() => rmSync(scratch, { recursive: true }));

/** Our rules only. Without modules, for which Buf would start the plugin one after another: it is given images. */
const rules = JSON.stringify({
  version: 'v2',
  lint: { use: LINT_RULES.map(({ id }) => id) },
  breaking: { use: BREAKING_RULES.map(({ id }) => id) },
  plugins: [{ plugin: [process.execPath, main] }],
});

/** The findings of buf, each as `<file> <line> <rule>`. */
function reportsOf(args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(buf, [...args, '--config', rules, '--error-format', 'json'], {
    cwd: root,
    encoding: 'utf8',
  });
  // 100 means that rules failed, but not the plugin.
  expect({ status, stderr }).toEqual({ status: 100, stderr: '' });
  return stdout
    .trim()
    .split('\n')
    .map((line): { path: string; start_line: number; type: string } => JSON.parse(line))
    .map(({ path, start_line, type }) => `${path} ${start_line} ${type}`)
    .toSorted();
}

/** The findings that the comments `// expect: RULE ...` in a folder of the test data require, in the same form. */
function expectedIn(folder: string): string[] {
  const paths = globSync('**/*.proto', { cwd: join(root, testdata, folder) });
  return paths
    .flatMap((path) => {
      const lines = readFileSync(join(root, testdata, folder, path), 'utf8').split('\n');
      return lines.flatMap((line, index) => {
        const rules = /\/\/ expect: (.*)$/.exec(line)?.[1]?.split(' ') ?? [];
        return rules.map((rule) => `${path} ${index + 1} ${rule}`);
      });
    })
    .toSorted();
}

/** An image of one folder of the test data and its imports. */
function build(folder: string): string {
  const image = join(scratch, `${folder}.binpb`);
  const path = `${testdata}/${folder}`;
  const modules = [{ path }, { path: 'vendor' }, { path: 'proto', includes: ['proto/numer/options'] }];
  const config = JSON.stringify({ version: 'v2', modules });
  execFileSync(buf, ['build', path, '--config', config, '--output', image], { cwd: root });
  return image;
}

describe('buf lint', { timeout: 60_000 }, () => {
  test('reports each mistake of the test data with file and line, and nothing else', () => {
    expect(reportsOf(['lint', build('lint')])).toEqual(expectedIn('lint'));
  });
});

describe('buf breaking', { timeout: 60_000 }, () => {
  test('reports each change that breaks clients with file and line, and no other', () => {
    expect(reportsOf(['breaking', build('current'), '--against', build('released')])).toEqual(expectedIn('current'));
  });
});

test('the test data breaks every rule', () => {
  const broken = [...expectedIn('lint'), ...expectedIn('current')].map((report) => report.split(' ').at(-1));
  expect([...LINT_RULES, ...BREAKING_RULES].map(({ id }) => id).filter((id) => !broken.includes(id))).toEqual([]);
});

test('rules and categories are named and described as Buf wants it', () => {
  const described = [...LINT_RULES, ...BREAKING_RULES, ...CATEGORIES];
  const wrong = described.filter(
    ({ id, purpose }) => !/^[A-Z][A-Z_]+[A-Z]$/.test(id) || !/^Checks .*\.$/.test(purpose),
  );
  expect(wrong).toEqual([]);
  expect(new Set(described.map(({ id }) => id)).size).toBe(described.length);
});
