import type { DescField, DescMessage, MessageShape } from '@bufbuild/protobuf';

/**
 * The message with the entries of its maps and the paths of its field masks in one order, so that two that ask for the same have
 * the same bytes: a client may write either in another order each time, as those in Go do with maps. What is in a `oneof` stays as
 * it is. The message itself is not changed, but what has no such order is shared with it.
 */
export function inOneOrder<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): MessageShape<Desc> {
  return ordered(desc, message) as MessageShape<Desc>; // the same fields
}

function ordered(desc: DescMessage, message: object): object {
  const fields = unorderedFieldsOf(desc);
  if (fields.length === 0) return message;
  const result = Object.assign(Object.create(Object.getPrototypeOf(message)), message);
  for (const field of fields) result[field.localName] = orderedValue(field, result[field.localName]);
  return result;
}

function orderedValue(field: DescField, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { message } = field;
  const orderedItem = (item: object) => (message === undefined ? item : ordered(message, item));
  switch (field.fieldKind) {
    case 'map':
      return Object.fromEntries(
        Object.entries(value)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, item]) => [key, orderedItem(item)]),
      );
    case 'list':
      return isPathsOfMask(field) ? [...(value as string[])].sort() : (value as object[]).map(orderedItem); // else it is one of messages
    default:
      return orderedItem(value);
  }
}

/** What was found of each type, which is asked for with each request. */
const known = new WeakMap<DescMessage, readonly DescField[]>();

/** The fields of a type that have such an order, or messages with one. */
function unorderedFieldsOf(desc: DescMessage): readonly DescField[] {
  const found = known.get(desc);
  if (found !== undefined) return found;
  known.set(desc, []); // for a message that is in itself
  const fields = desc.fields.filter((field) => field.oneof === undefined && isUnordered(field));
  known.set(desc, fields);
  return fields;
}

function isUnordered(field: DescField): boolean {
  if (field.fieldKind === 'map' || isPathsOfMask(field)) return true;
  return field.message !== undefined && unorderedFieldsOf(field.message).length > 0;
}

function isPathsOfMask({ parent, name }: DescField): boolean {
  return parent.typeName === 'google.protobuf.FieldMask' && name === 'paths';
}
