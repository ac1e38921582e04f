import type { JsonValue } from '@bufbuild/protobuf';
import { findEtag, findFileName } from '../rest/endpoint.ts';
import { isHttpBody, isPlainMessage } from '../rest/message-fields.ts';
import type { Route } from '../rest/route.ts';
import type { Success } from '../rest/success.ts';
import type {
  Content,
  Header,
  Operation,
  Parameter,
  Reference,
  RequestBody,
  Response,
  Schema,
  SecurityRequirement,
} from './document.ts';
import { fieldsOf, isRequired } from './field-behavior.ts';
import { splitHeading } from './markdown.ts';
import { pathParameters, queryParameters } from './parameters.ts';
import type { OpenApiPath } from './path.ts';
import type { Schemas } from './schemas.ts';

/** What the contract of an operation does not say. */
export interface OperationExtras {
  /** When left out, that of the document. When empty, none is needed. */
  readonly security?: readonly SecurityRequirement[];
  /** Names of parameters of the query that are refused whatever they say. Default: none. */
  readonly refusedParameters?: readonly string[];
  /** Request headers. */
  readonly parameters?: readonly (Parameter | Reference)[];
  /** Headers of a success. */
  readonly headers?: Readonly<Record<string, Header | Reference>>;
  /** Media type of an answer that is raw bytes. Default: any. */
  readonly mediaType?: string | undefined;
  /** Answers to failures, by status or `default`. */
  readonly failures?: Readonly<Record<string, Response | Reference>>;
  readonly requestExample?: JsonValue | undefined;
  readonly responseExample?: JsonValue | undefined;
}

/** What an operation is made of. */
export interface OperationParts {
  readonly route: Route;
  readonly path: OpenApiPath;
  readonly operationId: string;
  readonly tag: string;
  readonly success: Success;
  /** The comment on the RPC, in Markdown. */
  readonly comment: string;
  readonly extras: OperationExtras;
  readonly schemas: Schemas;
}

const etagHeader: Header = {
  description: 'Version of the response, for If-None-Match and If-Match.',
  schema: { type: 'string' },
};

const locationHeader: Header = {
  description: 'Path of the created resource.',
  schema: { type: 'string', format: 'uri-reference' },
};

const fileNameHeader: Header = {
  description: 'The name of the file (RFC 6266).',
  schema: { type: 'string' },
};

const ifNoneMatch: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  description: 'ETag of an earlier response. If nothing has changed, the response is 304 without a body.',
  schema: { type: 'string' },
};

/** Describes one route. */
export function createOperation(parts: OperationParts): Operation {
  const { route, path, operationId, tag, comment, extras, schemas } = parts;
  const { summary, description } = splitHeading(comment);
  const isCacheable = route.httpMethod === 'GET' && etagOf(route) !== undefined;
  const parameters = [
    ...pathParameters(path, schemas),
    ...queryParameters(route, schemas).filter(({ name }) => !extras.refusedParameters?.includes(name)),
    ...(isCacheable ? [ifNoneMatch] : []),
    ...(extras.parameters ?? []),
  ];
  const requestBody = requestBodyOf(parts);
  return {
    operationId,
    tags: [tag],
    summary: summary === '' ? operationId : summary,
    ...(description === '' ? {} : { description }),
    ...(route.rpc.deprecated ? { deprecated: true } : {}),
    ...(extras.security === undefined ? {} : { security: extras.security }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: {
      ...successOf(parts),
      ...(isCacheable ? { 304: { description: 'Unchanged since If-None-Match.', headers: { ETag: etagHeader } } } : {}),
      ...extras.failures,
    },
  };
}

/** The body of a request; undefined when it has none or the path gives every field. An empty body is always an empty object. */
function requestBodyOf({ route, schemas, extras }: OperationParts): RequestBody | undefined {
  const { body, rpc, variables, httpMethod } = route;
  if (body.kind === 'none') return undefined;
  const example = extras.requestExample === undefined ? {} : { example: extras.requestExample };
  if (body.raw) return { required: body.kind === 'field' && isRequired(body.field), content: { '*/*': example } };
  if (body.kind === 'field') {
    const { description, ...schema } = schemas.field(body.field, httpMethod === 'PATCH' ? 'patch' : 'input');
    const media = { schema: unwrapNull(schema), ...example };
    const content = { 'application/json': media };
    return {
      ...(description === undefined ? {} : { description }),
      required: isRequired(body.field),
      content: httpMethod === 'PATCH' ? { ...content, 'application/merge-patch+json': media } : content,
    };
  }
  const given = new Set(variables.filter(({ fields }) => fields.length === 1).map(({ name }) => name));
  const fields = fieldsOf(rpc.input, 'input').filter(({ jsonName }) => !given.has(jsonName));
  if (fields.length === 0) return undefined;
  const media = { schema: schemas.message(rpc.input, 'input', given), ...example };
  return { required: fields.some(isRequired), content: { 'application/json': media } };
}

/** Removes null from the schema of a body: in a merge patch, only fields can be null. */
function unwrapNull(schema: Schema): Schema {
  return schema.anyOf?.length === 2 && schema.anyOf[1]?.type === 'null' ? (schema.anyOf[0] ?? schema) : schema;
}

function successOf({ route, success, extras, schemas }: OperationParts): Record<string, Response> {
  const { status = 200, location } = success;
  const headers = {
    ...(etagOf(route) === undefined ? {} : { ETag: etagHeader }),
    ...(location === undefined ? {} : { Location: locationHeader }),
    ...(isFile(route) && findFileName(route) !== undefined ? { 'Content-Disposition': fileNameHeader } : {}),
    ...extras.headers,
  };
  const example = extras.responseExample === undefined ? {} : { example: extras.responseExample };
  const told = Object.keys(headers).length === 0 ? {} : { headers };
  if (status === 204) return { [status]: { description: 'Done.', ...told } };
  const { description, schema } = answerOf(route, schemas);
  const content = schema === undefined ? { [extras.mediaType ?? '*/*']: {} } : contentOf(route, schema, example);
  return { [status]: { description, ...told, content } };
}

function contentOf({ rpc }: Route, schema: Schema, example: { example?: JsonValue }): Content {
  return rpc.methodKind === 'server_streaming'
    ? { 'application/x-ndjson': { schema }, 'text/event-stream': { schema } }
    : { 'application/json': { schema, ...example } };
}

/** The body of an answer. Raw bytes have no schema. */
function answerOf({ responseBody, rpc }: Route, schemas: Schemas): { description: string; schema: Schema | undefined } {
  if (isHttpBody(rpc.output) || isFile({ responseBody })) return { description: 'The file.', schema: undefined };
  if (responseBody === undefined)
    return { description: 'The response.', schema: schemas.message(rpc.output, 'output') };
  // The field is the whole answer, so it is not read-only in it.
  const { description = 'The response.', readOnly, ...schema } = schemas.field(responseBody, 'output');
  return { description, schema };
}

function etagOf(route: Route): string | undefined {
  const { responseBody, rpc } = route;
  if (responseBody === undefined || isFile(route)) return findEtag(route, rpc.output)?.jsonName;
  return isPlainMessage(responseBody) ? findEtag(route, responseBody.message)?.jsonName : undefined;
}

/** Whether the body is a file, with facts about it beside it. */
function isFile({ responseBody }: Pick<Route, 'responseBody'>): boolean {
  return responseBody?.message !== undefined && isHttpBody(responseBody.message);
}
