import {
  type DescField,
  type DescMessage,
  fromJson,
  type JsonValue,
  type Registry,
  ScalarType,
} from '@bufbuild/protobuf';
import { expectedField, expectedMessage, expectedValue } from './expected.ts';
import { appendPointer } from './json-pointer.ts';
import { findField, hasOwnJson } from './message-fields.ts';
import type { FieldProblem } from './problem.ts';

// A caller mends a few at a time; a body full of mistakes must not make an answer as large.
const problemsMax = 20;

const longIntegers: ReadonlySet<ScalarType | undefined> = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

interface Walk {
  readonly problems: FieldProblem[];
  readonly registry: Registry | undefined;
}

/**
 * Finds what is wrong in the JSON of a message: unknown fields, values of the wrong type, several members of a oneof,
 * integers that lost digits. Used after `fromJson` has failed, since its error names no place. Whether a single value is
 * right is left to `fromJson`, so the two never disagree.
 *
 * @returns at most 20 problems, with pointers relative to `json`; none when everything fits
 */
export function findMessageProblems(
  message: DescMessage,
  json: JsonValue,
  registry: Registry | undefined,
): FieldProblem[] {
  const walk: Walk = { problems: [], registry };
  visitMessage(walk, message, json, '');
  return walk.problems;
}

/** The same for the JSON of one field, be it singular, repeated or a map. */
export function findFieldProblems(field: DescField, json: JsonValue, registry: Registry | undefined): FieldProblem[] {
  const walk: Walk = { problems: [], registry };
  visitField(walk, field, json, '');
  return walk.problems;
}

function report(walk: Walk, pointer: string, detail: string): void {
  if (walk.problems.length < problemsMax) {
    walk.problems.push({ pointer, detail });
  }
}

function visitMessage(walk: Walk, message: DescMessage, json: JsonValue, pointer: string): void {
  if (!isObject(json)) {
    report(walk, pointer, `must be ${expectedMessage(message)}`);
    return;
  }
  const seen = new Set<DescField>();
  const chosen = new Map<unknown, DescField>();
  for (const [name, value] of Object.entries(json)) {
    const at = appendPointer(pointer, name);
    const field = findField(message, name);
    if (field === undefined) {
      report(walk, at, 'is unknown');
      continue;
    }
    if (seen.has(field)) {
      report(walk, at, 'is given twice');
    }
    seen.add(field);
    const rival = field.oneof === undefined || value === null ? undefined : chosen.get(field.oneof);
    if (rival !== undefined) {
      report(walk, at, `cannot be given together with ${rival.jsonName}`);
    }
    if (field.oneof !== undefined && value !== null) {
      chosen.set(field.oneof, field);
    }
    visitField(walk, field, value, at);
  }
}

function visitField(walk: Walk, field: DescField, json: JsonValue, pointer: string): void {
  if (json === null && decodes(walk, field, json)) {
    return;
  }
  if (field.fieldKind === 'list') {
    visitList(walk, field, json, pointer);
  } else if (field.fieldKind === 'map') {
    visitMap(walk, field, json, pointer);
  } else {
    visitValue(walk, field, json, pointer, json);
  }
}

function visitList(walk: Walk, field: DescField, json: JsonValue, pointer: string): void {
  if (!Array.isArray(json)) {
    report(walk, pointer, `must be ${expectedField(field)}`);
    return;
  }
  for (const [index, item] of json.entries()) {
    visitValue(walk, field, item, appendPointer(pointer, index), [item]);
  }
}

function visitMap(walk: Walk, field: DescField, json: JsonValue, pointer: string): void {
  if (!isObject(json)) {
    report(walk, pointer, `must be ${expectedField(field)}`);
    return;
  }
  for (const [key, value] of Object.entries(json)) {
    // A computed key is stored as it is, even `__proto__`.
    visitValue(walk, field, value, appendPointer(pointer, key), { [key]: value });
  }
}

/** Visits one value; `alone` is the JSON of the field with nothing in it but this value. */
function visitValue(walk: Walk, field: DescField, value: JsonValue, pointer: string, alone: JsonValue): void {
  if (field.message !== undefined && !hasOwnJson(field.message) && value !== null) {
    visitMessage(walk, field.message, value, pointer);
  } else if (!decodes(walk, field, alone) || isRounded(field, value)) {
    report(walk, pointer, `must be ${expectedValue(field)}`);
  }
}

/** Whether JSON.parse has changed an integer, because a double cannot hold it. */
function isRounded(field: DescField, value: JsonValue): boolean {
  const scalar = field.scalar ?? (field.message === undefined ? undefined : field.message.fields[0]?.scalar);
  return typeof value === 'number' && longIntegers.has(scalar) && !Number.isSafeInteger(value);
}

function decodes(walk: Walk, field: DescField, json: JsonValue): boolean {
  try {
    fromJson(field.parent, { [field.jsonName]: json }, { registry: walk.registry });
    return true;
  } catch {
    return false;
  }
}

function isObject(json: JsonValue): json is { [key: string]: JsonValue } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
