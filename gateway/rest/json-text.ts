import type { JsonValue } from '@bufbuild/protobuf';
import { appendPointer } from './json-pointer.ts';
import { ProblemError } from './problem.ts';

// The limit that protobuf runtimes have for nested messages.
const depthMax = 100;

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
  values: number;
  keys: number;
  hasOddValue: boolean;
}

/**
 * Parses a JSON text more strictly than JSON.parse. It must be UTF-8. No object may have the same key twice, since it would
 * not be clear which value is meant. Nothing may be nested deeper than 100 levels. And it may not have more than `maxValues`
 * values: three bytes of JSON can become a message of hundreds of bytes.
 *
 * @throws ProblemError 400, or 413 for too many values
 */
export function parseJsonText(bytes: Uint8Array, maxValues: number): JsonText {
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
  const census: Census = { values: 0, keys: 0, hasOddValue: false };
  take(census, value, maxValues, 0);
  // JSON.parse keeps one value for each key of an object.
  if (countKeys(text) !== census.keys) {
    throw duplicateKey(text);
  }
  return { text, value, hasOddValue: census.hasOddValue };
}

function take(census: Census, value: JsonValue, maxValues: number, depth: number): void {
  if (++census.values > maxValues) {
    throw new ProblemError(413, `The body has more than ${maxValues} values.`);
  }
  if (typeof value === 'number') {
    census.hasOddValue ||= Number.isInteger(value) && !Number.isSafeInteger(value);
  } else if (typeof value === 'string') {
    census.hasOddValue ||= isOddInteger(value) || isOddTime(value);
  } else if (typeof value === 'object' && value !== null) {
    if (depth === depthMax) {
      throw new ProblemError(400, `The body is nested deeper than ${depthMax} levels.`);
    }
    if (Array.isArray(value)) {
      for (const item of value) {
        take(census, item, maxValues, depth + 1);
      }
    } else {
      // Objects from JSON.parse inherit nothing that this loop could meet.
      for (const key in value) {
        census.keys++;
        take(census, value[key] ?? null, maxValues, depth + 1);
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

/** Counts the strings of a JSON text that are keys: those followed by a colon. */
function countKeys(text: string): number {
  let keys = 0;
  for (let start = text.indexOf('"'); start !== -1; ) {
    const end = endOfString(text, start);
    if (isKey(text, end)) {
      keys++;
    }
    start = text.indexOf('"', end + 1);
  }
  return keys;
}

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
