import { expect, test } from 'vitest';
import { parseTaxId } from './tax-id.ts';

test.each([
  ['DE 123 456 789', 'VAT', 'DE123456789'],
  ['DE\u0001123456789\u00a0', 'VAT', 'DE123456789'],
  ['atu12345678', 'VAT', 'ATU12345678'],
  ['EL123456789', 'VAT', 'EL123456789'],
  ['GR 123456789', 'VAT', 'EL123456789'],
  ['FR-XX-123456789', 'VAT', 'FRXX123456789'],
  ['XI123456789', 'VAT', 'XI123456789'],
  ['CHE-123.456.789 MWST', 'VAT', 'CHE123456789MWST'],
  ['NO 987654321 MVA', 'VAT', 'NO987654321MVA'],
  ['12/345/67890', 'LOCAL', '12/345/67890'],
  ['HRB 1234', 'LOCAL', 'HRB 1234'],
  ['SIREN 123456789', 'LOCAL', 'SIREN 123456789'],
  ['NIF B12345678', 'LOCAL', 'NIF B12345678'],
  ['DE12345', 'LOCAL', 'DE12345'],
  [' 12-3456789 ', 'LOCAL', '12-3456789'],
  ['  ', 'NONE', ''],
])('%s is %s', (given, kind, text) => {
  expect(parseTaxId(given)).toEqual({ kind, text });
});
