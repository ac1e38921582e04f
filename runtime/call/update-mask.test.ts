import { create } from '@bufbuild/protobuf';
import { FieldMaskSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { CustomerSchema } from '../../gen/numer/user/v1/customer_pb.ts';
import { applyUpdateMask, changedFields } from './update-mask.ts';

const present = create(CustomerSchema, {
  id: '1',
  name: 'Ada',
  email: 'ada@example.com',
  address: { city: 'London', postalCode: 'W1' },
  etag: '"1"',
});

function patched(change: Parameters<typeof create<typeof CustomerSchema>>[1], ...paths: string[]) {
  return applyUpdateMask(CustomerSchema, present, create(CustomerSchema, change), create(FieldMaskSchema, { paths }));
}

describe('an update mask', () => {
  test('takes the named fields and leaves the others', () => {
    expect(patched({ name: 'Grace', email: 'grace@example.com' }, 'name')).toEqual({ ...present, name: 'Grace' });
  });

  test('clears a named field that the change does not have', () => {
    expect(patched({}, 'email').email).toBe('');
    expect(patched({}, 'address').address).toBeUndefined();
  });

  test('leads into a message and leaves the rest of it', () => {
    expect(patched({ address: { city: 'Paris' } }, 'address.city').address).toMatchObject({
      city: 'Paris',
      postalCode: 'W1',
    });
  });

  test('makes a message that is not there yet', () => {
    const bare = create(CustomerSchema, { name: 'Ada' });
    const change = create(CustomerSchema, { address: { city: 'Paris' } });
    const mask = create(FieldMaskSchema, { paths: ['address.city'] });
    expect(applyUpdateMask(CustomerSchema, bare, change, mask).address?.city).toBe('Paris');
    expect(bare.address).toBeUndefined();
  });

  test('leads to single entries of a map, whatever their keys are made of', () => {
    const labelled = create(CustomerSchema, { metadata: { region: 'north', 'crm.id': '7', group: 'a' } });
    const change = create(CustomerSchema, { metadata: { 'crm.id': '8', constructor: 'x', unnamed: 'y' } });
    const paths = ['metadata.crm.id', 'metadata.group', 'metadata.constructor', 'metadata.toString'];
    const result = applyUpdateMask(CustomerSchema, labelled, change, create(FieldMaskSchema, { paths }));
    expect(result.metadata).toEqual({ region: 'north', 'crm.id': '8', constructor: 'x' });
    expect(labelled.metadata).toEqual({ region: 'north', 'crm.id': '7', group: 'a' });
  });

  test('replaces a map as a whole when it names it', () => {
    const labelled = create(CustomerSchema, { metadata: { region: 'north' } });
    const change = create(CustomerSchema, { metadata: { group: 'a' } });
    const mask = create(FieldMaskSchema, { paths: ['metadata'] });
    expect(applyUpdateMask(CustomerSchema, labelled, change, mask).metadata).toEqual({ group: 'a' });
  });

  test('does not touch the present resource', () => {
    patched({ address: { city: 'Paris' } }, 'address.city');
    expect(present.address?.city).toBe('London');
  });

  test('passes over output-only fields', () => {
    expect(patched({ id: '2', etag: '"9"' }, 'id', 'etag')).toEqual(present);
  });

  test('changes nothing when it is empty', () => {
    expect(patched({ name: 'Grace' })).toEqual(present);
  });

  test.each(['nickname', 'name.first', 'address.planet', 'taxId', ''])('refuses the unknown path "%s"', (path) => {
    expect(() => patched({}, path)).toThrow('update_mask names');
  });

  test('is required', () => {
    expect(() => applyUpdateMask(CustomerSchema, present, undefined, undefined)).toThrow('update_mask must');
  });
});

test('the changed fields are those that the mask names and that are another, however deep', () => {
  const paths = ['name', 'email', 'address.city', 'tax_id', 'etag'];
  const after = patched({ name: 'Ada', email: 'a@example.com', address: { city: 'Paris' }, etag: '"9"' }, ...paths);
  const changed = (...named: string[]) =>
    changedFields(CustomerSchema, present, after, create(FieldMaskSchema, { paths: named }));
  expect(changed(...paths)).toEqual(['email', 'address']);
  expect(changed('name', 'address.city')).toEqual(['address']);
  expect(changed()).toEqual([]);
  expect(changedFields(CustomerSchema, present, after, undefined)).toEqual([]);
});
