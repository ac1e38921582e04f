import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OPERATION_NAMES, OPERATIONS, type OperationName, type RequestTemplate } from './operations.ts';

/** A system to measure, as its target file describes it. README.md beside this file explains each field. */
export interface TargetFile {
  readonly name: string;
  readonly description: string;
  /** Folder in which its commands run. */
  readonly folder: string;
  readonly postgres: 'given' | 'own';
  readonly rabbitmq: boolean;
  readonly load: readonly string[];
  readonly start: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly address: string;
  readonly ready: string;
  readonly signIn: RequestTemplate;
  /** Path of the token in the response of signing in, e.g. `data.token`. */
  readonly token: string;
  /** Path of the id in the response of creating an invoice. */
  readonly createdId: string;
  readonly requests: Readonly<Record<OperationName, RequestTemplate>>;
  /** How the effects of requests are held back and released, to measure them separately. */
  readonly consequences: Consequences | undefined;
}

/** Statements for a database of the target. */
export interface Consequences {
  readonly database: string;
  readonly hold: readonly string[];
  readonly release: readonly string[];
}

/** Default values of a target file: those of the targets of Numer itself. */
const DEFAULTS = {
  description: '',
  folder: '.',
  postgres: 'given',
  rabbitmq: false,
  environment: {},
  address: 'http://127.0.0.1:{port}',
  ready: '/readyz',
  signIn: { method: 'POST', path: '/sessions', body: { email: '{email}', password: '{password}' } },
  token: 'accessToken',
  createdId: 'id',
};

const REQUIRED = ['name', 'load', 'start'] as const;

/** Reads a target file. @throws Error naming the file and the field at fault */
export function readTargetFile(path: string): TargetFile {
  const given: Partial<TargetFile> = JSON.parse(readFileSync(path, 'utf8'));
  for (const field of REQUIRED) {
    if (given[field] === undefined) throw new Error(`${path} has no "${field}".`);
  }
  const known = new Set<string>([...REQUIRED, ...Object.keys(DEFAULTS), 'requests', 'consequences']);
  const unknown = [
    ...Object.keys(given).filter((field) => !known.has(field)),
    ...Object.keys(given.requests ?? {}).filter((name) => !(OPERATION_NAMES as readonly string[]).includes(name)),
  ];
  if (unknown.length > 0) throw new Error(`${path} has "${unknown[0]}", which no target has.`);
  const requests = OPERATION_NAMES.map((name) => [name, given.requests?.[name] ?? OPERATIONS[name].request]);
  const target = { consequences: undefined, ...DEFAULTS, ...given, requests: Object.fromEntries(requests) };
  return { ...(target as TargetFile), folder: resolve(dirname(path), target.folder) };
}
