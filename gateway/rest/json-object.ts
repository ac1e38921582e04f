import type { JsonObject } from '@bufbuild/protobuf';

/** Whether a JSON value is an object. A list is not. */
export function isJsonObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
