import type { DescMessage, JsonValue } from '@bufbuild/protobuf';
import { isJsonObject } from './json-object.ts';
import { findField, isPlainMessage } from './message-fields.ts';

/**
 * Derives the update mask of a PATCH from the fields that its JSON body names, so that a body works as a merge patch
 * (RFC 7396) for a service that takes a mask (AIP-134):
 *
 * - what is absent is not in the mask, so it stays;
 * - `null` is in the mask while the message has no value for it, so it is cleared;
 * - an object for a message goes into it: `{"author": {"familyName": "X"}}` is `author.family_name`, so the author's
 *   other fields stay; an empty object changes nothing;
 * - an object for a map sets and, with `null`, removes entries: `{"labels": {"shelf": "A"}}` is `labels.shelf`, and everything
 *   after `labels.` is the key, whatever characters it has;
 * - lists and the well-known types are replaced as a whole.
 *
 * @param json the body, already known to decode as `message`
 * @param excluded dotted proto names, relative to `message`, that are not part of the change (those given by the path)
 * @returns dotted proto names, in the order of the body
 */
export function maskOfPatch(message: DescMessage, json: JsonValue, excluded: ReadonlySet<string>): string[] {
  const paths: string[] = [];
  collect(paths, message, json, '', excluded);
  return paths;
}

function collect(
  paths: string[],
  message: DescMessage,
  json: JsonValue,
  prefix: string,
  excluded: ReadonlySet<string>,
): void {
  if (!isJsonObject(json)) {
    return;
  }
  for (const [name, value] of Object.entries(json)) {
    const field = findField(message, name);
    const path = `${prefix}${field?.name}`;
    if (field === undefined || excluded.has(path)) {
      continue;
    }
    if (value !== null && isPlainMessage(field)) {
      collect(paths, field.message, value, `${path}.`, excluded);
    } else if (isJsonObject(value) && field.fieldKind === 'map') {
      paths.push(...Object.keys(value).map((key) => `${path}.${key}`));
    } else {
      paths.push(path);
    }
  }
}

/**
 * The JSON of a patch without the map entries that are `null`. They ask for a removal and are not part of the message: proto3
 * JSON has no null there. The mask must be derived from the JSON as it came.
 */
export function withoutRemovedEntries(message: DescMessage, json: JsonValue): JsonValue {
  if (!isJsonObject(json)) {
    return json;
  }
  const entries = Object.entries(json).map(([name, value]): [string, JsonValue] => {
    const field = findField(message, name);
    if (!isJsonObject(value) || field === undefined) {
      return [name, value];
    }
    if (field.fieldKind === 'map') {
      return [name, Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null))];
    }
    return [name, isPlainMessage(field) ? withoutRemovedEntries(field.message, value) : value];
  });
  return Object.fromEntries(entries);
}
