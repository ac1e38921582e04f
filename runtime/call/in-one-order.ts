import type { DescField, DescMessage, MessageShape } from '@bufbuild/protobuf';

/**
 * The message with the entries of its maps and the paths of its field masks sorted, so that two messages that ask for
 * the same have the same bytes. A client may write them in another order each time, as Go clients do with maps. What is
 * in a `oneof` stays as it is. The message itself is not changed; the result shares with it whatever needs no sorting.
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
      return isPathsOfMask(field) ? [...(value as string[])].sort() : (value as object[]).map(orderedItem); // otherwise a list of messages
    default:
      return orderedItem(value);
  }
}

/** The fields found for each type. Every request asks for them. */
const known = new WeakMap<DescMessage, readonly DescField[]>();

/** The fields of a type that need sorting, or hold messages that do. */
function unorderedFieldsOf(desc: DescMessage): readonly DescField[] {
  const found = known.get(desc);
  if (found !== undefined) return found;
  known.set(desc, []); // for a message that contains itself
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
