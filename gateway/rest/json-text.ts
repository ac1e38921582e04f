import type { JsonValue } from '@bufbuild/protobuf';
import { appendPointer } from './json-pointer.ts';
import { ProblemError } from './problem.ts';

// The limit that protobuf runtimes have for nested messages.
const depthMax = 100;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A JSON text that was read. */
export interface JsonText {
  readonly value: JsonValue;
  /** Whether it has a number of 16 digits or more, which JSON.parse may have rounded. */
  readonly hasLongNumber: boolean;
}

/**
 * Parses a JSON text more strictly than JSON.parse: it must be UTF-8, no object may have the same key twice (which of the
 * values is meant is anybody's guess), nothing may be nested deeper than 100 levels, and it may not have more than
 * `maxValues` values: three bytes of JSON can become a message of hundreds.
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
    // JSON.parse gives nothing but JSON values.
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    const why = error instanceof SyntaxError ? `: ${error.message}` : '';
    throw new ProblemError(400, `The body is not valid JSON${why}.`);
  }
  return { value, hasLongNumber: scan(text, maxValues) };
}

interface Open {
  /** Keys so far; undefined in an array. */
  readonly keys: Set<string> | undefined;
  /** Key or index of the value that is being read. */
  at: string | number;
}

/** Walks over a text that JSON.parse has accepted; tells whether it has a long number. */
function scan(text: string, maxValues: number): boolean {
  const open: Open[] = [];
  let values = 1;
  let expectKey = false;
  let hasLongNumber = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x7b: // {
        push(open, { keys: new Set(), at: '' });
        values++;
        expectKey = true;
        break;
      case 0x5b: // [
        push(open, { keys: undefined, at: 0 });
        values++;
        expectKey = false;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        break;
      case 0x2c: // ,
        expectKey = advance(open);
        values++;
        break;
      case 0x22: {
        // "
        const end = endOfString(text, i);
        if (expectKey) {
          addKey(open, text.slice(i, end + 1));
          expectKey = false;
        }
        i = end;
        break;
      }
      default: {
        const end = endOfDigits(text, i);
        hasLongNumber ||= end - i >= 16;
        i = end > i ? end - 1 : i;
      }
    }
    if (values > maxValues) {
      throw new ProblemError(413, `The body has more than ${maxValues} values.`);
    }
  }
  return hasLongNumber;
}

function push(open: Open[], next: Open): void {
  if (open.length === depthMax) {
    throw new ProblemError(400, `The body is nested deeper than ${depthMax} levels.`);
  }
  open.push(next);
}

/** Goes on behind a comma; tells whether a key must follow. */
function advance(open: readonly Open[]): boolean {
  const last = open.at(-1);
  if (typeof last?.at === 'number') {
    last.at++;
    return false;
  }
  return true;
}

function addKey(open: readonly Open[], quoted: string): void {
  const last = open.at(-1);
  const key = quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
  if (last?.keys === undefined) {
    return;
  }
  last.at = key;
  if (last.keys.has(key)) {
    const pointer = open.reduce((path, { at }) => appendPointer(path, at), '');
    const errors = [{ pointer, detail: 'is given twice' }];
    throw new ProblemError(400, `The body has the key "${key}" twice in one object.`, { errors });
  }
  last.keys.add(key);
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

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) {
    end++;
  }
  return end;
}
