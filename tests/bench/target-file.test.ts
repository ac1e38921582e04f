import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { OPERATIONS } from './operations.ts';
import { BUILT_IN } from './options.ts';
import { readTargetFile } from './target-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'numer-target-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(fields: object) {
  const path = join(folder, 'target.json');
  writeFileSync(path, JSON.stringify(fields));
  return readTargetFile(path);
}

const SMALLEST = { name: 'other', load: ['sh', 'load.sh'], start: ['java', '-jar', 'other.jar'] };

test('a target is like those of Numer where its file says nothing else', () => {
  const get = { method: 'GET', path: '/api/invoices/{invoiceId}' };
  const target = read({ ...SMALLEST, requests: { get } });
  expect(target).toMatchObject({ folder, postgres: 'given', address: 'http://127.0.0.1:{port}', token: 'accessToken' });
  expect(target.requests.get).toEqual(get);
  expect(target.requests.pay).toEqual(OPERATIONS.pay.request);
});

test('a file that lacks a field, or has one that is not known, is refused by its name', () => {
  expect(() => read({ ...SMALLEST, start: undefined })).toThrow('has no "start"');
  expect(() => read({ ...SMALLEST, adress: '' })).toThrow('"adress"');
  expect(() => read({ ...SMALLEST, requests: { delete: {} } })).toThrow('"delete"');
});

test.each(BUILT_IN)('the file of the target %s can be read', (name) => {
  const target = readTargetFile(join(import.meta.dirname, 'targets', `${name}.json`));
  expect(target.name).toBe(name);
  expect(target.folder).toBe(join(import.meta.dirname, '../..'));
});
