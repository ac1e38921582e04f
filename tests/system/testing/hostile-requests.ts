import { type DescField, type DescMessage, getOption } from '@bufbuild/protobuf';
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

/** For a field that another route takes too, one in so many values is tried again. */
const AGAIN = 5;

/**
 * Bodies for a route: a valid body, with one field replaced by a hostile value in each. `tried` contains the fields, by message
 * and name, of which earlier routes were given all values.
 */
export function* hostileBodies(route: PublishedRoute, good: Json, tried: Set<string>): Generator<Json> {
  const message = route.body === '*' ? route.method.input : bodyField(route)?.message;
  if (message === undefined) return;
  for (const { path, field } of fieldPaths(message)) {
    const isKnown = tried.has(field);
    tried.add(field);
    for (const [index, value] of HOSTILE_VALUES.entries()) {
      if (!isKnown || index % AGAIN === 0) yield withValue(good, path, value);
    }
  }
}

function bodyField(route: PublishedRoute): DescField | undefined {
  return route.method.input.fields.find(({ name }) => name === route.body);
}

interface FieldPath {
  readonly path: readonly (string | number)[];
  /** Message and name. */
  readonly field: string;
}

/** All fields that a caller may give, including those of nested messages; for a list, its first element. */
function fieldPaths(message: DescMessage): readonly FieldPath[] {
  return message.fields
    .filter((field) => !getOption(field, field_behavior).includes(FieldBehavior.OUTPUT_ONLY))
    .flatMap((field) => {
      const own: (string | number)[] = field.fieldKind === 'list' ? [field.jsonName, 0] : [field.jsonName];
      const { message: inner } = field;
      const itself = { path: [field.jsonName], field: `${message.typeName}.${field.name}` };
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
