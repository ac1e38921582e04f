import type { DescMessage, JsonValue } from '@bufbuild/protobuf';
import { findField, isPlainMessage } from './message-fields.ts';

/**
 * Derives the update mask of a PATCH from the fields that its JSON body names, so that a body works as a merge patch
 * (RFC 7396) for a service that takes a mask (AIP-134):
 *
 * - what is absent is not in the mask, so it stays;
 * - `null` is in the mask while the message has no value for it, so it is cleared;
 * - an object for a message goes into it: `{"author": {"familyName": "X"}}` is `author.family_name`, so the author's
 *   other fields stay; an empty object changes nothing;
 * - lists, maps and the well-known types are replaced as a whole.
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
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
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
    } else {
      paths.push(path);
    }
  }
}
