import type { DescField, DescMessage, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { expectedValue } from './expected.ts';
import { findField, isPlainMessage } from './message-fields.ts';
import { type FieldProblem, ProblemError } from './problem.ts';
import { scalarReader, type TextReader, textReaderOf } from './text-value.ts';

/** What a query may set: the request message without the fields that path and body set. */
export interface QueryScope {
  readonly message: DescMessage;
  /** Top-level field that the body sets. */
  readonly bodyField: DescField | undefined;
  /** Dotted proto names of the fields that the path sets. */
  readonly pathFields: ReadonlySet<string>;
  /** The places of the parameters met so far, so that each is looked up once. */
  readonly places: Map<string, Place>;
}

// Enough for any contract; without a limit a recursive message could be nested as deep as a URL is long.
const depthMax = 16;

// A message has few fields, each with two names, but a message that contains itself has endlessly many.
const placesMax = 1000;

// Whoever mistyped a name wants to see the right one, but not in a wall of text.
const namesMax = 30;

/**
 * Reads a query string into an object of proto3 JSON. A parameter is named by the path of its field in either spelling
 * (`filter.dueDate`, `filter.due_date`); a repeated field is a repeated parameter; the entry of a map is `labels[key]`
 * or `labels.key`.
 *
 * @param search the raw query, without the question mark
 * @throws ProblemError 400 naming every parameter that is unknown (and those that there are), given too often or of the wrong type
 */
export function readQuery(scope: QueryScope, search: string, target: JsonObject): void {
  const problems: FieldProblem[] = [];
  for (const pair of search.split('&')) {
    if (pair === '') {
      continue;
    }
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = decode(equals === -1 ? '' : pair.slice(equals + 1));
    const detail = setParameter(scope, target, name, value);
    if (detail !== undefined) {
      problems.push({ parameter: name, detail });
    }
  }
  const [first] = problems;
  if (first !== undefined && 'parameter' in first) {
    throw new ProblemError(400, `The query parameter "${first.parameter}" ${first.detail}.`, { errors: problems });
  }
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) {
    return spaced;
  }
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw new ProblemError(400, 'The query is not percent-encoded UTF-8.');
  }
}

/** Sets one parameter. Returns what is wrong with it, in words that follow the parameter's name. */
function setParameter(scope: QueryScope, target: JsonObject, name: string, value: string): string | undefined {
  const place = scope.places.get(name) ?? locateFirst(scope, name);
  if (typeof place === 'string') {
    return place;
  }
  let object: JsonObject = target;
  for (const field of place.parents) {
    object = childObject(object, field.jsonName);
  }
  const { field } = place;
  const json = place.read(value);
  if (json === undefined) {
    return `must be ${expectedValue(field)}`;
  }
  switch (field.fieldKind) {
    case 'list':
      appendTo(object, field.jsonName, json);
      return undefined;
    case 'map':
      return setEntry(childObject(object, field.jsonName), field, place.key ?? '', json);
    default:
      if (Object.hasOwn(object, field.jsonName)) {
        return 'is given more than once';
      }
      object[field.jsonName] = json;
      return undefined;
  }
}

/** The field that a parameter sets. */
interface Place {
  readonly parents: readonly DescField[];
  readonly field: DescField;
  readonly read: TextReader;
  /** For a map. */
  readonly key: string | undefined;
}

const unknown = 'is unknown';

/** Finds the place of a parameter and remembers it, unless the name contains a map key, of which there are endlessly many. */
function locateFirst(scope: QueryScope, name: string): Place | string {
  const place = locate(scope, name);
  if (typeof place !== 'string' && place.key === undefined && scope.places.size < placesMax) {
    scope.places.set(name, place);
  }
  return place;
}

function locate(scope: QueryScope, name: string): Place | string {
  const parents: DescField[] = [];
  let message = scope.message;
  let rest = name;
  while (parents.length < depthMax) {
    const end = rest.search(/[.[]/);
    const field = findField(message, end === -1 ? rest : rest.slice(0, end));
    if (field === undefined) {
      return unknownAmong(scope, parents, message);
    }
    const taken = takenBy(scope, parents, field);
    if (taken !== undefined) {
      return taken;
    }
    const tail = end === -1 ? '' : rest.slice(end);
    if (!isPlainMessage(field)) {
      return placeOf(parents, field, tail);
    }
    if (!tail.startsWith('.')) {
      return tail === '' ? 'is given by its fields' : unknown;
    }
    parents.push(field);
    message = field.message;
    rest = tail.slice(1);
  }
  return 'is nested too deep';
}

/** Says that the parameter is unknown and, unless they are many, which parameters are known in its place. */
function unknownAmong(scope: QueryScope, parents: readonly DescField[], message: DescMessage): string {
  const names = message.fields
    .filter((field) => takenBy(scope, parents, field) === undefined)
    .filter((field) => isPlainMessage(field) || textReaderOf(field) !== undefined)
    .map((field) => [...parents, field].map(({ jsonName }) => jsonName).join('.') + endingOf(field));
  if (names.length === 0 || names.length > namesMax) return unknown;
  return `${unknown}; must be one of ${names.join(', ')}`;
}

/** Stands for the rest of a parameter's name. */
function endingOf(field: DescField): string {
  if (isPlainMessage(field)) return '.*';
  return field.fieldKind === 'map' ? '[key]' : '';
}

/** Says that the path or the body sets a field, if one of them does. */
function takenBy(scope: QueryScope, parents: readonly DescField[], field: DescField): string | undefined {
  if (parents.length === 0 && field === scope.bodyField) {
    return 'belongs in the body';
  }
  const { pathFields } = scope;
  const isInPath = pathFields.size > 0 && pathFields.has([...parents, field].map((step) => step.name).join('.'));
  return isInPath ? 'is already given by the path' : undefined;
}

function placeOf(parents: readonly DescField[], field: DescField, tail: string): Place | string {
  const read = textReaderOf(field);
  if (read === undefined) {
    return 'cannot be given in a query';
  }
  if (field.fieldKind === 'map') {
    const key = mapKey(tail);
    return key === undefined ? `is given by its entries, as ${field.jsonName}[key]` : { parents, field, read, key };
  }
  return tail === '' ? { parents, field, read, key: undefined } : unknown;
}

/** The key in `[key]` or `.key`. */
function mapKey(rest: string): string | undefined {
  if (rest.startsWith('.')) {
    return rest.slice(1);
  }
  return rest.startsWith('[') && rest.endsWith(']') ? rest.slice(1, -1) : undefined;
}

function setEntry(
  entries: JsonObject,
  field: DescField & { fieldKind: 'map' },
  key: string,
  json: JsonValue,
): string | undefined {
  const name = scalarReader(field.mapKey)(key);
  if (name === undefined) {
    return 'has a key of the wrong type';
  }
  if (Object.hasOwn(entries, String(name))) {
    return 'is given more than once';
  }
  // A key can be `__proto__`, which plain assignment would not store.
  Object.defineProperty(entries, String(name), { value: json, enumerable: true, configurable: true, writable: true });
  return undefined;
}

function childObject(object: JsonObject, name: string): JsonObject {
  const child = Object.hasOwn(object, name) ? object[name] : undefined;
  if (child !== undefined) {
    // Only this file has written into the object, and under this name only objects.
    return child as JsonObject;
  }
  const created: JsonObject = {};
  object[name] = created;
  return created;
}

function appendTo(object: JsonObject, name: string, json: JsonValue): void {
  const list = Object.hasOwn(object, name) ? object[name] : undefined;
  if (Array.isArray(list)) {
    list.push(json);
  } else {
    object[name] = [json];
  }
}
