import { create, createRegistry, toBinary, toJson } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressSchema, KindsSchema } from './gen/testdata/library_pb.ts';
import { createJsonWriters } from './json-writer.ts';

const registry = createRegistry(AddressSchema);

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('"', '\\', '\n', '\u2028', '\ud800'));
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const bytes = fc.uint8Array({ maxLength: 20 });
const color = fc.constantFrom(0, 1, 2, 77);
const timestamp = fc.record({
  seconds: fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }),
  nanos: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 999 }).map((ms) => ms * 1_000_000),
    fc.integer({ min: 0, max: 999_999_999 }),
  ),
});
const any = {
  typeUrl: 'type.googleapis.com/library.v1.Address',
  value: toBinary(AddressSchema, create(AddressSchema, { city: 'Ulm' })),
};

const members = {
  text,
  flag: fc.boolean(),
  int32Value: int32,
  uint32Value: uint32,
  int64Value: int64,
  uint64Value: uint64,
  floatValue: fc.float().map(Math.fround),
  doubleValue: fc.oneof(fc.double(), fc.constant(-0)),
  data: bytes,
  color,
  maybe: fc.constantFrom(0, 5),
  texts: fc.array(text, { maxLength: 3 }),
  numbers: fc.array(int32, { maxLength: 3 }),
  colors: fc.array(color, { maxLength: 3 }),
  times: fc.array(timestamp, { maxLength: 2 }).chain((times) => fc.constantFrom(times, [...times, ...times])),
  labels: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
  counts: fc.dictionary(int32.map(String), int64, { maxKeys: 3, noNullPrototype: true }),
  timestamp,
  duration: fc.record({ seconds: fc.bigInt({ min: 0n, max: 1000n }), nanos: fc.nat(999_999_999) }),
  mask: fc.constant({ paths: ['a_b', 'c.d_e'] }),
  stringWrapper: text,
  int64Wrapper: int64,
  boolWrapper: fc.boolean(),
  doubleWrapper: fc.double(),
  bytesWrapper: bytes,
  struct: fc.constantFrom({ a: [1, { b: null }], 'é"': 'x' }, {}),
  value: fc.constant({ kind: { case: 'stringValue', value: 'v' } }),
  list: fc.constant({ values: [{ kind: { case: 'numberValue', value: 1 } }] }),
  any: fc.constant(any),
  choice: fc.oneof(
    fc.record({ case: fc.constant('choiceText'), value: text }),
    fc.record({ case: fc.constant('choiceNumber'), value: int32 }),
    fc.record({ case: fc.constant('choiceAddress'), value: fc.record({ city: text }) }),
  ),
  toString$: text,
};

// The members of an init are those of the message.
const messageOf = (init: object) => create(KindsSchema, init as never);
const leaf = fc.record(members, { requiredKeys: [] }).map(messageOf);
const kinds = fc
  .record(
    {
      ...members,
      items: fc.array(leaf, { maxLength: 2 }),
      nested: leaf,
      children: fc.dictionary(text, leaf, { maxKeys: 1, noNullPrototype: true }),
    },
    { requiredKeys: [] },
  )
  .map(messageOf);

describe.each([true, false])('with alwaysEmitImplicit %s', (alwaysEmitImplicit) => {
  const write = createJsonWriters({ alwaysEmitImplicit, registry })(KindsSchema);

  test('writes of any message what the library writes', () => {
    fc.assert(
      fc.property(kinds, (message) => {
        expect(write(message)).toBe(JSON.stringify(toJson(KindsSchema, message, { alwaysEmitImplicit, registry })));
      }),
      { numRuns: 100 },
    );
  });

  test('writes a frozen list in each message that has it, and an empty one as the library does', () => {
    const init = {
      texts: Object.freeze(['a', '"']),
      colors: Object.freeze([]),
      times: Object.freeze([{ seconds: 1n }]),
    };
    for (const message of [messageOf(init), messageOf({ ...init, flag: true })]) {
      message.texts = init.texts as string[]; // frozen, whatever the type says
      expect(write(message)).toBe(JSON.stringify(toJson(KindsSchema, message, { alwaysEmitImplicit, registry })));
    }
  });
});

test.each([
  ['a timestamp before the year 1', { timestamp: { seconds: -62_135_596_801n, nanos: 0 } }],
  ['a timestamp after the year 9999', { timestamp: { seconds: 253_402_300_800n, nanos: 0 } }],
  ['a timestamp with more than a second of nanos', { timestamp: { seconds: 0n, nanos: 1_000_000_000 } }],
  ['an Any of an unknown type', { any: { typeUrl: 'type.googleapis.com/x.Y', value: new Uint8Array() } }],
])('refuses %s', (_what, init) => {
  const write = createJsonWriters({ alwaysEmitImplicit: true, registry })(KindsSchema);
  expect(() => write(create(KindsSchema, init))).toThrow(/cannot encode/);
});
