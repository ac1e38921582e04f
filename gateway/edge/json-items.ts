import type { DescField, DescMessage, JsonValue } from '@bufbuild/protobuf';
import { connectErrorOf, invalidFields } from '../../runtime/call/errors.ts';
import { FIELD_MASK, findExcess, VIOLATIONS_MAX } from '../../runtime/interceptors/item-limits.ts';
import { isJsonObject } from '../rest/json-object.ts';

/**
 * Checks that the lists and maps in the JSON of a message have no more items than their contracts allow. The services check that
 * as well, but to decode a hundred thousand messages and pass them on takes a second.
 *
 * @throws ConnectError INVALID_ARGUMENT naming the lists and maps
 */
export function requireFewItems(desc: DescMessage, json: JsonValue): void {
  const violations = findExcess(desc, json, '', contentOf).take(VIOLATIONS_MAX).toArray();
  if (violations.length > 0) throw connectErrorOf(invalidFields(violations));
}

/** What the JSON of a message has for a field, under either of its names. A field mask is a string of its paths there. */
function contentOf({ jsonName, name, message }: DescField, json: unknown): unknown {
  const content = isJsonObject(json) ? (json[jsonName] ?? json[name]) : undefined;
  const isMask = message?.typeName === FIELD_MASK && typeof content === 'string';
  return isMask ? { paths: content.split(',') } : content;
}
