import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { FieldRulesSchema, Ignore, KnownRegex } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { describe, expect, test } from 'vitest';
import { allowsEnumNumber, boundsOf, remarksOf } from './bounds.ts';
import type { Schema } from './document.ts';

type RulesInit = MessageInitShape<typeof FieldRulesSchema>;

const rulesOf = (init: RulesInit) => create(FieldRulesSchema, init);
const cel = (expression: string) => [{ id: 'book.isbn', message: 'must be an ISBN', expression }];

const cases: readonly (readonly [string, RulesInit, Schema])[] = [
  ['no rules', {}, {}],
  [
    'the lengths of a string',
    { type: { case: 'string', value: { minLen: 1n, maxLen: 9n } } },
    { minLength: 1, maxLength: 9 },
  ],
  ['an exact length', { type: { case: 'string', value: { len: 3n } } }, { minLength: 3, maxLength: 3 }],
  ['a required string', { required: true, type: { case: 'string', value: {} } }, { minLength: 1 }],
  ['a pattern', { type: { case: 'string', value: { pattern: '^a+$' } } }, { pattern: '^a+$' }],
  ['a list of strings', { type: { case: 'string', value: { in: ['a', 'b'] } } }, { enum: ['a', 'b'] }],
  ['one string', { type: { case: 'string', value: { const: '' } } }, { const: '' }],
  ['a format', { type: { case: 'string', value: { wellKnown: { case: 'email', value: true } } } }, { format: 'email' }],
  [
    'a format that is switched off',
    { type: { case: 'string', value: { wellKnown: { case: 'uuid', value: false } } } },
    {},
  ],
  [
    'a format that JSON Schema does not know',
    { type: { case: 'string', value: { wellKnown: { case: 'wellKnownRegex', value: KnownRegex.HTTP_HEADER_NAME } } } },
    {},
  ],
  ['a pattern in CEL', { cel: cel("this.matches('^[0-9]{3}$')") }, { pattern: '^[0-9]{3}$' }],
  [
    'a pattern in CEL that is not all of the rule',
    { cel: cel("this == '' || this.matches('^[0-9]{3}$') && this.matches('[1-9]')") },
    { pattern: '^[0-9]{3}$' },
  ],
  ['no pattern that another rule may stand in for', { cel: cel("this.matches('^a$') || this.matches('^b$')") }, {}],
  ['an escaped pattern in CEL', { cel: cel("this.matches('^a\\\\.b\\'$')") }, { pattern: "^a\\.b'$" }],
  [
    'a date',
    { cel: cel("this == '' || this.matches('^[0-9]{4}-[0-9]{2}-[0-9]{2}$')") },
    { pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', format: 'date' },
  ],
  [
    'the bounds of a number, with the ends',
    {
      type: { case: 'int32', value: { greaterThan: { case: 'gte', value: 0 }, lessThan: { case: 'lte', value: 100 } } },
    },
    { minimum: 0, maximum: 100 },
  ],
  [
    'the bounds of a number, without the ends',
    { type: { case: 'double', value: { greaterThan: { case: 'gt', value: 0 }, lessThan: { case: 'lt', value: 1 } } } },
    { exclusiveMinimum: 0, exclusiveMaximum: 1 },
  ],
  [
    'more than zero, of 64 bits',
    { type: { case: 'int64', value: { greaterThan: { case: 'gt', value: 0n } } } },
    { pattern: '^[1-9][0-9]{0,19}$' },
  ],
  [
    'zero or more, of 64 bits',
    { type: { case: 'int64', value: { greaterThan: { case: 'gte', value: 0n } } } },
    { pattern: '^(0|[1-9][0-9]{0,19})$' },
  ],
  ['bytes', { type: { case: 'bytes', value: { minLen: 1n, maxLen: 4n } } }, { minLength: 2, maxLength: 8 }],
  [
    'a list',
    { type: { case: 'repeated', value: { maxItems: 5n, unique: true } }, required: true },
    { minItems: 1, maxItems: 5, uniqueItems: true },
  ],
  ['a map', { type: { case: 'map', value: { minPairs: 1n, maxPairs: 5n } } }, { minProperties: 1, maxProperties: 5 }],
  ['rules that do not count', { ignore: Ignore.ALWAYS, type: { case: 'string', value: { maxLen: 9n } } }, {}],
];

describe('boundsOf', () => {
  test.each(cases)('says %s', (_, rules, schema) => {
    expect(boundsOf(rulesOf(rules), false)).toEqual(schema);
  });

  test('lets the default value pass in an answer where the rules do', () => {
    const email = rulesOf({
      ignore: Ignore.IF_ZERO_VALUE,
      type: { case: 'string', value: { maxLen: 254n, wellKnown: { case: 'email', value: true } } },
    });
    expect(boundsOf(email, true)).toEqual({ maxLength: 254 });
    const currency = rulesOf({ cel: cel("this == '' || this.matches('^[A-Z]{3}$')") });
    expect(boundsOf(currency, true)).toEqual({ pattern: '^$|^[A-Z]{3}$' });
    const name = rulesOf({ type: { case: 'string', value: { minLen: 1n } } });
    expect(boundsOf(name, true)).toEqual({ minLength: 1 });
  });
});

test('remarksOf tells of the rules that are no patterns', () => {
  const remark = ['The value must be an ISBN.'];
  expect(remarksOf(rulesOf({ cel: [...cel("this.matches('^a$')"), ...cel('this.size() == 10')] }))).toEqual(remark);
  expect(remarksOf(rulesOf({ cel: cel("this.matches('^[0-9]$') && this.matches('[1-9]')") }))).toEqual(remark);
});

test('allowsEnumNumber follows the lists of an enum', () => {
  const rules = (value: { in?: number[]; notIn?: number[] }) => rulesOf({ type: { case: 'enum', value } });
  expect([0, 1, 2].filter((number) => allowsEnumNumber(rules({ notIn: [0] }), number))).toEqual([1, 2]);
  expect([0, 1, 2].filter((number) => allowsEnumNumber(rules({ in: [2] }), number))).toEqual([2]);
  expect([0, 1, 2].filter((number) => allowsEnumNumber(rulesOf({ required: true }), number))).toEqual([1, 2]);
});
