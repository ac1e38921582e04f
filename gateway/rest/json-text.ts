import type { JsonValue } from '@bufbuild/protobuf';
import { appendPointer } from './json-pointer.ts';
import { ProblemError } from './problem.ts';

// The limit that protobuf runtimes have for nested messages.
const depthMax = 100;

/** Most members of one object. V8 takes ten times as long for a large object as for a list of as many values. */
const membersMax = 1000;

/**
 * What BigInt and Number read as a whole number, apart from spaces around it: decimal numbers, but also those with a plus sign,
 * in hexadecimal, and so on.
 */
const readAsInteger = /^(?:[+-]?\d+|0[xob][\da-f]+)?$/i;
const decimalInteger = /^-?\d+$/;
const beginsWithDay = /^(\d{4}-\d{2}-(\d{2}))T/;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A parsed JSON text. */
export interface JsonText {
  readonly text: string;
  readonly value: JsonValue;
  /**
   * Whether it has a whole number beyond 2^53, of which `value` may not have all digits, or a string that only looks like a
   * whole number or a time.
   */
  readonly hasOddValue: boolean;
}

/** What was counted and found in a value. */
interface Census {
  keys: number;
  hasOddValue: boolean;
}

const characters = {
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  startOfArray: 0x5b,
  backslash: 0x5c,
  endOfArray: 0x5d,
  startOfObject: 0x7b,
  endOfObject: 0x7d,
} as const;

/**
 * Parses a JSON text more strictly than JSON.parse. It must be UTF-8. No object may have the same key twice, since it would
 * not be clear which value is meant. Nothing may be nested deeper than 100 levels. And it may not have more than `maxValues`
 * values, since three bytes of JSON can become a message of hundreds of bytes, nor an object of more than 1000 members.
 *
 * @throws ProblemError 400, or 413 for too many values
 */
export function parseJsonText(bytes: Uint8Array, maxValues: number): JsonText {
  const keys = countKeys(bytes, maxValues);
  let text: string;
  let value: JsonValue;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new ProblemError(400, 'The body is not UTF-8.');
  }
  try {
    // JSON.parse returns nothing but JSON values.
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    const why = error instanceof SyntaxError ? `: ${error.message}` : '';
    throw new ProblemError(400, `The body is not valid JSON${why}.`);
  }
  const census: Census = { keys: 0, hasOddValue: false };
  take(census, value);
  // JSON.parse keeps one value for each key of an object.
  if (keys !== census.keys) {
    throw duplicateKey(text);
  }
  return { text, value, hasOddValue: census.hasOddValue };
}

/** What was counted in a text up to some place. */
interface Tally {
  values: number;
  keys: number;
  /** How many members each open object has so far. Arrays have no limit of their own: their counts stay infinitely small. */
  readonly open: number[];
}

/**
 * Counts the keys in a JSON text, each as often as it comes, before the text is parsed, which takes longer by far. Each value is
 * the first in its array or object, or comes after a comma outside of strings.
 *
 * @throws ProblemError 413 for too many values or members, 400 for too many levels
 */
function countKeys(text: Uint8Array, maxValues: number): number {
  const tally: Tally = { values: 1, keys: 0, open: [] };
  let isFirst = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? 0;
    if (character <= characters.space) {
      continue;
    }
    const isEnd = character === characters.endOfObject || character === characters.endOfArray;
    if (isFirst ? !isEnd : character === characters.comma) {
      addValue(tally, maxValues);
    }
    isFirst = character === characters.startOfObject || character === characters.startOfArray;
    if (isFirst) {
      addLevel(tally, character === characters.startOfObject ? 0 : Number.NEGATIVE_INFINITY);
    } else if (isEnd) {
      tally.open.pop();
    } else if (character === characters.quote) {
      at = endOfStringIn(text, at);
    }
  }
  return tally.keys;
}

function addValue(tally: Tally, maxValues: number): void {
  const members = (tally.open.pop() ?? 0) + 1;
  tally.open.push(members);
  tally.values++;
  if (members > 0) {
    tally.keys++;
  }
  if (tally.values > maxValues) {
    throw new ProblemError(413, `The body has more than ${maxValues} values.`);
  }
  if (members > membersMax) {
    throw new ProblemError(413, `The body has more than ${membersMax} members in one object.`);
  }
}

function addLevel({ open }: Tally, members: number): void {
  if (open.push(members) > depthMax) {
    throw new ProblemError(400, `The body is nested deeper than ${depthMax} levels.`);
  }
}

function endOfStringIn(text: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== characters.quote) {
    at += text[at] === characters.backslash ? 2 : 1;
  }
  return at;
}

function take(census: Census, value: JsonValue): void {
  if (typeof value === 'number') {
    census.hasOddValue ||= Number.isInteger(value) && !Number.isSafeInteger(value);
  } else if (typeof value === 'string') {
    census.hasOddValue ||= isOddInteger(value) || isOddTime(value);
  } else if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) {
      for (const item of value) {
        take(census, item);
      }
    } else {
      // Objects from JSON.parse inherit nothing that this loop could meet.
      for (const key in value) {
        census.keys++;
        take(census, value[key] ?? null);
      }
    }
  }
}

/** Whether a text would be read as a whole number without being a plain decimal one. */
export function isOddInteger(text: string): boolean {
  return text !== '' && readAsInteger.test(text.trim()) && !decimalInteger.test(text);
}

/** Whether a text would be read as a time without being one: JavaScript reads 30 February as 2 March. */
export function isOddTime(text: string): boolean {
  const [, date, day] = beginsWithDay.exec(text) ?? [];
  return date !== undefined && new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(day);
}

/** Whether the string that ends there is a key: it is followed by a colon. */
function isKey(text: string, end: number): boolean {
  let at = end + 1;
  // Space, tab, line feed or carriage return.
  for (let code = text.charCodeAt(at); code === 0x20 || (code >= 0x09 && code <= 0x0d); code = text.charCodeAt(at)) {
    at++;
  }
  return text.charCodeAt(at) === 0x3a; // :
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) {
    end = text.indexOf('"', end + 1);
  }
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === 0x5c) {
    slashes++;
  }
  return slashes % 2 === 1;
}

interface Open {
  /** Keys so far; undefined in an array. */
  readonly keys: Set<string> | undefined;
  /** Key or index of the value that is being read. */
  at: string | number;
}

/** The error that names the first key that its object has twice. */
function duplicateKey(text: string): ProblemError {
  const open: Open[] = [];
  for (let i = 0; i < text.length; i++) {
    const last = open.at(-1);
    switch (text[i]) {
      case '{':
        open.push({ keys: new Set(), at: '' });
        break;
      case '[':
        open.push({ keys: undefined, at: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (typeof last?.at === 'number') {
          last.at++;
        }
        break;
      case '"': {
        const end = endOfString(text, i);
        if (last?.keys !== undefined && isKey(text, end)) {
          const key = String(JSON.parse(text.slice(i, end + 1)));
          last.at = key;
          if (last.keys.has(key)) {
            const pointer = open.reduce((path, { at }) => appendPointer(path, at), '');
            const errors = [{ pointer, detail: 'is given twice' }];
            return new ProblemError(400, `The body has the key "${key}" twice in one object.`, { errors });
          }
          last.keys.add(key);
        }
        i = end;
      }
    }
  }
  throw new Error('no key was given twice');
}
