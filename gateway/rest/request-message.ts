import {
  create,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  type Registry,
} from '@bufbuild/protobuf';
import { FieldMaskSchema } from '@bufbuild/protobuf/wkt';
import { expectedValue } from './expected.ts';
import { HttpBodySchema } from './gen/google/api/httpbody_pb.ts';
import { parseIntegers } from './integers.ts';
import { isJsonObject } from './json-object.ts';
import { appendPointer } from './json-pointer.ts';
import { findFieldProblems, findMessageProblems, type WalkOptions } from './json-problems.ts';
import { parseJsonText } from './json-text.ts';
import { isPlainMessage } from './message-fields.ts';
import { maskOfPatch, withoutRemovedEntries } from './patch-mask.ts';
import { decodeSegment, decodeSegments } from './percent.ts';
import { type FieldProblem, ProblemError } from './problem.ts';
import { readQuery } from './query.ts';
import { type BodyReader, checkJsonType, checkNotEncoded, readBody } from './request-body.ts';
import type { BodyBinding, BoundVariable, Route } from './route.ts';

const emptyObject = /^\{\s*\}$/;

/** A binding that takes a body. */
type JsonBody = Exclude<BodyBinding, { readonly kind: 'none' }>;

/** Where the parts of a request are taken from. */
export interface RequestParts {
  readonly request: Request;
  /** How to read the body; by the fetch API when left out. */
  readonly readBody?: BodyReader | undefined;
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
  /** Called with the JSON of each message before it is decoded. What it throws is the answer. */
  readonly beforeDecode: ((message: DescMessage, json: JsonValue) => void) | undefined;
}

/**
 * Builds the request message of a call: one object of proto3 JSON from path, query and body, decoded once. Returns it at once
 * when there is no body to wait for.
 *
 * @throws ProblemError 400, 413 or 415, naming the parameters or the places in the body
 */
export function readMessage(route: Route, parts: RequestParts, options: ReadOptions): Message | Promise<Message> {
  const { body } = route;
  if (body.kind === 'none') {
    return hasBody(parts.request) ? readWithRefusedBody(route, parts, options) : assemble(route, parts, {}, options);
  }
  return readWithBody(route, body, parts, options);
}

function hasBody({ method, headers }: Request): boolean {
  if (method === 'GET' || method === 'HEAD') {
    return false;
  }
  const announced = headers.get('content-length');
  return announced === null ? headers.has('transfer-encoding') : announced !== '0';
}

/** Most callers send `{}` where no body is asked for. Anything more would be lost without a word, so it is refused. */
async function readWithRefusedBody(route: Route, parts: RequestParts, options: ReadOptions): Promise<Message> {
  const bytes = await readBody(parts.request, options.maxBodyBytes, parts.readBody);
  const text = bytes.length === 0 ? '' : new TextDecoder().decode(bytes).trim();
  if (text !== '' && !emptyObject.test(text)) {
    throw new ProblemError(400, 'This request takes no body.');
  }
  return assemble(route, parts, {}, options);
}

async function readWithBody(route: Route, body: JsonBody, parts: RequestParts, options: ReadOptions): Promise<Message> {
  const { request } = parts;
  const bytes = await readBody(request, options.maxBodyBytes, parts.readBody);
  if (bytes.length > 0) {
    checkNotEncoded(request.headers.get('content-encoding'));
  }
  if (body.raw) {
    const message = assemble(route, parts, {}, options);
    setRawBody(message, body.kind === 'field' ? body.field : undefined, request, bytes);
    return message;
  }
  if (bytes.length === 0) {
    return assemble(route, parts, emptyBody(body), options, {});
  }
  checkJsonType(request.headers.get('content-type'));
  const json = parseBody(route, body, bytes, options);
  return assemble(route, parts, placeBody(route, body, asMessage(route, json), options), options, json);
}

/** Adds query and path to what the body has set, and decodes the result. */
function assemble(
  route: Route,
  { segments, search }: RequestParts,
  target: JsonObject,
  options: ReadOptions,
  body?: JsonValue,
): Message {
  if (search !== '') {
    readSearch(route, search, target);
  }
  for (const variable of route.variables) {
    setVariable(route, target, variable, readVariable(variable, segments));
  }
  const message = decode(route, target, body, options);
  const { mask } = route;
  if (mask !== undefined && body !== undefined && !Object.hasOwn(target, mask.field.jsonName)) {
    const paths = maskOfPatch(mask.resource, body, mask.excluded);
    setField(message, mask.field, create(FieldMaskSchema, { paths }));
  }
  return message;
}

function parseBody({ rpc }: Route, body: JsonBody, bytes: Uint8Array, options: ReadOptions): JsonValue {
  const { text, value, hasOddValue } = parseJsonText(bytes, options.maxBodyValues);
  const target = body.kind === 'field' ? body.field : rpc.input;
  return hasOddValue ? parseIntegers(text, target, options.registry) : value;
}

