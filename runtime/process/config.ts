import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** One variable of the environment: what it means, and how its text becomes a value. */
export interface Variable<T> {
  /** What it is for; shown when the variable is missing. */
  readonly description: string;
  /** The value when the variable is absent or empty; undefined makes it required. */
  readonly fallback: T | undefined;
  /** Gives the value, or throws an Error that says what the text must be. */
  readonly parse: (text: string) => T;
}

/** The variables of a process by name. */
export type ConfigSpec = Readonly<Record<string, Variable<unknown>>>;

/** The values of a spec. */
export type Config<Spec extends ConfigSpec> = {
  readonly [Name in keyof Spec]: Spec[Name] extends Variable<infer T> ? T : never;
};

/** Every mistake of a configuration at once, each naming its variable; its message is meant for the terminal. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(mistakes: readonly string[]) {
    super(`The configuration has ${mistakes.length === 1 ? 'a mistake' : 'mistakes'}:\n  ${mistakes.join('\n  ')}`);
  }
}

interface VariableOptions<T> {
  readonly description: string;
  readonly fallback?: T;
}

function variable<T>(options: VariableOptions<T>, parse: (text: string) => T): Variable<T> {
  return { description: options.description, fallback: options.fallback, parse };
}

/** A text. */
export function text(options: VariableOptions<string>): Variable<string> {
  return variable(options, (value) => value);
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[], options: VariableOptions<T>): Variable<T> {
  return variable(options, (value) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`);
    return word;
  });
}

/** A whole number within bounds. */
export function integer(
  options: VariableOptions<number> & { readonly min: number; readonly max: number },
): Variable<number> {
  return variable(options, (value) => {
    const number = Number(value);
    if (!/^-?[0-9]+$/.test(value) || number < options.min || number > options.max) {
      throw new Error(`must be a whole number from ${options.min} to ${options.max}`);
    }
    return number;
  });
}

/** A URL with one of the given schemes, e.g. `postgres:`. */
export function url(
  options: VariableOptions<string> & { readonly schemes: readonly [string, ...string[]] },
): Variable<string> {
  return variable(options, (value) => {
    if (!URL.canParse(value) || !options.schemes.includes(new URL(value).protocol)) {
      throw new Error(`must be a URL that starts with ${options.schemes.map((scheme) => `${scheme}//`).join(' or ')}`);
    }
    if (!canDecode(new URL(value)))
      throw new Error('must be a URL in which each % is written as %25, also in a password');
    return value;
  });
}

/** Whether every % begins an escape that can be decoded. All clients that take the URL need this. */
function canDecode({ username, password, pathname }: URL): boolean {
  try {
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** A secret key of 32 bytes in base64url, as `numer keys` prints it. */
export function key(options: VariableOptions<Uint8Array>): Variable<Uint8Array> {
  return variable(options, (value) => {
    const bytes = Buffer.from(value, 'base64url');
    if (!/^[A-Za-z0-9_-]{43}$/.test(value) || bytes.length !== 32) {
      throw new Error('must be 32 bytes in base64url; `npx numer keys` prints fresh ones');
    }
    return bytes;
  });
}

/** A comma-separated list whose items pass a test. */
export function list(
  options: VariableOptions<readonly string[]> & {
    readonly item: { readonly test: (text: string) => boolean; readonly mustBe: string };
  },
): Variable<readonly string[]> {
  return variable(options, (value) => {
    const items = value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    if (!items.every(options.item.test)) throw new Error(`must be ${options.item.mustBe}`);
    return items;
  });
}

const ENV_FILE = '.env';

/**
 * Loads the file `.env` of the current folder, if there is one. Variables that the environment has already stay as they
 * are.
 *
 * @throws Error when the file is in UTF-16, or of the file system.
 */
export function loadEnvFile(): void {
  if (!existsSync(ENV_FILE)) return;
  // Node's own `process.loadEnvFile` tells of a file that may not be read that it is not there.
  const content = readFileSync(ENV_FILE);
  // In UTF-16, which Windows may save, no variable would be found.
  if (content.includes(0)) throw new Error(`The file ${ENV_FILE} is not text in UTF-8. Save it as such.`);
  // A byte order mark, which Windows may save too, would be part of the first name: decoding removes it.
  const variables = parseEnv(new TextDecoder().decode(content));
  for (const [name, value] of Object.entries(variables)) process.env[name] ??= value;
}

/**
 * Reads a configuration from the environment.
 *
 * @throws ConfigError naming every variable that is missing or wrong, with what it must be. Values are not repeated.
 */
export function readConfig<Spec extends ConfigSpec>(spec: Spec, environment: NodeJS.ProcessEnv): Config<Spec> {
  const mistakes: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { fallback, parse, description }] of Object.entries(spec)) {
    const value = environment[name] ?? '';
    if (value === '') {
      if (fallback === undefined) mistakes.push(`${name} is missing: ${description}`);
      values[name] = fallback;
      continue;
    }
    try {
      values[name] = parse(value);
    } catch (error) {
      mistakes.push(`${name} ${error instanceof Error ? error.message : 'is malformed'}`);
    }
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return values as Config<Spec>; // every name of the spec was given a value of its own parser above
}
