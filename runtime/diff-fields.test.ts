import { expect, test } from 'vitest';
import { diffFields } from './diff-fields.ts';

test('changes are told by name, with the values there are', () => {
  const before = { state: 'SCHEDULED', daysBeforeDue: 0, remindTime: 'a' };
  expect(diffFields(before, { ...before, state: 'SENT', cancelReason: undefined })).toEqual([
    { field: 'state', oldValue: 'SCHEDULED', newValue: 'SENT' },
  ]);
  expect(diffFields({}, before)).toEqual([
    { field: 'daysBeforeDue', newValue: '0' },
    { field: 'remindTime', newValue: 'a' },
    { field: 'state', newValue: 'SCHEDULED' },
  ]);
  expect(diffFields({ fixedTime: 'a' }, {})).toEqual([{ field: 'fixedTime', oldValue: 'a' }]);
  expect(diffFields({ memo: '', locale: null }, { memo: 'a', locale: '' }, 'lines.1.')).toEqual([
    { field: 'lines.1.memo', newValue: 'a' },
  ]);
  expect(diffFields(before, { ...before })).toEqual([]);
});
