import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { Code, ConnectError } from '@connectrpc/connect';
import { connectErrorOf, invalidFields } from '../../runtime/call/errors.ts';
import { wireTypeOf } from '../../runtime/grpc/plain-message.ts';
import { type Holder, holdersOf } from '../../runtime/interceptors/item-limits.ts';

/** How deep protobuf runtimes read; they refuse deeper messages. */
const DEPTH_MAX = 100;

/** A message as it will be decoded. What comes several times for a field that is not a list becomes one message. */
interface Place {
  readonly desc: DescMessage;
  /** Where it is, to be put before the name of a field. */
  readonly prefix: string;
  /** How many items its lists and maps have so far. */
  readonly items: Map<DescField, number>;
  readonly parts: Map<DescField, Place>;
}

interface Walk {
  readonly bytes: Uint8Array;
  readonly source: BinaryReader;
  readonly maxValues: number;
  values: number;
}

/**
 * Checks how much is in a binary message before it is decoded: two bytes can become hundreds in memory. Its lists and maps
 * may have no more items than their contracts allow, and the message at most `maxValues` values (fields, and items of
 * lists). Bytes that are no message are left to the decoder to refuse.
 *
 * @throws ConnectError INVALID_ARGUMENT naming the list or map, or RESOURCE_EXHAUSTED
 */
export function checkBinary(bytes: Uint8Array, desc: DescMessage, maxValues: number): void {
  const walk = { bytes, source: new BinaryReader(bytes), maxValues, values: 0 };
  try {
    visit(walk, bytes.byteLength, placeOf(desc, ''), 0);
  } catch (error) {
    if (error instanceof ConnectError) throw error;
  }
}

function placeOf(desc: DescMessage, prefix: string): Place {
  return { desc, prefix, items: new Map(), parts: new Map() };
}

function visit(walk: Walk, end: number, place: Place, depth: number): void {
  const { source } = walk;
  const holders = holdersByNumber(place.desc);
  while (source.pos < end) {
    const [number, wireType] = source.tag();
    const holder = holders.get(number);
    const isDelimited = wireType === WireType.LengthDelimited;
    const message = holder?.field.fieldKind === 'map' ? undefined : holder?.field.message;
    if (holder !== undefined && isDelimited && isPackable(holder.field)) {
      const packed = takeBytes(walk);
      addItems(walk, place, holder, countPacked(packed, wireTypeOf(holder.field)));
    } else {
      addItems(walk, place, holder, 1);
      if (holder !== undefined && message !== undefined && isDelimited && depth < DEPTH_MAX) {
        const length = source.uint32();
        visit(walk, source.pos + length, childOf(place, holder.field, message), depth + 1);
      } else {
        source.skip(wireType, number);
      }
    }
  }
}

function takeBytes({ source, bytes }: Walk): Uint8Array {
  const length = source.uint32();
  source.pos += length;
  return bytes.subarray(source.pos - length, source.pos);
}

function addItems(walk: Walk, { items, prefix }: Place, holder: Holder | undefined, added: number): void {
  walk.values += added;
  if (walk.values > walk.maxValues) {
    throw new ConnectError(`The body has more than ${walk.maxValues} values.`, Code.ResourceExhausted);
  }
  if (holder === undefined || holder.field.fieldKind === 'message') return;
  const { field, itemsMax, description } = holder;
  const total = (items.get(field) ?? 0) + added;
  if (total > itemsMax) throw connectErrorOf(invalidFields([{ field: prefix + field.name, description }]));
  items.set(field, total);
}

function childOf({ prefix, items, parts }: Place, field: DescField, desc: DescMessage): Place {
  if (field.fieldKind === 'list') return placeOf(desc, `${prefix}${field.name}[${(items.get(field) ?? 1) - 1}].`);
  const part = parts.get(field) ?? placeOf(desc, `${prefix}${field.name}.`);
  parts.set(field, part);
  return part;
}

function isPackable(field: DescField): boolean {
  return field.fieldKind === 'list' && wireTypeOf(field) !== WireType.LengthDelimited;
}

function countPacked(packed: Uint8Array, wireType: WireType): number {
  if (wireType === WireType.Bit64) return packed.byteLength / 8;
  if (wireType === WireType.Bit32) return packed.byteLength / 4;
  let items = 0;
  // The last byte of a number is the one without the highest bit.
  for (const byte of packed) if (byte < 0x80) items += 1;
  return items;
}

const known = new WeakMap<DescMessage, ReadonlyMap<number, Holder>>();

function holdersByNumber(desc: DescMessage): ReadonlyMap<number, Holder> {
  const found = known.get(desc) ?? new Map(holdersOf(desc).map((holder) => [holder.field.number, holder]));
  known.set(desc, found);
  return found;
}
