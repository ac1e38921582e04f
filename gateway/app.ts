import type { DescService } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { ErrorReasonName } from '../runtime/call/errors.ts';
import type { Logger } from '../runtime/process/log.ts';
import { contextOf, exchangeOf } from './edge/exchange.ts';
import { breakOff } from './edge/http-message.ts';
import { requireFewItems } from './edge/json-items.ts';
import { ACCEPTED_HEADERS, RETURNED_HEADERS } from './edge/passed-headers.ts';
import { isImpatience } from './edge/patience.ts';
import { addDocsPages } from './pages/docs-pages.ts';
import { addDocumentPages, type DocumentPagesOptions } from './pages/document-pages.ts';
import { addMailPages } from './pages/mail-pages.ts';
import { addSchemaPages } from './pages/schema-pages.ts';
import { isPublished, PUBLIC_SERVICES } from './public-services.ts';
import type { Readiness } from './readiness.ts';
import { readNodeBody } from './rest/node-body.ts';
import { createProblem, problemResponse } from './rest/problem.ts';
import { createTranscoder, type Failure } from './rest/transcoder.ts';
import { successOf } from './success-of.ts';

/** What the HTTP application needs. */
export interface AppOptions extends DocumentPagesOptions {
  transportOf(service: DescService): Transport;
  readonly readiness: Readiness;
  readonly bodyBytesMax: number;
  /** Folder of caught mails, or empty when mails are really sent. */
  readonly mailDir: string;
}

type Env = { Bindings: HttpBindings };

/** HTTP status of the reasons that have their own, whatever the code of the error. */
const STATUS_BY_REASON = {
  ETAG_MISMATCH: 412,
  IDEMPOTENCY_KEY_REUSED: 422,
} as const satisfies Partial<Record<ErrorReasonName, number>>;

/** Reasons of requests that are refused before they reach a service. */
const REASON_BY_STATUS: Readonly<Record<number, ErrorReasonName>> = {
  400: 'INVALID_ARGUMENT',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  500: 'INTERNAL',
};

/** The REST API, the health endpoints and the pages for people. */
export function createApp(options: AppOptions): Hono<Env> {
  const transcoder = createTranscoder({
    services: [...PUBLIC_SERVICES.keys()],
    transport: options.transportOf,
    expose: isPublished,
    success: successOf,
    statusByReason: STATUS_BY_REASON,
    reasonByStatus: REASON_BY_STATUS,
    requestHeaders: ACCEPTED_HEADERS,
    responseHeaders: RETURNED_HEADERS,
    maxBodyBytes: options.bodyBytesMax,
    beforeCall: ({ route, header, context }) => {
      const exchange = exchangeOf(context.contextValues);
      exchange.route = route.path;
      return options.edge.enter(route.rpc, header, exchange);
    },
    beforeDecode: requireFewItems,
    onError: (failure) => logFailure(failure, options.log),
  });

  const app = new Hono<Env>();
  app.get('/livez', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    const unready = await options.readiness.unready();
    return unready.length === 0
      ? context.json({ status: 'ok' })
      : context.json({ status: 'unavailable', unready }, 503, { 'retry-after': '1' });
  });
  addDocsPages(app);
  addSchemaPages(app);
  for (const path of ['/', '/livez', '/readyz', '/openapi.json', '/docs', '/schemas']) app.all(path, onlyGet);
  addDocumentPages(app, options);
  if (options.mailDir !== '') addMailPages(app, options.mailDir);
  app.all('*', async (context) => {
    const { incoming, outgoing } = context.env;
    const contextValues = contextOf(incoming);
    const { requestId } = exchangeOf(contextValues);
    const readBody = (maxBytes: number) => readNodeBody(incoming, maxBytes);
    const known = { requestId, contextValues, readBody, breakOff: () => breakOff(outgoing) };
    return (await transcoder.handle(context.req.raw, known)) ?? notFound(context);
  });
  app.notFound(notFound);
  app.onError((error, context) => {
    options.log.error({ err: error, requestId: requestIdOf(context) }, 'request failed');
    return problem(context, 500, 'INTERNAL', 'Something went wrong on our side.');
  });
  return app;
}

function logFailure({ error, status, request, route, requestId }: Failure, log: Logger): void {
  const record = { method: request.method, path: route?.path, status, requestId, err: error };
  const isOurs = status >= 500 && !isImpatience(status, Object.fromEntries(request.headers));
  if (isOurs) log.error(record, 'request failed');
  else log.debug(record, 'request refused');
}

function notFound(context: Context<Env>): Response {
  return problem(context, 404, 'NOT_FOUND', 'There is no such route; /docs lists all routes.');
}

function onlyGet(context: Context<Env>): Response {
  const { method } = context.req;
  return problem(context, 405, 'METHOD_NOT_ALLOWED', `This route does not support ${method}.`, { allow: 'GET, HEAD' });
}

function problem(
  context: Context<Env>,
  status: number,
  reason: ErrorReasonName,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const members = { status, detail, instance: context.req.path, reason, requestId: requestIdOf(context) };
  return problemResponse(createProblem(members), headers, context.req.method !== 'HEAD');
}

function requestIdOf(context: Context<Env>): string {
  return exchangeOf(contextOf(context.env.incoming)).requestId;
}
