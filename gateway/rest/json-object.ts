import type { JsonObject } from '@bufbuild/protobuf';

/** Whether a value of JSON is an object; a list is none. */
export function isJsonObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
