import { type DescMethod, type DescService, getOption } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { rpc } from '../gen/numer/options/v1/options_pb.ts';
import { HEADER } from '../runtime/call.ts';
import { toConnectError } from '../runtime/errors.ts';
import type { Logger } from '../runtime/log.ts';
import { type Edge, requestIdOf } from './edge.ts';
import { addMailPages } from './mail-pages.ts';
import { isPublished, PUBLIC_SERVICES } from './public-services.ts';
import { createProblem, problemResponse } from './rest/problem.ts';
import type { Success } from './rest/success.ts';
import { createTranscoder, type Failure, type PendingCall } from './rest/transcoder.ts';

/** What the HTTP application needs. */
export interface AppOptions {
  readonly edge: Edge;
  transportOf(service: DescService): Transport;
  /** Whether every service can take calls; the names of those that cannot. */
  unready(): Promise<readonly string[]>;
  /** The address of the caller, as far as the proxies in front are trusted. */
  addressOf(incoming: HttpBindings['incoming']): string;
  readonly bodyBytesMax: number;
  /** Folder of caught mails, or empty when mails are really sent. */
  readonly mailDir: string;
  readonly log: Logger;
}

interface Variables {
  requestId: string;
}

type Env = { Bindings: HttpBindings; Variables: Variables };

/** What is told of a request beside its URL, from the middleware to the hooks of the transcoder. */
interface Exchange {
  readonly address: string;
  answerHeaders: Readonly<Record<string, string>>;
}

/** Status of errors that have one of their own, whatever their code. */
const STATUS_BY_REASON = { ETAG_MISMATCH: 412, IDEMPOTENCY_KEY_REUSED: 422 } as const;

/** The REST API, the health endpoints and the pages for people. */
export function createApp(options: AppOptions): Hono<Env> {
  const exchanges = new WeakMap<Request, Exchange>();
  const transcoder = createTranscoder({
    services: [...PUBLIC_SERVICES.keys()],
    transport: options.transportOf,
    expose: isPublished,
    success: successOf,
    statusByReason: STATUS_BY_REASON,
    maxBodyBytes: options.bodyBytesMax,
    beforeCall: (call) => admit(call, options.edge, exchanges),
    onError: (failure) => logFailure(failure, options.log),
  });

  const app = new Hono<Env>();
  app.use(secureHeaders());
  app.use(async (context, next) => {
    const requestId = requestIdOf(context.req.header(HEADER.requestId) ?? null);
    context.set('requestId', requestId);
    await next();
    context.res.headers.set(HEADER.requestId, requestId);
  });
  app.get('/livez', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    const unready = await options.unready();
    return unready.length === 0
      ? context.json({ status: 'ok' })
      : context.json({ status: 'unavailable', unready }, 503, { 'retry-after': '1' });
  });
  if (options.mailDir !== '') addMailPages(app, options.mailDir);
  app.all('*', async (context) => {
    const request = context.req.raw;
    const exchange: Exchange = { address: options.addressOf(context.env.incoming), answerHeaders: {} };
    exchanges.set(request, exchange);
    const response = await transcoder.handle(request, { requestId: context.var.requestId });
    if (response === undefined) return notFound(context);
    for (const [name, value] of Object.entries(exchange.answerHeaders)) response.headers.set(name, value);
    return response;
  });
  app.onError((error, context) => {
    options.log.error({ err: error, requestId: context.var.requestId }, 'request failed');
    return problem(context, 500, 'INTERNAL', 'Something went wrong on our side.');
  });
  return app;
}

async function admit(call: PendingCall, edge: Edge, exchanges: WeakMap<Request, Exchange>): Promise<void> {
  const exchange = exchanges.get(call.request);
  if (exchange === undefined) throw new Error('a call without its exchange');
  try {
    exchange.answerHeaders = await edge.enter(call.route.rpc, call.header, exchange.address);
  } catch (cause) {
    throw toConnectError(cause);
  }
}

function successOf(method: DescMethod): Success {
  const { successStatus, location } = getOption(method, rpc);
  const status = successStatus !== 0 ? successStatus : method.output.fields.length === 0 ? 204 : 200;
  return { status, ...(location === '' ? {} : { location }) };
}

function logFailure({ error, status, request, route }: Failure, log: Logger): void {
  const record = {
    method: request.method,
    path: route?.path,
    status,
    requestId: request.headers.get(HEADER.requestId) ?? undefined,
  };
  if (status >= 500) log.error({ ...record, err: error }, 'request failed');
  else log.debug(record, 'request refused');
}

function notFound(context: Context<Env>): Response {
  return problem(context, 404, 'NOT_FOUND', 'There is no such route.');
}

function problem(context: Context<Env>, status: number, reason: string, detail: string): Response {
  const { requestId } = context.var;
  const members = { status, detail, instance: context.req.path, reason, requestId };
  return problemResponse(createProblem(members), {}, context.req.method !== 'HEAD');
}
