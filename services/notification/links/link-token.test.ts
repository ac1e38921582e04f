import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type DocumentReference, isTokenOf, linkTokenOf, readLinkToken } from './link-token.ts';

const KEY = Buffer.alloc(32, 5);
const document: DocumentReference = {
  kind: 'QUOTE',
  ownerId: '01a20306-0400-7b32-833b-7f949d76e486',
  documentId: '01a20317-e038-7778-b7d9-9964c5d9133c',
};

/** Whether a token is valid for the document that it names, at this version. */
function isGood(token: string, version = 0n, key: Uint8Array = KEY): boolean {
  const claimed = readLinkToken(token);
  return claimed !== undefined && isTokenOf(key, claimed, version);
}

test('a token names its document, and is good at its version and under its key only', () => {
  const token = linkTokenOf(KEY, document, 3n);
  expect(readLinkToken(token)?.document).toEqual(document);
  expect([isGood(token, 3n), isGood(token, 2n), isGood(token, 4n)]).toEqual([true, false, false]);
  expect(isGood(token, 3n, Buffer.alloc(32, 6))).toBe(false);
});

test('it stays the same from one version of Numer to the next, as links are in mails for years', () => {
  expect(linkTokenOf(KEY, document, 0n)).toBe('AQGiAwYEAHsygzt_lJ125IYBogMX4Dh3eLfZmWTF2RM8t5d3XR7FXo6Ub7f_ClGw4KAS');
});

test('no other document, owner, kind or version has the same', () => {
  const tokens = [
    linkTokenOf(KEY, document, 0n),
    linkTokenOf(KEY, document, 1n),
    linkTokenOf(KEY, { ...document, kind: 'INVOICE' }, 0n),
    linkTokenOf(KEY, { ...document, ownerId: randomUUID() }, 0n),
    linkTokenOf(KEY, { ...document, documentId: randomUUID() }, 0n),
  ].map((token) => Buffer.from(token, 'base64url').subarray(33).toString('hex'));
  expect(new Set(tokens).size).toBe(tokens.length);
  expect(tokens[0]?.length).toBeGreaterThanOrEqual(128 / 4);
});

test('a single bit that is another makes it worthless', () => {
  const bytes = Buffer.from(linkTokenOf(KEY, document, 0n), 'base64url');
  const good = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return isGood(changed.toString('base64url'));
  });
  expect(good).not.toContain(true);
});

test.each([
  '',
  'x',
  `${linkTokenOf(KEY, document, 0n)}=`,
  linkTokenOf(KEY, document, 0n).slice(1),
  `${linkTokenOf(KEY, document, 0n)}A`,
  `${linkTokenOf(KEY, document, 0n).slice(0, -1)}\n`,
  randomBytes(51).fill(255, 0, 1).toString('base64url'),
])('%j is none', (token) => {
  expect(readLinkToken(token)).toBeUndefined();
});
