import { randomUUIDv7 } from 'node:crypto';
import { expect, test } from 'vitest';
import { BOUNCE_LOCAL_PART_OCTETS_MAX, idInAddress, taggedAddress } from './bounce-address.ts';

test('the id of a mail is in its address, whatever the case that servers leave it in', () => {
  const id = randomUUIDv7();
  const address = taggedAddress('bounces@example.com', id);
  expect(address).toBe(`bounces+${id}@example.com`);
  expect(idInAddress(address)).toBe(id);
  expect(idInAddress(address.toUpperCase())).toBe(id);
});

test('an address that has a tag of its own keeps it', () => {
  const id = randomUUIDv7();
  expect(idInAddress(taggedAddress('me+numer@example.com', id))).toBe(id);
});

test('the longest address stays within what mail servers take', () => {
  const address = taggedAddress(`${'b'.repeat(BOUNCE_LOCAL_PART_OCTETS_MAX)}@example.com`, randomUUIDv7());
  expect(address.indexOf('@')).toBe(64);
});

test.each([
  'bounces@example.com',
  'bounces+@example.com',
  'bounces+019ab3f0@example.com',
  'bounces@019ab3f0-1c2d-7e3f-8a4b-000000000006',
  '019ab3f0-1c2d-7e3f-8a4b-000000000006@example.com',
  'bounces+019ab3f0-1c2d-7e3f-8a4b-000000000006x@example.com',
  '',
])('%j names no mail', (address) => {
  expect(idInAddress(address)).toBeUndefined();
});
