import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './domain/canonical-json.ts';
import { addressHash, entryHash, hexOf, NO_HASH } from './entry-hash.ts';
import type { ChainRow } from './store/list-chain.ts';

const OWNER = '01934b5e-7a10-7000-8000-000000000001';
const ADDRESS_SALT = '7d0f3c52-93a1-4b1e-8a5d-0c4f6c2b9e11';

const ROW: ChainRow = {
  sequence: 1n,
  version: 1,
  hash: NO_HASH,
  activityId: '01934b5e-7a10-7000-8000-000000000002',
  erasedTo: null,
  erasedHash: null,
  activity: {
    id: '01934b5e-7a10-7000-8000-000000000002',
    type: 'customer.updated',
    ownerId: OWNER,
    invoiceId: null,
    invoiceOpened: false,
    subjectId: '01934b5e-7a10-7000-8000-000000000003',
    actorType: 'USER',
    actorId: OWNER,
    requestId: 'request-1',
    createTime: '2026-03-01 12:00:00+00',
    changes: [{ field: 'locale', newValue: 'de', oldValue: 'en' }, { field: 'name' }],
    salt: '3b241101-e2bb-4255-8caf-4136c566a962',
    addressHash: addressHash(ADDRESS_SALT, '192.0.2.7'),
    address: '192.0.2.7',
    addressSalt: ADDRESS_SALT,
  },
};

describe('the hash of an entry', () => {
  const hash = entryHash(OWNER, ROW, NO_HASH);

  test('is the one of the example in docs/audit.md, and so is that of its address', () => {
    const document = readFileSync(new URL('../../docs/audit.md', import.meta.url), 'utf8');
    expect(document).toContain(hexOf(hash ?? NO_HASH));
    expect(document).toContain(hexOf(addressHash(ADDRESS_SALT, '192.0.2.7')));
  });

  test('depends on the hash before it', () => {
    expect(entryHash(OWNER, ROW, hash ?? NO_HASH)).not.toEqual(hash);
  });

  test('cannot be computed without the activity, nor for an encoding that is not known', () => {
    expect(entryHash(OWNER, { ...ROW, activity: undefined }, NO_HASH)).toBeUndefined();
    expect(entryHash(OWNER, { ...ROW, version: 2 }, NO_HASH)).toBeUndefined();
  });
});

test.each([
  [{ b: 'x', a: [true, { d: 'y', c: 'z' }] }, '{"a": [true, {"c": "z", "d": "y"}], "b": "x"}'],
  [{ b: undefined, a: '' }, '{"a": ""}'],
  [[], '[]'],
  [{}, '{}'],
  ['ü\u2028/"\\\n\t\u0001', '"ü\u2028/\\"\\\\\\n\\t\\u0001"'],
  [{ a: null, b: 1.5 }, '{"a": null, "b": 1.5}'],
])('the canonical JSON of %j is %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});
