import { create, type DescField, type MessageInitShape, setExtension } from '@bufbuild/protobuf';
import { FieldOptionsSchema } from '@bufbuild/protobuf/wkt';
import { FieldRulesSchema, field as fieldRules, Ignore } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { expect, test } from 'vitest';
import { Invoice_StateSchema, InvoiceSchema } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import { ListInvoicesRequestSchema } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { boundsInWords } from './bounds-in-words.ts';

/** A field with these rules, and of the enum State where that matters. */
function fieldWith(rules: MessageInitShape<typeof FieldRulesSchema>): DescField {
  const options = create(FieldOptionsSchema);
  setExtension(options, fieldRules, create(FieldRulesSchema, rules));
  const { memo } = InvoiceSchema.field;
  // A copy of a real field whose options alone differ.
  return { ...memo, enum: Invoice_StateSchema, proto: { ...memo.proto, options } } as unknown as DescField;
}

const string = (value: object) => ({ type: { case: 'string', value } }) as const;
const int32 = (value: object) => ({ type: { case: 'int32', value } }) as const;

const cases: readonly (readonly [rules: MessageInitShape<typeof FieldRulesSchema>, phrases: readonly string[]])[] = [
  [{}, []],
  [{ ignore: Ignore.ALWAYS, ...string({ maxLen: 3n }) }, ['not checked by itself']],
  [string({ minLen: 1n, maxLen: 200n }), ['1 to 200 characters']],
  [string({ maxLen: 1n }), ['at most 1 character']],
  [string({ minLen: 2n }), ['at least 2 characters']],
  [string({ len: 3n }), ['exactly 3 characters']],
  [string({ maxBytes: 9n, pattern: '^a$' }), ['at most 9 bytes', 'matching ^a$']],
  [string({ wellKnown: { case: 'uuid', value: true } }), ['a UUID']],
  [string({ wellKnown: { case: 'uuid', value: false } }), []],
  [string({ in: ['a', 'b'], notIn: ['c'] }), ['a or b', 'not c']],
  [{ cel: [{ message: 'must be a date, YYYY-MM-DD' }, { message: 'is odd' }] }, ['a date, YYYY-MM-DD', 'is odd']],
  [int32({ greaterThan: { case: 'gte', value: 0 }, lessThan: { case: 'lte', value: 100 } }), ['0 to 100']],
  [
    int32({ greaterThan: { case: 'gt', value: 0 }, lessThan: { case: 'lt', value: 9 } }),
    ['more than 0', 'less than 9'],
  ],
  [{ type: { case: 'int64', value: { greaterThan: { case: 'gte', value: 1n } } } }, ['at least 1']],
  [{ type: { case: 'bytes', value: { maxLen: 5n } } }, ['at most 5 bytes']],
  [{ type: { case: 'enum', value: { definedOnly: true, notIn: [0, 2] } } }, ['not STATE_UNSPECIFIED or OPEN']],
  [
    { type: { case: 'repeated', value: { minItems: 1n, maxItems: 5n, unique: true, items: string({ maxLen: 9n }) } } },
    ['1 to 5 items', 'no item twice', 'each: at most 9 characters'],
  ],
  [
    { type: { case: 'map', value: { maxPairs: 2n, keys: string({ maxLen: 9n }), values: string({ minLen: 1n }) } } },
    ['at most 2 entries', 'each key: at most 9 characters', 'each value: at least 1 character'],
  ],
];

test.each(cases.map(([rules, phrases]) => [phrases, rules] as const))('rules are said as %j', (phrases, rules) => {
  expect(boundsInWords(fieldWith(rules))).toEqual(phrases);
});

test('the rules of the contracts are said', () => {
  const { pageSize, state, issueDateFrom } = ListInvoicesRequestSchema.field;
  expect([pageSize, state, issueDateFrom].map(boundsInWords)).toEqual([
    ['0 to 100'],
    ['at most 5 items', 'each: not STATE_UNSPECIFIED'],
    ['at most 10 characters', 'a date, YYYY-MM-DD'],
  ]);
});
