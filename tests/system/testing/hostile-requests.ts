import { type DescField, type DescMessage, fromJson, getOption, type JsonValue } from '@bufbuild/protobuf';
import { FieldBehavior, field_behavior } from '../../../gen/google/api/field_behavior_pb.ts';
import type { Json } from './api.ts';
import type { PublishedRoute } from './routes.ts';

/** Values that some software once accepted by mistake. */
const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  '',
  ' ',
  '0',
  '-0',
  '-1',
  '1e400',
  'NaN',
  'Infinity',
  '9223372036854775807',
  '-9223372036854775808',
  '99999999999999999999',
  '0000-00-00',
  '9999-12-31',
  '0001-01-01',
  '2026-02-29',
  '9999-12-31T23:59:59.999999999Z',
  '-infinity',
  "' or 1=1 --",
  '\0',
  '\u2028\u202e',
  '💩'.repeat(2_000),
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '{{7*7}}',
  [],
  [null],
  [[]],
  {},
  { '': '' },
  { value: 1 },
];

/** Names that objects of JavaScript have already. */
const HOSTILE_KEYS: readonly string[] = ['__proto__', 'constructor', 'toString'];

const texts = HOSTILE_VALUES.filter((value) => typeof value === 'string');

/** The texts as the only item of a list, or as the only value or key of a map. */
function itemsOf({ fieldKind }: DescField): readonly unknown[] {
  if (fieldKind === 'list') return texts.map((text) => [text]);
  if (fieldKind !== 'map') return [];
  const keys = [...texts, ...HOSTILE_KEYS].map((key) => ({ [key]: 'value' }));
  return [...texts.map((text) => ({ key: text })), ...keys];
}

/** Of the values for a field that was given all of them elsewhere, one in so many is tried again, another one each time. */
const AGAIN = 8;

/** How many times each field, by message and name, and each kind of field has been tried, by all routes. */
export type Tried = Map<string, number>;

/**
 * Bodies for a route: a valid body, with one field replaced by a hostile value in each. A field is given all values that its type
 * can have, the first time that a route takes it. All others are refused before anybody knows the field, so they are given to one
 * field of each kind.
 */
export function* hostileBodies(route: PublishedRoute, good: Json, tried: Tried): Generator<Json> {
  const message = route.body === '*' ? route.method.input : bodyField(route)?.message;
  if (message === undefined) return;
  for (const { path, field } of fieldPaths(message)) {
    const possible = [...HOSTILE_VALUES, ...itemsOf(field)].filter((value) => isOfType(field, value));
    const isInPath = path.length === 1 && route.path.includes(`{${field.name}}`);
    const before = count(tried, isInPath ? 'field that the path has set' : `${field.parent.typeName}.${field.name}`);
    const again = (_: unknown, index: number) => (index + before) % AGAIN === 0;
    for (const value of before === 0 ? possible : possible.filter(again)) yield withValue(good, path, value);

    // To the parser, fields are of the same kind that can have the same values.
    if (count(tried, `${route.verb} ${JSON.stringify(possible)}`) > 0) continue;
    const impossible = HOSTILE_VALUES.filter((value) => !possible.includes(value));
    for (const value of impossible) yield withValue(good, path, value);
  }
}

/** Counts one more; gives how many there were before. */
function count(tried: Tried, what: string): number {
  const before = tried.get(what) ?? 0;
  tried.set(what, before + 1);
  return before;
}

function isOfType(field: DescField, value: unknown): boolean {
  try {
    // The values can all be written as JSON.
    fromJson(field.parent, { [field.jsonName]: value as JsonValue });
    return true;
  } catch {
    return false;
  }
}

function bodyField(route: PublishedRoute): DescField | undefined {
  return route.method.input.fields.find(({ name }) => name === route.body);
}

interface FieldPath {
  readonly path: readonly (string | number)[];
  readonly field: DescField;
}

/** All fields that a caller may give, including those of nested messages; for a list, its first element. */
function fieldPaths(message: DescMessage): readonly FieldPath[] {
  return message.fields
    .filter((field) => !getOption(field, field_behavior).includes(FieldBehavior.OUTPUT_ONLY))
    .flatMap((field) => {
      const own: (string | number)[] = field.fieldKind === 'list' ? [field.jsonName, 0] : [field.jsonName];
      const { message: inner } = field;
      const itself = { path: [field.jsonName], field };
      if (inner === undefined || inner.typeName.startsWith('google.')) return [itself];
      return [itself, ...fieldPaths(inner).map((each) => ({ ...each, path: [...own, ...each.path] }))];
    });
}

function withValue(body: Json, [step = '', ...rest]: readonly (string | number)[], value: unknown): Json {
  const inner =
    rest.length === 0 ? value : withValue(body?.[step] ?? (typeof rest[0] === 'number' ? [] : {}), rest, value);
  if (typeof step === 'number') return [inner];
  return { ...body, [step]: inner };
}
