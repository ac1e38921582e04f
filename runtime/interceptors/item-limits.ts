import { type DescField, type DescMessage, getOption, type Message } from '@bufbuild/protobuf';
import { field as fieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import type { FieldViolation } from '../call/errors.ts';

/** A field that holds items, or messages. */
interface Holder {
  readonly field: DescField;
  /** Most items of it; infinite without a rule, and for a single message. */
  readonly itemsMax: number;
  /** The text of the violation when there are more. */
  readonly description: string;
}

const known = new WeakMap<DescMessage, readonly Holder[]>();

/**
 * The lists and maps in a message that have more items than their rules `max_items` and `max_pairs` allow. The
 * validator finds these as well, but only after it has looked at each item, and a request has room for millions.
 */
export function* findExcess(desc: DescMessage, message: Message, prefix: string): Generator<FieldViolation> {
  for (const { field, itemsMax, description } of holdersOf(desc)) {
    const value = contentOf(field, message);
    if (typeof value !== 'object' || value === null) continue;
    const path = prefix + field.name;
    const { message: child } = field;
    if (field.fieldKind === 'message') {
      yield* findExcess(field.message, value as Message, `${path}.`); // as its field says
      continue;
    }
    const items = Array.isArray(value) ? value : Object.entries(value);
    if (items.length > itemsMax) yield { field: path, description };
    else if (child !== undefined) {
      for (const [key, item] of Object.entries(value)) yield* findExcess(child, item, `${path}[${key}].`);
    }
  }
}

function holdersOf(desc: DescMessage): readonly Holder[] {
  const found = known.get(desc) ?? desc.fields.filter(isHolder).map(toHolder);
  known.set(desc, found);
  return found;
}

function isHolder({ fieldKind, message }: DescField): boolean {
  return fieldKind === 'list' || fieldKind === 'map' || message !== undefined;
}

function toHolder(field: DescField): Holder {
  const { type } = getOption(field, fieldRules);
  if (type.case === 'repeated' && type.value.maxItems > 0n) {
    const { maxItems } = type.value;
    return { field, itemsMax: Number(maxItems), description: `must contain no more than ${maxItems} item(s)` };
  }
  if (type.case === 'map' && type.value.maxPairs > 0n) {
    const { maxPairs } = type.value;
    return { field, itemsMax: Number(maxPairs), description: `must contain no more than ${maxPairs} entries` };
  }
  return { field, itemsMax: Number.POSITIVE_INFINITY, description: '' };
}

/** What is in a field, which may be a member of a oneof. */
export function contentOf({ oneof, localName }: DescField, message: Message): unknown {
  const members = message as Message & Readonly<Record<string, unknown>>; // its fields are its properties
  if (oneof === undefined) return members[localName];
  const group = members[oneof.localName] as { readonly case?: string; readonly value?: unknown }; // every oneof is there
  return group.case === localName ? group.value : undefined;
}
