import {
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
  type Registry,
  ScalarType,
} from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import type { Transport } from '@connectrpc/connect';
import { type AnswerWriter, createAnswerWriters } from './answer.ts';
import { responseHeadersDefault } from './headers.ts';
import { attempt, nameOf, type Route, RuleError } from './route.ts';
import { createLocationWriter, type LocationWriter, type Success } from './success.ts';

/** A route with everything that a call needs, worked out at the start. */
export interface Endpoint {
  readonly route: Route;
  readonly transport: Transport;
  /** Whether there is one answer, not a stream of them. */
  readonly isUnary: boolean;
  readonly writer: AnswerWriter;
  /** For a file that an RPC gives part by part. */
  readonly parts: PartTokens | undefined;
  /** HTTP status of success. */
  readonly status: number;
  readonly location: LocationWriter | undefined;
  /** The field that holds the entity tag (AIP-154): in the answer's body or, when that is a file, beside it. */
  readonly etag: DescField | undefined;
  /** The field beside a file that holds its name. */
  readonly fileName: DescField | undefined;
  /** Lower-case names of the metadata that become headers of the answer. */
  readonly responseHeaders: ReadonlySet<string>;
  /** Milliseconds between the heartbeats of server-sent events. */
  readonly heartbeatMs: number;
}

/** The fields that lead from one part of a file to the next, like the pages of a list (AIP-158). */
export interface PartTokens {
  /** `page_token` of the request. */
  readonly requested: DescField;
  /** `next_page_token` of the response. */
  readonly next: DescField;
}

/** The options of the transcoder that endpoints depend on. */
export interface EndpointOptions {
  readonly transport: (service: DescService) => Transport;
  readonly success?: (rpc: DescMethod) => Success | undefined;
  readonly responseHeaders?: readonly string[];
  readonly heartbeatMs?: number;
  readonly alwaysEmitImplicit?: boolean;
  readonly registry?: Registry;
}

const heartbeatMsDefault = 15_000;

/**
 * Compiles routes to endpoints, with one transport for each service.
 *
 * @throws RuleError naming every misdeclared success: a status other than 2xx, or a Location that the answer cannot fill
 */
export function compileEndpoints(routes: readonly Route[], options: EndpointOptions): Map<Route, Endpoint> {
  const services = new Set(routes.map((route) => route.rpc.parent));
  const transports = new Map([...services].map((service) => [service, options.transport(service)]));
  const { alwaysEmitImplicit = true, registry } = options;
  const writerOf = createAnswerWriters({ alwaysEmitImplicit, registry });
  const mistakes: string[] = [];
  const endpoints = new Map<Route, Endpoint>();
  for (const route of routes) {
    const { rpc } = route;
    // The map has the service of every route.
    const transport = transports.get(rpc.parent) as Transport;
    const success = options.success?.(rpc) ?? {};
    const answer = attempt(mistakes, nameOf(rpc), () => compileAnswer(route, writerOf(route), success, options));
    if (answer !== undefined) {
      endpoints.set(route, { ...answer, route, transport, isUnary: rpc.methodKind === 'unary' });
    }
  }
  if (mistakes.length > 0) {
    throw new RuleError(mistakes);
  }
  return endpoints;
}

function compileAnswer(
  route: Route,
  writer: AnswerWriter,
  { status = 200, location }: Success,
  options: EndpointOptions,
): Omit<Endpoint, 'route' | 'transport' | 'isUnary'> {
  if (!(status >= 200 && status <= 299)) {
    throw new Error(`${status} is not the status of a success`);
  }
  const message = writer.kind === 'json' ? writer.message : route.rpc.output;
  return {
    writer,
    parts: writer.kind === 'raw' ? findPartTokens(route.rpc) : undefined,
    status,
    location: location === undefined ? undefined : createLocationWriter(location, message),
    etag: message === undefined ? undefined : findEtag(route, message),
    fileName: writer.kind === 'raw' ? findFileName(route) : undefined,
    responseHeaders: new Set(options.responseHeaders ?? responseHeadersDefault),
    heartbeatMs: options.heartbeatMs ?? heartbeatMsDefault,
  };
}

function findPartTokens({ input, output, methodKind }: DescMethod): PartTokens | undefined {
  const requested = findText(input, 'page_token');
  const next = findText(output, 'next_page_token');
  return methodKind !== 'unary' || requested === undefined || next === undefined ? undefined : { requested, next };
}

function findText(message: DescMessage, name: string): DescField | undefined {
  return message.fields.find(
    (field) => field.name === name && field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING,
  );
}

/**
 * The field of an answer's body that holds its entity tag (AIP-154); undefined when there is none. An answer that is only
 * calculated (for a request other than GET that changes nothing) has no version.
 */
export function findEtag({ httpMethod, rpc }: Route, body: DescMessage): DescField | undefined {
  const isCalculated = httpMethod !== 'GET' && rpc.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  return isCalculated ? undefined : findText(body, 'etag');
}

/** The field beside a file that holds its name; undefined when there is none. */
export function findFileName({ rpc }: Route): DescField | undefined {
  return findText(rpc.output, 'file_name');
}
