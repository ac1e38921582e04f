import { type DescField, getOption, ScalarType } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { field_behavior } from '../../gen/google/api/field_behavior_pb.ts';
import { contractFiles, messages } from './contracts.ts';

const fields = messages.flatMap((message) => message.fields);
/** Options describe contracts and are never sent. */
const sent = fields.filter((field) => !field.parent.typeName.startsWith('numer.options.'));

function named(chosen: readonly DescField[]): string[] {
  return chosen.map(String);
}

function isTimestamp(field: DescField): boolean {
  return field.message?.typeName === 'google.protobuf.Timestamp';
}

describe('fields', () => {
  test('each says who sets it: required, optional or output only', () => {
    expect(named(sent.filter((field) => getOption(field, field_behavior).length === 0))).toEqual([]);
  });

  test('exactly the timestamps end in _time', () => {
    expect(named(fields.filter((field) => field.name.endsWith('_time') !== isTimestamp(field)))).toEqual([]);
  });

  test('dates are strings', () => {
    const dates = fields.filter((field) => field.name.endsWith('_date'));
    expect(named(dates.filter((field) => field.scalar !== ScalarType.STRING))).toEqual([]);
  });
});

describe('enums', () => {
  const enums = [...contractFiles.flatMap((file) => file.enums), ...messages.flatMap((message) => message.nestedEnums)];

  test('each is nested in its message, but for the reasons of errors', () => {
    const top = contractFiles.flatMap((file) => file.enums.map((declared) => declared.typeName));
    expect(top).toEqual(['numer.errors.v1.ErrorReason']);
  });

  test('only the zero value carries a prefix', () => {
    const zeros = enums.map((declared) => declared.proto.value[0]?.name ?? '');
    expect(zeros.filter((name) => !/^[A-Z]+(_[A-Z]+)*_UNSPECIFIED$/.test(name))).toEqual([]);
    const prefixed = enums
      .filter((declared) => declared.parent !== undefined)
      .flatMap((declared) => {
        const prefix = `${declared.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}_`;
        return declared.proto.value.slice(1).filter((value) => value.name.startsWith(prefix));
      });
    expect(prefixed.map((value) => value.name)).toEqual([]);
  });
});