/** Turns the JSON of a patch into that of a message. Any other body stays as it is. */
function asMessage({ mask }: Route, json: JsonValue): JsonValue {
  return mask === undefined ? json : withoutRemovedEntries(mask.resource, json);
}

/** An empty body stands for an empty message, and for nothing where the field is not a message. */
function emptyBody(body: JsonBody): JsonObject {
  return body.kind === 'field' && isPlainMessage(body.field) ? { [body.field.jsonName]: {} } : {};
}

/** Puts the body where its binding says. Returns the object to which query and path are added. */
function placeBody(route: Route, body: JsonBody, json: JsonValue, options: ReadOptions): JsonObject {
  if (body.kind === 'field') {
    // In proto3 JSON null is the same as an absent field, but a caller who sends it as the whole resource means something else.
    if (json === null && isPlainMessage(body.field)) {
      throw bodyProblem([{ pointer: '', detail: 'must be an object' }]);
    }
    return { [body.field.jsonName]: json };
  }
  if (isJsonObject(json)) {
    return json;
  }
  throw bodyProblem(findBodyProblems(route, json, options));
}

function readSearch(route: Route, search: string, target: JsonObject): void {
  if (route.query !== undefined) {
    readQuery(route.query, search, target);
    return;
  }
  const [name = ''] = search.split(/[=&]/, 1);
  const errors = [{ parameter: name, detail: 'is unknown; every field belongs in the body' }];
  throw new ProblemError(400, 'This request takes no query parameters.', { errors });
}

function readVariable(variable: BoundVariable, segments: readonly string[]): JsonValue {
  const { start, end, multi, leaf, name } = variable;
  const text = multi ? decodeSegments(segments.slice(start, end).join('/')) : decodeSegment(segments[start] ?? '');
  const value = variable.read(text);
  if (value === undefined) {
    const detail = `must be ${expectedValue(leaf)}`;
    throw new ProblemError(400, `"${name}" in the path ${detail}.`, { errors: [{ parameter: name, detail }] });
  }
  return value;
}

/** Writes a path value into the object; the body may repeat it, but not contradict it. */
function setVariable(route: Route, target: JsonObject, variable: BoundVariable, value: JsonValue): void {
  const { fields, leaf, name } = variable;
  let object = target;
  for (let depth = 0; depth < fields.length - 1; depth++) {
    const key = keyIn(object, fields[depth] ?? leaf);
    const inner: JsonValue = (Object.hasOwn(object, key) ? object[key] : null) ?? {};
    if (typeof inner !== 'object' || Array.isArray(inner)) {
      throw bodyProblem([
        { pointer: pointerTo(route, target, fields.slice(0, depth + 1)), detail: 'must be an object' },
      ]);
    }
    object[key] = inner;
    object = inner;
  }
  const key = keyIn(object, leaf);
  if (Object.hasOwn(object, key) && String(object[key]) !== String(value)) {
    const pointer = pointerTo(route, target, fields);
    const errors = [{ pointer, detail: 'must be the same as in the path, or left out' }];
    throw new ProblemError(400, `The body and the path disagree about "${name}".`, { errors });
  }
  object[key] = value;
}

/** The name under which an object has a field, or would have it. */
function keyIn(object: JsonObject, { jsonName, name }: DescField): string {
  return !Object.hasOwn(object, jsonName) && Object.hasOwn(object, name) ? name : jsonName;
}

/** The pointer to a field that the path sets as well, in the spelling of the body that was sent. */
function pointerTo({ body }: Route, target: JsonObject, fields: readonly DescField[]): string {
  let object = target;
  const keys = fields.map((field) => {
    const key = keyIn(object, field);
    const inner = Object.hasOwn(object, key) ? object[key] : undefined;
    object = isJsonObject(inner) ? inner : {};
    return key;
  });
  return keys.slice(body.kind === 'field' ? 1 : 0).reduce(appendPointer, '');
}

function decode(route: Route, json: JsonValue, body: JsonValue | undefined, options: ReadOptions): Message {
  options.beforeDecode?.(route.rpc.input, json);
  try {
    return fromJson(route.rpc.input, json, options);
  } catch {
    const problems = body === undefined ? [] : findBodyProblems(route, asMessage(route, body), options);
    if (problems.length > 0) {
      throw bodyProblem(problems);
    }
    // Each part is valid, but not all of them together: for instance, path and query give two members of a oneof.
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

function setRawBody(message: Message, field: DescField | undefined, request: Request, data: Uint8Array): void {
  const contentType = request.headers.get('content-type') ?? 'application/octet-stream';
  if (field === undefined) {
    Object.assign(message, { contentType, data });
  } else {
    setField(message, field, create(HttpBodySchema, { contentType, data }));
  }
}

function setField(message: Message, field: DescField, value: Message): void {
  // The descriptor says which property of the generated type holds the field. The compiler cannot know it here.
  const properties = message as unknown as Record<string, unknown>;
  if (field.oneof === undefined) {
    properties[field.localName] = value;
  } else {
    properties[field.oneof.localName] = { case: field.localName, value };
  }
}
