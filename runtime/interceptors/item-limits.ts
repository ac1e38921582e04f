import { type DescField, type DescMessage, getOption } from '@bufbuild/protobuf';
import { field as fieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import type { FieldViolation } from '../call/errors.ts';

/** A field that holds items, or messages. */
export interface Holder {
  readonly field: DescField;
  /** Most items of it; infinite without a rule, and for a single message. */
  readonly itemsMax: number;
  /** The text of the violation when there are more. */
  readonly description: string;
}

const known = new WeakMap<DescMessage, readonly Holder[]>();

/** Most violations an answer names. */
export const VIOLATIONS_MAX = 20;

/** The message of field masks, which has no rules of its own. */
export const FIELD_MASK = 'google.protobuf.FieldMask';
/** Most paths of a field mask: more than there are fields and keys of maps in any message. */
const PATHS_MAX = 1000n;

/** Gives what a message has in a field: undefined, an array, an object by keys for a map, a message. */
type ContentReader = (field: DescField, message: unknown) => unknown;

/**
 * The lists and maps in a message that have more items than their rules `max_items` and `max_pairs` allow. The
 * validator finds these as well, but only after it has looked at each item, and a request has room for millions.
 *
 * @param read tells the form that the message has. Default: that of the library.
 */
export function* findExcess(
  desc: DescMessage,
  message: unknown,
  prefix: string,
  read: ContentReader = contentOf,
): Generator<FieldViolation> {
  for (const { field, itemsMax, description } of holdersOf(desc)) {
    const value = read(field, message);
    if (typeof value !== 'object' || value === null) continue;
    const path = prefix + field.name;
    const { message: child } = field;
    if (field.fieldKind === 'message') {
      yield* findExcess(field.message, value, `${path}.`, read);
      continue;
    }
    const items = Array.isArray(value) ? value : Object.keys(value);
    if (items.length > itemsMax) yield { field: path, description };
    else if (child !== undefined) {
      for (const [key, item] of Object.entries(value)) yield* findExcess(child, item, `${path}[${key}].`, read);
    }
  }
}

/** The fields of a message that are lists, maps or messages. */
export function holdersOf(desc: DescMessage): readonly Holder[] {
  const found = known.get(desc) ?? desc.fields.filter(isHolder).map(toHolder);
  known.set(desc, found);
  return found;
}

function isHolder({ fieldKind, message }: DescField): boolean {
  return fieldKind === 'list' || fieldKind === 'map' || message !== undefined;
}

function toHolder(field: DescField): Holder {
  const { type } = getOption(field, fieldRules);
  if (type.case === 'map' && type.value.maxPairs > 0n) {
    const { maxPairs } = type.value;
    return { field, itemsMax: Number(maxPairs), description: `must contain no more than ${maxPairs} entries` };
  }
  const maxItems =
    field.parent.typeName === FIELD_MASK ? PATHS_MAX : type.case === 'repeated' ? type.value.maxItems : 0n;
  if (maxItems === 0n) return { field, itemsMax: Number.POSITIVE_INFINITY, description: '' };
  return { field, itemsMax: Number(maxItems), description: `must contain no more than ${maxItems} item(s)` };
}

/** What is in a field, which may be a member of a oneof. */
export function contentOf({ oneof, localName }: DescField, message: unknown): unknown {
  const members = message as Readonly<Record<string, unknown>>; // a message, whose fields are its properties
  if (oneof === undefined) return members[localName];
  const group = members[oneof.localName] as { readonly case?: string; readonly value?: unknown }; // every oneof is there
  return group.case === localName ? group.value : undefined;
}
