import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findProblems } from '../find-problems.ts';
import { CII } from '../syntax.ts';
import { DOCUMENTS } from '../testing/documents.ts';
import { SPECIFIED_DOCUMENTS } from '../testing/specified-documents.ts';
import { writeCii } from './write-cii.ts';

const ALL = { ...DOCUMENTS, ...SPECIFIED_DOCUMENTS };

describe('the golden files, which the official schema and rules take without a complaint (docs/e-invoices.md)', () => {
  test.each(Object.entries(ALL))('%s', async (name, documentOf) => {
    const document = documentOf();
    expect(findProblems(document, [], CII)).toEqual([]);
    const file = join(import.meta.dirname, 'testdata', `${name}.xml`);
    await expect(writeCii(document).toString()).toMatchFileSnapshot(file);
  });
});

test('the same document has the same bytes', () => {
  for (const documentOf of Object.values(ALL)) {
    expect(writeCii(documentOf())).toEqual(writeCii(documentOf()));
  }
});
