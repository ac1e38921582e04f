import { type DescField, type DescMessage, type JsonValue, type Registry, ScalarType } from '@bufbuild/protobuf';
import { isJsonObject } from './json-object.ts';
import { isOddInteger, isOddTime } from './json-text.ts';
import { findField, hasOwnJson, isWrapper } from './message-fields.ts';

/** What holds values by keys: an object, or an array, whose keys are its indexes. */
type Holder = { [key: string]: JsonValue };
/** The source text of each whole number beyond 2^53, by its holder and key. */
type Sources = ReadonlyMap<unknown, ReadonlyMap<string, string>>;

/** Gets each value of a JSON text with its holder (`this`) and, for a number, its source text. */
type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

// TypeScript's library does not know the third argument of revivers yet. The text is an array here, and all values are JSON.
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => JsonValue[];

interface Walk {
  /** Undefined where a number beyond 2^53 is refused, like any other odd value. */
  readonly sources: Sources | undefined;
  readonly registry: Registry | undefined;
}

/** The scalar types of whole numbers. */
const integerTypes: ReadonlySet<ScalarType | undefined> = new Set([
  ScalarType.INT32,
  ScalarType.UINT32,
  ScalarType.SINT32,
  ScalarType.FIXED32,
  ScalarType.SFIXED32,
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

// The number of digits of the largest 64-bit integer. A longer number is not one, and could be as long as a caller likes.
const digitsMax = 20;
const number = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Parses the JSON of a message or of a field so that no digit is lost. In an integer field, for which proto3 JSON accepts
 * numbers and strings, a number beyond 2^53 becomes a string; elsewhere it stays what JSON.parse makes of it. A string that
 * the library would accept for an integer though it is not a decimal number, such as `0x10` or a blank, becomes an empty one,
 * which is refused. So does a time on a day that does not exist.
 *
 * @param text valid JSON
 * @param registry the messages that a google.protobuf.Any can hold
 */
export function parseIntegers(
  text: string,
  target: DescField | DescMessage,
  registry: Registry | undefined,
): JsonValue {
  const sources = new Map<unknown, Map<string, string>>();
  const note: Reviver = function (key, value, { source }) {
    if (source !== undefined && isLong(value)) {
      const ofHolder = sources.get(this) ?? new Map<string, string>();
      sources.set(this, ofHolder.set(key, source));
    }
    return value;
  };
  // In an array, so that a number that is the whole text has a holder, too.
  const root = parseWithSource(`[${text}]`, note);
  const walk = { sources, registry };
  if (target.kind === 'field') {
    visitField(walk, target, byIndex(root), '0');
  } else {
    visitMessage(walk, target, root[0]);
  }
  return root[0] ?? null;
}

/**
 * Makes the values of a message that `parseIntegers` makes empty strings, so that they are refused, and numbers beyond 2^53
 * as well, for a reader that would lose their digits.
 *
 * @param json is changed
 */
export function emptyOddValues(json: JsonValue, message: DescMessage, registry: Registry | undefined): void {
  visitMessage({ sources: undefined, registry }, message, json);
}

function isLong(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function visitMessage(walk: Walk, message: DescMessage, json: JsonValue | undefined): void {
  if (!isJsonObject(json)) {
    return;
  }
  if (message.typeName === 'google.protobuf.Any') {
    visitAny(walk, json);
  } else if (!hasOwnJson(message)) {
    for (const key of Object.keys(json)) {
      const field = findField(message, key);
      if (field !== undefined) {
        visitField(walk, field, json, key);
      }
    }
  }
}

function visitAny(walk: Walk, json: Holder): void {
  const type = String(json['@type']);
  const message = walk.registry?.getMessage(type.slice(type.lastIndexOf('/') + 1));
  if (message !== undefined && isIntegerWrapper(message)) {
    restore(walk, json, 'value');
  } else if (message !== undefined) {
    visitMessage(walk, message, json);
  }
}

function visitField(walk: Walk, field: DescField, holder: Holder, key: string): void {
  const json = holder[key];
  if (field.fieldKind === 'list' && Array.isArray(json)) {
    for (const index of json.keys()) {
      visitValue(walk, field, byIndex(json), String(index));
    }
  } else if (field.fieldKind === 'map' && isJsonObject(json)) {
    for (const name of Object.keys(json)) {
      visitValue(walk, field, json, name);
    }
  } else {
    visitValue(walk, field, holder, key);
  }
}

/** Visits one value of a field: the item of a list, the value of an entry. */
function visitValue(walk: Walk, field: DescField, holder: Holder, key: string): void {
  if (integerTypes.has(field.scalar) || (field.message !== undefined && isIntegerWrapper(field.message))) {
    restore(walk, holder, key);
  } else if (field.message?.typeName === 'google.protobuf.Timestamp') {
    const json = holder[key];
    if (typeof json === 'string' && isOddTime(json)) holder[key] = '';
  } else if (field.message !== undefined) {
    visitMessage(walk, field.message, holder[key]);
  }
}

function isIntegerWrapper(message: DescMessage): boolean {
  return isWrapper(message) && integerTypes.has(message.fields[0]?.scalar);
}

function restore({ sources }: Walk, holder: Holder, key: string): void {
  const json = holder[key];
  if (typeof json === 'string' && isOddInteger(json)) holder[key] = '';
  if (sources === undefined) {
    if (isLong(json)) holder[key] = '';
    return;
  }
  const source = sources.get(holder)?.get(key);
  if (source !== undefined) {
    holder[key] = writtenOut(source);
  }
}

/** A JSON number in plain digits when it is whole, e.g. `1.5e3` as `1500`. Otherwise as it is, which no integer field accepts. */
function writtenOut(source: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = number.exec(source) ?? [];
  const zeros = Number(exponent) - fraction.length;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (zeros >= 0) {
    return digits.length + zeros > digitsMax ? source : sign + digits + '0'.repeat(zeros);
  }
  return /^0+$/.test(digits.slice(zeros)) ? sign + digits.slice(0, zeros) : source;
}

/** A list as the object that it is, with its indexes as keys. */
function byIndex(list: JsonValue[]): Holder {
  return list as unknown as Holder; // the compiler lets lists be indexed by numbers only
}
