import { type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { FieldDescriptorProto_Type } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeMessage } from './encode-message.ts';
import { ALL_TYPES, bytesOf, everyKind } from './testing/every-kind.ts';

const { BOOL, BYTES, DOUBLE, ENUM, INT32, INT64, MESSAGE, STRING, UINT32, UINT64 } = FieldDescriptorProto_Type;
/** Those that compiled code writes. */
const WRITABLE = [BOOL, BYTES, ENUM, INT32, INT64, MESSAGE, STRING, UINT32, UINT64];

/** The bytes in hexadecimal, or the failure. */
function outcomeOf(encode: typeof encodeMessage, desc: DescMessage, message: Message): string {
  try {
    return Buffer.from(encode(desc, message)).toString('hex');
  } catch (error) {
    return String(error);
  }
}

/** A message as it comes from the wire. */
function messageOf(desc: DescMessage): fc.Arbitrary<Message> {
  return bytesOf(desc, 2).map((bytes) => {
    try {
      return fromBinary(desc, bytes);
    } catch {
      return fromBinary(desc, new Uint8Array());
    }
  });
}

const unusualValue = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', 'a', 0, -0, -1, 0.5, NaN, 2 ** 31, 2 ** 32, true, '7', new Date(0)),
  fc.constantFrom<unknown>(0n, -1n, 2n ** 31n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n),
  fc.constantFrom<unknown>([], [1], ['a'], [undefined], {}, { a: 1 }, { case: 'one_9', value: 'a' }, '\ud800', 'ä'),
  fc.string({ unit: 'binary', minLength: 40, maxLength: 400 }),
);

describe('encodeMessage', () => {
  const writable = everyKind(WRITABLE);

  test.each([
    ['types that are written by compiled code', writable],
    ['all types', everyKind(ALL_TYPES)],
  ])('makes the bytes that the library makes, of messages with %s', (_, desc) => {
    fc.assert(
      fc.property(messageOf(desc), (message) => {
        expect(outcomeOf(encodeMessage, desc, message)).toBe(outcomeOf(toBinary, desc, message));
      }),
      { numRuns: 2_000 },
    );
  });

  test('makes what the library makes, and fails where it fails, whatever the values', () => {
    const change = fc.tuple(fc.constantFrom(...writable.members.map(({ localName }) => localName)), unusualValue);
    fc.assert(
      fc.property(messageOf(writable), fc.array(change, { minLength: 1, maxLength: 3 }), (message, changes) => {
        const changed: Message = Object.assign(message, Object.fromEntries(changes));
        expect(outcomeOf(encodeMessage, writable, changed)).toBe(outcomeOf(toBinary, writable, changed));
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([1, 127, 128, 16_383, 16_384, 300_000, 2_097_152])('writes a length of %d', (length) => {
    for (const letter of ['a', 'ä', '€']) {
      const text = letter.repeat(Math.ceil(length / Buffer.byteLength(letter)));
      const inner = new BinaryWriter()
        .tag(numberOf(writable, `alone_${STRING}`), WireType.LengthDelimited)
        .string(text);
      const outer = new BinaryWriter()
        .tag(numberOf(writable, `many_${MESSAGE}`), WireType.LengthDelimited)
        .bytes(inner.finish())
        .finish();
      expect(Buffer.from(encodeMessage(writable, fromBinary(writable, outer))).equals(outer)).toBe(true);
    }
  });

  test('writes a negative zero, which is no zero', () => {
    const all = everyKind();
    const message = Object.assign(fromBinary(all, new Uint8Array()), { [`alone${DOUBLE}`]: -0 });
    expect(outcomeOf(encodeMessage, all, message)).toMatch(/0{14}80$/);
  });

  test('refuses a message of another type as the library does', () => {
    const other = { ...fromBinary(writable, new Uint8Array()), $typeName: 'kinds.Other' };
    const nested = Object.assign(fromBinary(writable, new Uint8Array()), { [`many${MESSAGE}`]: [other] });
    for (const message of [other, nested]) {
      expect(outcomeOf(encodeMessage, writable, message)).toMatch('ForeignFieldError');
      expect(outcomeOf(encodeMessage, writable, message)).toBe(outcomeOf(toBinary, writable, message));
    }
  });

  test('passes on fields that it does not know', () => {
    const bytes = new BinaryWriter().tag(9_000, WireType.Varint).uint32(7).finish();
    expect(Buffer.from(encodeMessage(writable, fromBinary(writable, bytes))).equals(bytes)).toBe(true);
  });

  test('gives memory that later messages leave alone', () => {
    const of = (text: string) => {
      const field = new BinaryWriter()
        .tag(numberOf(writable, `alone_${STRING}`), WireType.LengthDelimited)
        .string(text);
      return encodeMessage(writable, fromBinary(writable, field.finish()));
    };
    const one = of('one');
    const before = Buffer.from(one);
    of('another');
    expect(before.equals(one)).toBe(true);
  });
});

function numberOf(desc: DescMessage, name: string): number {
  const field = desc.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`there is no field ${name}`);
  return field.number;
}
