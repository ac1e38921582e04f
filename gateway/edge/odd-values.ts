import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { Code, type ConnectError } from '@connectrpc/connect';
import { errorWithReason, type FieldViolation } from '../../runtime/call/errors.ts';
import { expectedValue } from '../rest/expected.ts';
import { integerTypes } from '../rest/integers.ts';
import { isJsonObject } from '../rest/json-object.ts';
import { isOddInteger, isOddTime } from '../rest/json-text.ts';
import { findField, hasOwnJson } from '../rest/message-fields.ts';

/** How many fields an answer names at most. */
const VIOLATIONS_MAX = 20;

const TIME = 'google.protobuf.Timestamp';

/**
 * The error for whole numbers, times and names of enum values in the JSON of a message that the library would read as other
 * values: a blank text as 0, `0x10` as 16, a number beyond 2^53 as the nearest double, 30 February as 2 March, and an unknown
 * name as if it were not there. Undefined when there are none, and for text that is not JSON, which the library refuses itself.
 */
export function oddValuesIn(text: Uint8Array, desc: DescMessage): ConnectError | undefined {
  if (!hasOddities(desc)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString());
  } catch {
    return undefined;
  }
  const violations = violationsIn(desc, json, '').take(VIOLATIONS_MAX).toArray();
  const [first] = violations;
  return (
    first &&
    errorWithReason(Code.InvalidArgument, 'INVALID_ARGUMENT', `${first.field} ${first.description}`, { violations })
  );
}

const known = new WeakMap<DescMessage, boolean>();

/** Whether a message, or a message in it, has fields for whole numbers, times or enum values. */
function hasOddities(desc: DescMessage): boolean {
  const answer = known.get(desc) ?? findOddities(desc, new Set());
  known.set(desc, answer);
  return answer;
}

/** The same, leaving out messages that were already looked at, since a message may contain itself. */
function findOddities(desc: DescMessage, seen: Set<DescMessage>): boolean {
  if (seen.has(desc)) return false;
  seen.add(desc);
  return desc.fields.some(
    (field) =>
      integerTypes.has(field.scalar) ||
      field.enum !== undefined ||
      (field.message !== undefined && findOddities(field.message, seen)),
  );
}

function* violationsIn(desc: DescMessage, json: unknown, prefix: string): Generator<FieldViolation> {
  if (!isJsonObject(json) || hasOwnJson(desc)) return;
  for (const [key, value] of Object.entries(json)) {
    const field = findField(desc, key);
    if (field !== undefined) yield* violationsOf(field, value, prefix + field.name);
  }
}

function* violationsOf(field: DescField, value: unknown, path: string): Generator<FieldViolation> {
  const isMany = field.fieldKind === 'list' || field.fieldKind === 'map';
  if (!isMany || typeof value !== 'object' || value === null) yield* violationsAt(field, value, path);
  else for (const [key, item] of Object.entries(value)) yield* violationsAt(field, item, `${path}[${key}]`);
}

function* violationsAt(field: DescField, value: unknown, path: string): Generator<FieldViolation> {
  const { message } = field;
  if (message !== undefined && message.typeName !== TIME) yield* violationsIn(message, value, `${path}.`);
  else if (isOdd(field, value)) yield { field: path, description: `must be ${expectedValue(field)}` };
}

function isOdd({ message, scalar, enum: values }: DescField, value: unknown): boolean {
  if (message !== undefined) return typeof value === 'string' && isOddTime(value);
  if (values !== undefined) return typeof value === 'string' && !values.values.some(({ name }) => name === value);
  if (!integerTypes.has(scalar)) return false;
  return typeof value === 'string' ? isOddInteger(value) : Number.isInteger(value) && !Number.isSafeInteger(value);
}
