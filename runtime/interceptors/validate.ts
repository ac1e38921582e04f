import { create, type DescField, type DescMessage, type DescOneof, getOption, type Message } from '@bufbuild/protobuf';
import {
  isReflectList,
  isReflectMap,
  isReflectMessage,
  type Path,
  type ReflectMessage,
  reflect,
} from '@bufbuild/protobuf/reflect';
import { createValidator, type Validator, type Violation } from '@bufbuild/protovalidate';
import type { Interceptor } from '@connectrpc/connect';
import { field as fieldOptions } from '../../gen/numer/options/v1/options_pb.ts';
import { type FieldViolation, requireNoViolations } from '../call/errors.ts';
import { contentOf, findExcess, VIOLATIONS_MAX } from './item-limits.ts';

/** One validator for the process: it compiles the rules of a message on first use and keeps them. */
const validator: Validator = createValidator();

/**
 * Checks each request against the bounds in its schema, and that every text in it can be stored.
 * Throws INVALID_ARGUMENT naming every field at fault.
 */
export const validate: Interceptor = (next) => async (request) => {
  if (!request.stream) requireValid(request.method.input, request.message);
  return next(request);
};

/**
 * Throws INVALID_ARGUMENT when the message breaks a rule of its schema. `prefix` is the path of the message within
 * the request, for one that a service has put together itself, e.g. `invoice.`.
 */
export function requireValid(schema: DescMessage, message: Message, prefix = ''): void {
  const excess = findExcess(schema, message, prefix).take(VIOLATIONS_MAX).toArray();
  requireNoViolations(
    excess.length > 0 ? excess : violationsIn(schema, message, prefix).take(VIOLATIONS_MAX).toArray(),
  );
}

function* violationsIn(schema: DescMessage, message: Message, prefix: string): Generator<FieldViolation> {
  if (!isStorable(message)) yield* unstorableTexts(schema, message, prefix);
  yield* schemaViolations(schema, message, prefix);
}

/** How long after the start the first rules are compiled ahead of time: the process must become ready first. */
const WARM_UP_AFTER_MS = 1_000;
/** Pause before the rules of the next message, for more urgent work. */
const WARM_UP_PAUSE_MS = 5;

/**
 * Compiles the rules of the given messages one by one between other work. So the start need not wait for all of them,
 * nor the first request of each type for its own.
 */
export function warmValidator(schemas: readonly DescMessage[]): { stop(): Promise<void> } {
  const left = schemas.values();
  const warmNext = () => {
    const { value: schema } = left.next();
    if (schema === undefined) return;
    validator.validate(schema, create(schema));
    next = setTimeout(warmNext, WARM_UP_PAUSE_MS);
  };
  let next = setTimeout(warmNext, WARM_UP_AFTER_MS);
  return {
    async stop() {
      clearTimeout(next);
    },
  };
}

function* schemaViolations(schema: DescMessage, message: Message, prefix: string): Generator<FieldViolation> {
  const result = validator.validate(schema, message);
  if (result.kind === 'valid') return;
  if (result.kind === 'error') throw result.error;
  for (const violation of result.violations) {
    if (isLeftOutRightly(schema, message, violation)) continue;
    for (const { field, description } of tell(schema, message, violation)) yield { field: prefix + field, description };
  }
}

/** Describes a violation in terms of what was sent: by its fields, and without the numbers of an enum. */
function tell(schema: DescMessage, message: Message, violation: Violation): FieldViolation[] {
  const { field: path, ruleId, message: text } = violation;
  const last = path.at(-1);
  if (last?.kind === 'oneof') return tellChoice(path.slice(0, -1), last);
  if (ruleId === 'enum.not_in' && valueAt(reflect(schema, message), path) === 0) {
    return [{ field: pathOf(path), description: 'value is required' }];
  }
  return [tellSubject(schema, violation) ?? { field: pathOf(path), description: text }];
}

/** None of the members of a oneof was given: all of them are named, since nobody can send the oneof itself. */
function tellChoice(way: Path, { fields }: DescOneof): FieldViolation[] {
  return fields.map((field) => {
    const others = fields.filter((other) => other !== field).map(({ name }) => name);
    return { field: pathOf([...way, field]), description: `is required, unless ${others.join(' or ')} is given` };
  });
}

/** A rule of a whole message tells the field at fault by beginning its text with the field's name. */
function tellSubject(schema: DescMessage, { field: path, rule, message: text }: Violation): FieldViolation | undefined {
  // Only a rule of a field has a path.
  if (rule.length > 0) return undefined;
  const holder = path.findLast((part) => part.kind === 'field')?.message ?? schema;
  const subject = holder.fields.find(({ name }) => text.startsWith(`${name} `));
  return subject && { field: pathOf([...path, subject]), description: text.slice(subject.name.length + 1) };
}

/** Whether a violation is only about the absence of a field that its contract lets callers leave out there. */
function isLeftOutRightly(schema: DescMessage, message: Message, { field: path }: Violation): boolean {
  const absent = path.at(-1);
  if (absent?.kind !== 'field') return false;
  const way = path.slice(0, -1);
  const holder = way.findLast((part) => part.kind === 'field');
  if (holder === undefined || !getOption(holder, fieldOptions).optionalFields.includes(absent.name)) return false;
  const parent = valueAt(reflect(schema, message), way);
  return isReflectMessage(parent) && !parent.isSet(absent);
}

function valueAt(root: ReflectMessage, way: Path): unknown {
  return way.reduce<unknown>((value, part) => {
    if (part.kind === 'field' && isReflectMessage(value)) return value.get(part);
    if (part.kind === 'list_sub' && isReflectList(value)) return value.get(part.index);
    if (part.kind === 'map_sub' && isReflectMap(value)) return value.get(part.key);
    return undefined;
  }, root);
}

function pathOf(path: Path): string {
  return path
    .map((part) => {
      if (part.kind === 'list_sub') return `[${part.index}]`;
      if (part.kind === 'map_sub') return `[${String(part.key)}]`;
      return `.${part.kind === 'extension' ? part.typeName : part.name}`;
    })
    .join('')
    .replace(/^[.]/, '');
}

/** Postgres stores neither U+0000 nor half a surrogate pair, in text as in JSON. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  for (const name in value) if (!isStorable(value[name as keyof typeof value])) return false; // one of its own names
  return true;
}

/** The texts that are not storable, by their paths. */
function* unstorableTexts(desc: DescMessage, message: Message, prefix: string): Generator<FieldViolation> {
  for (const field of desc.fields) {
    for (const [path, item] of itemsOf(field, message, prefix)) {
      if (typeof item === 'string') {
        if (!isStorable(item))
          yield { field: path, description: 'must be valid Unicode text without the character U+0000' };
      } else if (field.message !== undefined && item !== undefined) {
        yield* unstorableTexts(field.message, item as Message, `${path}.`); // as its field says
      }
    }
  }
}

/** What is in a field, item by item where it has several, each with its path. */
function itemsOf(field: DescField, message: Message, prefix: string): [path: string, item: unknown][] {
  const [path, content] = [prefix + field.name, contentOf(field, message)];
  if (field.fieldKind !== 'list' && field.fieldKind !== 'map') return [[path, content]];
  return Object.entries(content ?? {}).map(([key, item]) => [`${path}[${key}]`, item]);
}
