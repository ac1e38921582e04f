import { describe, expect, test } from 'vitest';
import { auditedChanges } from './changes.ts';

const before = { name: 'Ada', locale: 'en', timeZone: 'UTC', address: { city: 'London', line1: 'Row 1' } };

describe('changes', () => {
  test('of equal states are none', () => {
    expect(auditedChanges(before, structuredClone(before))).toEqual([]);
  });

  test('of settings are told with their values', () => {
    expect(auditedChanges(before, { ...before, timeZone: 'Asia/Tokyo' })).toEqual([
      { field: 'timeZone', oldValue: 'UTC', newValue: 'Asia/Tokyo' },
    ]);
    expect(auditedChanges({}, { locale: 'de' })).toEqual([{ field: 'locale', newValue: 'de' }]);
    expect(auditedChanges({ locale: 'de' }, { locale: '' })).toEqual([{ field: 'locale', oldValue: 'de' }]);
  });

  test('of personal data name the field only', () => {
    expect(auditedChanges(before, { ...before, name: 'Grace', notes: 'pays late' })).toEqual([
      { field: 'name' },
      { field: 'notes' },
    ]);
  });

  test('name single entries of metadata, and tags as one', () => {
    const after = { ...before, metadata: { crm: '7', region: 'north' }, tags: ['new', 'vip'] };
    expect(auditedChanges(before, after)).toEqual([
      { field: 'metadata.crm' },
      { field: 'metadata.region' },
      { field: 'tags' },
    ]);
    expect(auditedChanges(after, { ...after, metadata: { crm: '8', region: 'north' } })).toEqual([
      { field: 'metadata.crm' },
    ]);
    expect(auditedChanges(after, { ...after, tags: ['vip', 'new'] })).toEqual([{ field: 'tags' }]);
  });

  test('leave out what the system gives', () => {
    const given = { id: '1', prefix: 'nk_1', createTime: 'a', updateTime: 'b', etag: '"1"' };
    expect(auditedChanges({}, { ...given, readOnly: true })).toEqual([{ field: 'readOnly', newValue: 'true' }]);
    expect(auditedChanges(given, {})).toEqual([]);
  });

  test('reach into the address', () => {
    expect(auditedChanges(before, { ...before, address: { city: 'Paris', line1: 'Row 1' } })).toEqual([
      { field: 'address.city' },
    ]);
    expect(auditedChanges(before, { ...before, address: undefined })).toEqual([
      { field: 'address.city' },
      { field: 'address.line1' },
    ]);
  });
});
