import {
  type DescField,
  type DescMessage,
  type DescOneof,
  fromJson,
  type JsonValue,
  type Registry,
} from '@bufbuild/protobuf';
import { expectedField, expectedMessage, expectedValue } from './expected.ts';
import { isJsonObject } from './json-object.ts';
import { appendPointer } from './json-pointer.ts';
import { findField, hasOwnJson } from './message-fields.ts';
import type { FieldProblem } from './problem.ts';

// A caller corrects a few at a time, and a body full of mistakes must not lead to an answer as large.
const problemsMax = 20;

// A long list is checked in parts, so that only the parts with a mistake are checked item by item.
const partLength = 1000;

const notUnicode = 'must be valid Unicode text';

interface Walk {
  readonly problems: FieldProblem[];
  readonly registry: Registry | undefined;
  readonly ignoreUnknownFields: boolean;
}

/** What the search for problems needs to know. */
export interface WalkOptions {
  /** The messages that a google.protobuf.Any can hold. */
  readonly registry: Registry | undefined;
  /** Whether unknown fields are passed over. An unknown name of an enum value is still a problem. Default: they are problems. */
  readonly ignoreUnknownFields?: boolean;
}

/**
 * Finds what is wrong in the JSON of a message: unknown fields, values of the wrong type, several members of a oneof. Used
 * after `fromJson` has failed, since its error names no place. `fromJson` decides whether a value is valid, so the two never
 * disagree.
 *
 * @returns at most 20 problems, with pointers relative to `json`; none when everything fits
 */
export function findMessageProblems(message: DescMessage, json: JsonValue, options: WalkOptions): FieldProblem[] {
  const walk = startWalk(options);
  visitMessage(walk, message, json, '');
  return walk.problems;
}

/** The same for the JSON of one field: singular, repeated or a map. */
export function findFieldProblems(field: DescField, json: JsonValue, options: WalkOptions): FieldProblem[] {
  const walk = startWalk(options);
  visitField(walk, field, json, '');
  return walk.problems;
}

function startWalk({ registry, ignoreUnknownFields = false }: WalkOptions): Walk {
  return { problems: [], registry, ignoreUnknownFields };
}

function isFull({ problems }: Walk): boolean {
  return problems.length >= problemsMax;
}

function report(walk: Walk, pointer: string, detail: string): void {
  if (!isFull(walk)) {
    walk.problems.push({ pointer, detail });
  }
}

function visitMessage(walk: Walk, message: DescMessage, json: JsonValue, pointer: string): void {
  if (!isJsonObject(json)) {
    report(walk, pointer, `must be ${expectedMessage(message)}`);
    return;
  }
  const seen = new Set<DescField>();
  const chosen = new Map<DescOneof, DescField>();
  for (const [name, value] of Object.entries(json)) {
    if (isFull(walk)) {
      return;
    }
    const at = appendPointer(pointer, name);
    const field = findField(message, name);
    if (field === undefined) {
      if (!walk.ignoreUnknownFields) report(walk, at, 'is unknown');
      continue;
    }
    if (seen.has(field)) {
      report(walk, at, 'is given twice');
    }
    seen.add(field);
    if (field.oneof !== undefined && value !== null) {
      visitChoice(walk, chosen, field, field.oneof, at);
    }
    visitField(walk, field, value, at);
  }
}

function visitChoice(
  walk: Walk,
  chosen: Map<DescOneof, DescField>,
  field: DescField,
  oneof: DescOneof,
  at: string,
): void {
  const rival = chosen.get(oneof);
  if (rival !== undefined && rival !== field) {
    report(walk, at, `cannot be given together with ${rival.jsonName}`);
  }
  chosen.set(oneof, field);
}

function visitField(walk: Walk, field: DescField, json: JsonValue, pointer: string): void {
  if (decodes(walk, field, json)) {
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
  for (let start = 0; start < json.length && !isFull(walk); start += partLength) {
    const part = json.slice(start, start + partLength);
    if (!decodes(walk, field, part)) {
      for (const [index, item] of part.entries()) {
        visitValue(walk, field, item, appendPointer(pointer, start + index), [item]);
      }
    }
  }
}

function visitMap(walk: Walk, field: DescField, json: JsonValue, pointer: string): void {
  if (!isJsonObject(json)) {
    report(walk, pointer, `must be ${expectedField(field)}`);
    return;
  }
  for (const [key, value] of Object.entries(json)) {
    if (isFull(walk)) {
      return;
    }
    const at = appendPointer(pointer, key);
    if (isUnicode(key)) {
      // A computed key is stored as it is, even `__proto__`.
      visitValue(walk, field, value, at, { [key]: value });
    } else {
      report(walk, at, `has a key that ${notUnicode}`);
    }
  }
}

/** Visits one value. `alone` is the JSON of the field with only this value in it. */
function visitValue(walk: Walk, field: DescField, value: JsonValue, pointer: string, alone: JsonValue): void {
  if (field.message !== undefined && !hasOwnJson(field.message) && value !== null) {
    visitMessage(walk, field.message, value, pointer);
  } else if (!decodes(walk, field, alone)) {
    report(walk, pointer, isUnicode(value) ? `must be ${expectedValue(field)}` : notUnicode);
  }
}

/** False for a string with half of a surrogate pair, which JSON allows and protobuf does not. */
function isUnicode(value: JsonValue): boolean {
  return typeof value !== 'string' || value.isWellFormed();
}

function decodes({ registry }: Walk, field: DescField, json: JsonValue): boolean {
  try {
    fromJson(field.parent, { [field.jsonName]: json }, { registry });
    return true;
  } catch {
    return false;
  }
}
