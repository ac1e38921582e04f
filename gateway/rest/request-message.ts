import { create, type DescField, fromJson, type JsonValue, type Message, type Registry } from '@bufbuild/protobuf';
import { FieldMaskSchema } from '@bufbuild/protobuf/wkt';
import { expectedValue } from './expected.ts';
import { HttpBodySchema } from './gen/google/api/httpbody_pb.ts';
import { appendPointer } from './json-pointer.ts';
import { findFieldProblems, findMessageProblems, type WalkOptions } from './json-problems.ts';
import { type JsonText, parseJsonText } from './json-text.ts';
import { isPlainMessage } from './message-fields.ts';
import { maskOfPatch, withoutRemovedEntries } from './patch-mask.ts';
import { decodeSegment, decodeSegments } from './percent.ts';
import { type FieldProblem, ProblemError } from './problem.ts';
import { type JsonObject, readQuery } from './query.ts';
import { checkJsonType, readBody } from './request-body.ts';
import type { BoundVariable, Route } from './route.ts';

const emptyObject = /^\{\s*\}$/;

/** Where the parts of a request are taken from. */
export interface RequestParts {
  readonly request: Request;
  /** Raw path segments, as the route's variables index them. */
  readonly segments: readonly string[];
  /** Raw query without the question mark. */
  readonly search: string;
}

/** Limits and types for reading requests. */
export interface ReadOptions {
  readonly maxBodyBytes: number;
  /** How many values the JSON of a body may have. */
  readonly maxBodyValues: number;
  /** The messages that a google.protobuf.Any can hold. */
  readonly registry: Registry | undefined;
}

/**
 * Builds the request message of a call: one object of proto3 JSON from path, query and body, decoded once.
 *
 * @throws ProblemError 400, 413 or 415, naming the parameters or the places in the body
 */
export async function readMessage(route: Route, parts: RequestParts, options: ReadOptions): Promise<Message> {
  const { request, segments, search } = parts;
  const { body } = route;
  let target: JsonObject = {};
  let bytes: Uint8Array | undefined;
  let text: JsonText | undefined;
  let patch: JsonValue = {};
  if (body.kind === 'none') {
    await refuseBody(request, options.maxBodyBytes);
  } else {
    bytes = await readBody(request, options.maxBodyBytes);
    if (!body.raw) {
      text = readJson(request, bytes, options.maxBodyValues);
      patch = text?.value ?? {};
      text = text && asMessage(route, text);
      target = text === undefined ? emptyBody(route) : placeBody(route, text, options);
    }
  }
  if (search !== '') {
    readSearch(route, search, target);
  }
  for (const variable of route.variables) {
    setVariable(route, target, variable, readVariable(variable, segments));
  }
  const message = decode(route, target, text?.value, options);
  if (route.mask !== undefined && body.kind === 'field') {
    setMask(route, message, target, patch);
  }
  if (bytes !== undefined && body.kind !== 'none' && body.raw) {
    setRawBody(message, body.kind === 'field' ? body.field : undefined, request, bytes);
  }
  return message;
}

/** Most callers send `{}` where nothing is asked for; anything more would be lost without a word, so it is refused. */
async function refuseBody(request: Request, maxBytes: number): Promise<void> {
  const { method, headers } = request;
  if (method === 'GET' || method === 'HEAD') {
    return;
  }
  const announced = headers.get('content-length');
  if ((announced === null || announced === '0') && !headers.has('transfer-encoding')) {
    return;
  }
  const bytes = await readBody(request, maxBytes);
  const text = bytes.length === 0 ? '' : new TextDecoder().decode(bytes).trim();
  if (text !== '' && !emptyObject.test(text)) {
    throw new ProblemError(400, 'This request takes no body.');
  }
}

function readJson(request: Request, bytes: Uint8Array, maxValues: number): JsonText | undefined {
  if (bytes.length === 0) {
    return undefined;
  }
  checkJsonType(request.headers.get('content-type'));
  return parseJsonText(bytes, maxValues);
}

/** The JSON of a patch as that of a message; any other body is one as it is. */
function asMessage({ mask, body }: Route, text: JsonText): JsonText {
  if (mask === undefined || body.kind !== 'field' || body.field.message === undefined) {
    return text;
  }
  return { ...text, value: withoutRemovedEntries(body.field.message, text.value) };
}

/** An empty body stands for an empty message, and for nothing where the field is not a message. */
function emptyBody({ body }: Route): JsonObject {
  return body.kind === 'field' && isPlainMessage(body.field) ? { [body.field.jsonName]: {} } : {};
}

/** Puts the body where its binding has it; gives the object that query and path go on with. */
function placeBody(route: Route, text: JsonText, options: ReadOptions): JsonObject {
  const problems = text.hasLongNumber ? findBodyProblems(route, text.value, { ...options, roundedOnly: true }) : [];
  if (problems.length > 0) {
    throw bodyProblem(problems);
  }
  if (route.body.kind === 'field') {
    // In proto3 JSON null is the same as nothing, but a caller who sends it as the whole resource means something else.
    if (text.value === null && isPlainMessage(route.body.field)) {
      throw bodyProblem([{ pointer: '', detail: 'must be an object' }]);
    }
    return { [route.body.field.jsonName]: text.value };
  }
  if (typeof text.value === 'object' && text.value !== null && !Array.isArray(text.value)) {
    return text.value;
  }
  throw bodyProblem(findBodyProblems(route, text.value, options));
}

