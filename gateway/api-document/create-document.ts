import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DescMethod, fromJson, getOption, type JsonObject, type JsonValue, toJson } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { CustomerLedgerService } from '../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { InvoiceBulkService } from '../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { field, RpcOptions_Access, rpc } from '../../gen/numer/options/v1/options_pb.ts';
import { CustomerBulkService } from '../../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { SessionService } from '../../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';
import type { ErrorReasonName } from '../../runtime/call/errors.ts';
import type { Comments } from '../openapi/comments.ts';
import { createOpenApi } from '../openapi/create-openapi.ts';
import type { Header, OpenApiDocument, Reference } from '../openapi/document.ts';
import type { OperationExtras } from '../openapi/operation.ts';
import { problemSchema } from '../openapi/problem-schema.ts';
import { isPublished, PUBLIC_SERVICES } from '../public-services.ts';
import { isJsonObject } from '../rest/json-object.ts';
import type { Route } from '../rest/route.ts';
import { successOf } from '../success-of.ts';
import { EXAMPLES } from './examples.ts';
import { createFailures, type Failures } from './failures.ts';
import { FILE_TYPES } from './file-types.ts';
import { ANSWER_HEADERS, OPERATION_HEADERS, REPLAY_HEADERS, REQUEST_HEADERS } from './headers.ts';
import { HEALTH_PATHS, HEALTH_TAG } from './health.ts';
import { REASON_STATUSES } from './reason-statuses.ts';
import { REQUEST_EXAMPLES } from './request-examples.ts';

const INTRODUCTION_FILE = join(import.meta.dirname, 'introduction.md');

/** The OpenAPI document of the REST API. `comments` come from the contracts, because generated code has none. */
export function createApiDocument(version: string, comments: Comments): OpenApiDocument {
  const failures = createFailures(comments);
  return createOpenApi({
    info: {
      title: 'Numer',
      version,
      summary: 'Invoices, customers, payments, documents, reminders, mail, webhooks, an audit trail and statistics.',
      description: readFileSync(INTRODUCTION_FILE, 'utf8').trim(),
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The gateway that this document comes from.' }],
    security: [{ bearer: [] }],
    services: [...PUBLIC_SERVICES.keys()],
    expose: isPublished,
    success: successOf,
    comments,
    optionalFields: (holder) => getOption(holder, field).optionalFields,
    extras: (route) => extrasOf(route, reasonsIn(comments(route.rpc)), failures),
    components: {
      parameters: REQUEST_HEADERS,
      headers: ANSWER_HEADERS,
      responses: failures.components,
      schemas: { Problem: problemSchema },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'The `accessToken` of a session, or the `secret` of an API key.',
        },
      },
    },
    paths: HEALTH_PATHS,
    tags: [HEALTH_TAG],
  });
}

/** The reasons that a comment names in sentences such as "Fails with INVOICE_NOT_FOUND and INVOICE_STATE." */
function reasonsIn(comment: string): ErrorReasonName[] {
  const sentences = [...comment.matchAll(/Fails with ([^.]*)\./g)].map(([, sentence = '']) => sentence);
  return sentences
    .flatMap((sentence) => [...sentence.matchAll(/\b[A-Z][A-Z_]{3,}\b/g)].map(([word]) => word))
    .filter(isReason);
}

function isReason(word: string): word is ErrorReasonName {
  return Object.hasOwn(REASON_STATUSES, word);
}

function extrasOf(route: Route, named: readonly ErrorReasonName[], failures: Failures): OperationExtras {
  const isPublic = getOption(route.rpc, rpc).access === RpcOptions_Access.PUBLIC;
  const isReadOnly = route.rpc.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  const isVersioned = named.includes('ETAG_MISMATCH');
  const isReplayable = keepsAnswer(route) && !isReadOnly;
  const example = EXAMPLES.get(route.rpc);
  const reasons: ErrorReasonName[] = [
    'INVALID_ARGUMENT',
    ...named,
    ...when(!isPublic, 'UNAUTHENTICATED'),
    ...when(!isPublic && !isReadOnly, 'PERMISSION_DENIED'),
    ...when(isVersioned, 'CONFLICT'),
    ...when(isReplayable, 'IDEMPOTENCY_KEY_REUSED'),
    ...when(route.body.kind !== 'none', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'),
    'RATE_LIMITED',
  ];
  const headers: Record<string, Header | Reference> = { ...OPERATION_HEADERS, ...(isReplayable ? REPLAY_HEADERS : {}) };
  return {
    ...(isPublic ? { security: [] } : {}),
    refusedParameters: WHOLE_LISTS.includes(route.rpc) ? ['filter.pageSize', 'filter.pageToken'] : [],
    parameters: [
      ...when(isReplayable, { $ref: '#/components/parameters/IdempotencyKey' }),
      ...when(isVersioned, { $ref: '#/components/parameters/IfMatch' }),
    ],
    headers,
    mediaType: FILE_TYPES.get(route.rpc),
    failures: { ...failures.of(reasons), default: failures.unexpected },
    requestExample: bodyOf(route, example?.request ?? REQUEST_EXAMPLES.get(route.rpc)),
    responseExample: example?.response === undefined ? undefined : answerOf(route, example.response),
  };
}

/** RPCs whose response is a file with the whole list, so that their filter has no page. */
const WHOLE_LISTS: readonly DescMethod[] = [
  InvoiceBulkService.method.downloadInvoices,
  CustomerBulkService.method.downloadCustomers,
  CustomerLedgerService.method.downloadLedgerEntries,
];

/** The body of a request, without the fields in the path of this route. Another route of the same RPC may have others in its path. */
function bodyOf({ body, variables }: Route, example: JsonValue | undefined): JsonValue | undefined {
  if (body.kind !== 'all' || !isJsonObject(example)) return example;
  const inPath = new Set(variables.map(({ name }) => name));
  return Object.fromEntries(Object.entries(example).filter(([name]) => !inPath.has(name)));
}

/** The body as the API gives it, including fields with their default value, which examples leave out. */
function answerOf({ rpc, responseBody }: Route, example: JsonValue): JsonValue {
  const whole = responseBody === undefined ? example : { [responseBody.jsonName]: example };
  const complete = toJson(rpc.output, fromJson(rpc.output, whole), { alwaysEmitImplicit: true }) as JsonObject; // a message
  return responseBody === undefined ? complete : (complete[responseBody.jsonName] ?? null);
}

/**
 * Whether a request may be repeated with its key. Responses of sign-in are secrets, which are not stored. Deleting an account deletes
 * the responses that are stored for it.
 */
function keepsAnswer({ httpMethod, rpc }: Route): boolean {
  return httpMethod !== 'GET' && rpc.parent !== SessionService && rpc !== UserService.method.deleteUser;
}

function when<const T>(condition: boolean, ...values: readonly T[]): readonly T[] {
  return condition ? values : [];
}
