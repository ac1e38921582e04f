import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { isPlainMessage } from '../rest/message-fields.ts';
import type { QueryScope } from '../rest/query.ts';
import type { Route } from '../rest/route.ts';
import { textReaderOf } from '../rest/text-value.ts';
import type { Parameter } from './document.ts';
import { fieldsOf, isRequired } from './field-behavior.ts';
import { paragraphs } from './markdown.ts';
import type { OpenApiPath } from './path.ts';
import type { Schemas } from './schemas.ts';

/** The parameters of the path. */
export function pathParameters({ variables }: OpenApiPath, schemas: Schemas): Parameter[] {
  return variables.map(({ name, bound, isRest }) => {
    const field = bound?.leaf;
    // The text between literals is only a part of the field's value, so the field's bounds say nothing about it.
    const isPart = field === undefined || bound?.multi === true;
    const { description = '', ...schema } = isPart ? { type: 'string' as const } : schemas.field(field, 'input');
    const remark = isRest ? 'May have several segments, with slashes between them.' : '';
    const text = paragraphs(description, remark);
    return { name, in: 'path', ...(text === '' ? {} : { description: text }), required: true, schema };
  });
}

/** The parameters of the query: every field that neither path nor body sets, by its path in JSON names. */
export function queryParameters(route: Route, schemas: Schemas): Parameter[] {
  const { query } = route;
  return query === undefined ? [] : [...parametersOf(query.message, { query, route, schemas, parents: [] })];
}

interface Scope {
  readonly query: QueryScope;
  readonly route: Route;
  readonly schemas: Schemas;
  /** The fields on the way down to the message. */
  readonly parents: readonly DescField[];
}

function* parametersOf(message: DescMessage, scope: Scope): Generator<Parameter> {
  const { query, parents } = scope;
  for (const field of fieldsOf(message, 'input')) {
    const path = [...parents, field];
    if (path.length === 1 && field === query.bodyField) continue;
    if (query.pathFields.has(path.map(({ name }) => name).join('.'))) continue;
    if (isPlainMessage(field)) {
      // A message that contains itself could go on for ever.
      if (!parents.some((parent) => parent.message === field.message)) {
        yield* parametersOf(field.message, { ...scope, parents: path });
      }
    } else if (textReaderOf(field) !== undefined) {
      yield parameterOf(path, field, scope);
    }
  }
}

function parameterOf(path: readonly DescField[], field: DescField, { route, schemas }: Scope): Parameter {
  const { description, ...schema } = schemas.field(field, 'input');
  // A PATCH whose query has no mask takes it from the body.
  const required = path.every(isRequired) && field !== route.mask?.field;
  return {
    name: path.map(({ jsonName }) => jsonName).join('.'),
    in: 'query',
    ...(description === undefined ? {} : { description }),
    ...(required ? { required } : {}),
    ...(field.deprecated ? { deprecated: true } : {}),
    ...(field.fieldKind === 'map' ? { style: 'deepObject', explode: true } : {}),
    schema,
  };
}
