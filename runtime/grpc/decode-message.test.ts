import { create, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { FieldDescriptorProto_Type } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMessage } from './decode-message.ts';
import { bytesOf, everyKind } from './testing/every-kind.ts';

/** The message, or the failure. */
function outcomeOf(decode: typeof fromBinary, desc: DescMessage, bytes: Uint8Array): unknown {
  try {
    return decode(desc, bytes);
  } catch (error) {
    return String(error);
  }
}

describe('decodeMessage', () => {
  const kinds = everyKind();

  test('gives what the library gives, and fails where it fails, whatever the bytes', () => {
    const cut = fc.tuple(bytesOf(kinds, 2), fc.nat(60)).map(([bytes, left]) => bytes.subarray(0, bytes.length - left));
    fc.assert(
      fc.property(fc.oneof(bytesOf(kinds, 2), cut), (bytes) => {
        expect(outcomeOf(decodeMessage, kinds, bytes)).toEqual(outcomeOf(fromBinary, kinds, bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  const { MESSAGE } = FieldDescriptorProto_Type;
  const fieldNumber = (kind: string) => kinds.fields.find(({ name }) => name === `${kind}_${MESSAGE}`)?.number ?? 0;
  const part = (number: number, bytes: Uint8Array) =>
    new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(bytes).finish();
  const twice = (kind: string) => {
    const number = fieldNumber(kind);
    return Buffer.concat([
      part(number, part(fieldNumber('many'), new Uint8Array())),
      part(number, part(number, new Uint8Array())),
    ]);
  };

  test.each([
    ['a message that comes twice', twice('alone')],
    ['a message in a oneof that comes twice', twice('one')],
    ['a tag of more bytes than one has', Buffer.from([0xa8, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 1])],
    ['a tag of a number that is too large', Buffer.from([0xa8, 0x80, 0x80, 0x80, 0x20, 1])],
  ])('takes %s as the library does', (_what, bytes) => {
    expect(outcomeOf(decodeMessage, kinds, bytes)).toEqual(outcomeOf(fromBinary, kinds, bytes));
  });

  test('makes messages that share nothing', () => {
    const [one, other] = [decodeMessage(kinds, new Uint8Array()), decodeMessage(kinds, new Uint8Array())];
    expect(one).toEqual(create(kinds));
    for (const [name, value] of Object.entries(one)) {
      if (typeof value === 'object')
        expect(value, name).not.toBe(Object.entries(other).find(([key]) => key === name)?.[1]);
    }
  });

  test('keeps fields that it does not know', () => {
    const bytes = new BinaryWriter().tag(9_000, WireType.Varint).uint32(7).finish();
    expect(decodeMessage(kinds, bytes).$unknown).toEqual([{ no: 9_000, wireType: 0, data: Uint8Array.of(7) }]);
  });
});
