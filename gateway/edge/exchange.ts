import { randomUUID } from 'node:crypto';
import { type ContextValues, createContextKey, createContextValues } from '@connectrpc/connect';
import { HEADER } from '../../runtime/call/call.ts';
import { callerAddress } from './caller-address.ts';
import type { IncomingRequest, OutgoingResponse } from './http-message.ts';

/** One request and its answer: what all protocols have in common. */
export interface Exchange {
  /** Id of the request: the one the caller sent when that is well-formed, else a new one. */
  readonly requestId: string;
  /** The caller's IP address; undefined when it is not known. */
  readonly callerAddress: string | undefined;
  /** Path template of the route, or path of the RPC. Empty while it is not known. */
  route: string;
  /** Adds a header to the answer, unless the answer has begun. */
  setHeader(name: string, value: string): void;
}

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,100}$/;

/**
 * Headers of every answer. Nothing this port serves may be sniffed, framed by other sites or kept by shared caches. A page
 * that has to load something sets its own policy. HSTS is left to whatever terminates TLS.
 */
const ANSWER_HEADERS = {
  'cache-control': 'private, no-cache',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/**
 * Where a request keeps its exchange. A WeakMap would not do: an entry whose value refers back to its key is kept, with
 * everything that the request holds, until the next full garbage collection.
 */
const EXCHANGE = Symbol('exchange');

type MarkedRequest = IncomingRequest & { [EXCHANGE]?: Exchange };

const exchangeKey = createContextKey<Exchange | undefined>(undefined);

/**
 * Begins the exchange of an incoming request: settles its id, which is returned with the answer and passed on with the
 * request, and sets the headers that every answer has.
 */
export function beginExchange(request: MarkedRequest, response: OutgoingResponse, trustedProxies: number): void {
  const requestId = requestIdOf(request.headers[HEADER.requestId]);
  request.headers[HEADER.requestId] = requestId;
  for (const [name, value] of Object.entries(ANSWER_HEADERS)) response.setHeader(name, value);
  response.setHeader(HEADER.requestId, requestId);
  const forwardedFor = request.headers['x-forwarded-for'];
  request[EXCHANGE] = {
    requestId,
    route: '',
    callerAddress: callerAddress(request.socket.remoteAddress, [forwardedFor ?? []].flat().join(','), trustedProxies),
    setHeader(name, value) {
      if (!response.headersSent) response.setHeader(name, value);
    },
  };
}

/** Notes the route of a request, for the metrics. */
export function noteRoute(request: MarkedRequest, route: string): void {
  const exchange = request[EXCHANGE];
  if (exchange !== undefined) exchange.route = route;
}

/** The route of a request: a path template or the path of an RPC. Empty when it has none. */
export function routeOf(request: MarkedRequest): string {
  return request[EXCHANGE]?.route ?? '';
}

/** The context of a call that belongs to the request. */
export function contextOf(request: MarkedRequest): ContextValues {
  return createContextValues().set(exchangeKey, request[EXCHANGE]);
}

/** The exchange that a call belongs to. */
export function exchangeOf(context: ContextValues | undefined): Exchange {
  const exchange = context?.get(exchangeKey);
  if (exchange === undefined) throw new Error('a call that belongs to no request');
  return exchange;
}

function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID();
}