function readSearch(route: Route, search: string, target: JsonObject): void {
  if (route.query !== undefined) {
    readQuery(route.query, search, target);
    return;
  }
  const [name = ''] = search.split(/[=&]/, 1);
  const errors = [{ parameter: name, detail: 'is unknown; every field belongs into the body' }];
  throw new ProblemError(400, 'This request takes no query parameters.', { errors });
}

function readVariable(variable: BoundVariable, segments: readonly string[]): JsonValue {
  const raw = segments.slice(variable.start, variable.end);
  const text = variable.multi ? decodeSegments(raw.join('/')) : decodeSegment(raw[0] ?? '');
  const value = variable.read(text);
  if (value === undefined) {
    const leaf = variable.fields[variable.fields.length - 1] ?? variable.fields[0];
    const detail = `must be ${expectedValue(leaf)}`;
    const errors = [{ parameter: variable.name, detail }];
    throw new ProblemError(400, `"${variable.name}" in the path ${detail}.`, { errors });
  }
  return value;
}

/** Writes a path value into the object; the body may repeat it, but not contradict it. */
function setVariable(route: Route, target: JsonObject, { fields, name }: BoundVariable, value: JsonValue): void {
  let object = target;
  let pointer = '';
  for (const [index, field] of fields.entries()) {
    const key = ownKey(object, field) ?? field.jsonName;
    const present = Object.hasOwn(object, key) ? object[key] : undefined;
    pointer = route.body.kind === 'field' && index === 0 ? '' : appendPointer(pointer, key);
    if (index === fields.length - 1) {
      if (present !== undefined && String(present) !== String(value)) {
        const errors = [{ pointer, detail: 'must be the same as in the path, or left out' }];
        throw new ProblemError(400, `The body and the path disagree about "${name}".`, { errors });
      }
      object[key] = value;
    } else if (present === undefined || present === null) {
      const child: JsonObject = {};
      object[key] = child;
      object = child;
    } else if (typeof present === 'object' && !Array.isArray(present)) {
      object = present;
    } else {
      throw bodyProblem([{ pointer, detail: 'must be an object' }]);
    }
  }
}

function ownKey(object: JsonObject, field: DescField): string | undefined {
  return [field.jsonName, field.name].find((key) => Object.hasOwn(object, key));
}

function decode(route: Route, json: JsonValue, body: JsonValue | undefined, options: ReadOptions): Message {
  try {
    return fromJson(route.rpc.input, json, options);
  } catch {
    const problems = body === undefined ? [] : findBodyProblems(route, body, options);
    if (problems.length > 0) {
      throw bodyProblem(problems);
    }
    // The parts are right, but not together: for instance two members of a oneof, from path and query.
    const errors = findMessageProblems(route.rpc.input, json, options).map(toParameter);
    throw new ProblemError(400, 'The request is not valid.', { errors });
  }
}

function findBodyProblems(route: Route, body: JsonValue, options: WalkOptions): FieldProblem[] {
  return route.body.kind === 'field'
    ? findFieldProblems(route.body.field, body, options)
    : findMessageProblems(route.rpc.input, body, options);
}

function bodyProblem(errors: readonly FieldProblem[]): ProblemError {
  const [first] = errors;
  const pointer = first !== undefined && 'pointer' in first ? first.pointer : '';
  const subject = pointer === '' ? 'The body' : `"${pointer}" in the body`;
  return new ProblemError(400, `${subject} ${first?.detail ?? 'is not valid'}.`, { errors });
}

function toParameter(problem: FieldProblem): FieldProblem {
  return 'pointer' in problem
    ? { parameter: problem.pointer.slice(1).replaceAll('/', '.'), detail: problem.detail }
    : problem;
}

function setMask(route: Route, message: Message, target: JsonObject, body: JsonValue): void {
  const { mask, body: binding } = route;
  if (mask === undefined || binding.kind !== 'field' || binding.field.message === undefined) {
    return;
  }
  if (Object.hasOwn(target, mask.jsonName)) {
    return;
  }
  const prefix = `${binding.field.name}.`;
  const excluded = [...(route.query?.pathFields ?? [])].filter((path) => path.startsWith(prefix));
  const relative = new Set(excluded.map((path) => path.slice(prefix.length)));
  setField(message, mask, create(FieldMaskSchema, { paths: maskOfPatch(binding.field.message, body, relative) }));
}

function setRawBody(message: Message, field: DescField | undefined, request: Request, data: Uint8Array): void {
  const contentType = request.headers.get('content-type') ?? 'application/octet-stream';
  if (field === undefined) {
    Object.assign(message, { contentType, data });
  } else {
    setField(message, field, create(HttpBodySchema, { contentType, data }));
  }
}

function setField(message: Message, field: DescField, value: Message): void {
  // The descriptor says under which property the generated type has the field; the compiler cannot know it here.
  const properties = message as unknown as Record<string, unknown>;
  if (field.oneof === undefined) {
    properties[field.localName] = value;
  } else {
    properties[field.oneof.localName] = { case: field.localName, value };
  }
}
