import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeHeads } from './saved-heads.ts';

const HEAD = { ownerId: '0198a1c2-0000-7000-8000-000000000001', sequence: 3n, hash: 'ab'.repeat(32) };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'numer-heads-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('heads that are kept take the place of older ones', async () => {
  const file = join(folder, 'heads');
  writeFileSync(file, 'older');

  const writer = writeHeads(file);
  await writer.write(HEAD);
  await writer.keep();

  expect(readFileSync(file, 'utf8')).toBe(`${HEAD.ownerId} 3 ${HEAD.hash}\n`);
  expect(readdirSync(folder)).toEqual(['heads']);
});

test('heads that are discarded leave older ones as they are, and nothing beside them', async () => {
  const file = join(folder, 'heads');
  writeFileSync(file, 'older');

  const writer = writeHeads(file);
  await writer.write(HEAD);
  await writer.discard();

  expect(readFileSync(file, 'utf8')).toBe('older');
  expect(readdirSync(folder)).toEqual(['heads']);
});

test('nothing but a file is replaced', () => {
  for (const path of [folder, '/dev/null']) expect(() => writeHeads(path)).toThrow(`${path} is not a regular file.`);
});

test('a file that cannot be written fails where it is kept, and can be discarded for another reason', async () => {
  const file = join(folder, 'missing', 'heads');

  await expect(writeHeads(file).keep()).rejects.toThrow('ENOENT');
  await expect(writeHeads(file).discard()).resolves.toBeUndefined();
});
