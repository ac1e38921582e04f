import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findProblems } from '../find-problems.ts';
import { CII } from '../syntax.ts';
import { DOCUMENTS } from '../testing/documents.ts';
import { writeCii } from './write-cii.ts';

describe('the golden files, which the official schema and rules take without a complaint (docs/e-invoices.md)', () => {
  test.each(Object.entries(DOCUMENTS))('%s', async (name, documentOf) => {
    expect(findProblems(documentOf(), [], CII)).toEqual([]);
    const file = join(import.meta.dirname, 'testdata', `${name}.xml`);
    await expect(writeCii(documentOf()).toString()).toMatchFileSnapshot(file);
  });
});

test('the same document has the same bytes', () => {
  for (const documentOf of Object.values(DOCUMENTS)) {
    expect(writeCii(documentOf())).toEqual(writeCii(documentOf()));
  }
});
