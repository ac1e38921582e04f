import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { DescMethodUnary, DescService, Message, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { CallOptions, HandlerContext, ServiceImpl } from '@connectrpc/connect';
import { createContextKey } from '@connectrpc/connect';
import { DomainError } from './errors.ts';
import type { IdempotencyParameters } from './idempotency.ts';
import type { Identity, UserIdentity } from './identity.ts';

/** Headers that travel with a call from service to service. */
export const HEADER = {
  authorization: 'authorization',
  requestId: 'x-request-id',
  callerAddress: 'x-caller-address',
  traceparent: 'traceparent',
  ifMatch: 'if-match',
  idempotencyKey: 'idempotency-key',
  idempotentReplayed: 'idempotent-replayed',
} as const;

/** The verified identity of a call; undefined for a public RPC that was called without one. */
export const identityKey = createContextKey<Identity | undefined>(undefined);

/** Id of the request that the call is part of. */
export const requestIdKey = createContextKey('');

/** The idempotency record that the call's write statement stores. */
export const idempotencyKey = createContextKey<IdempotencyParameters | undefined>(undefined);

/** The answer to an earlier request with the same idempotency key, to be given instead of calling the RPC. */
export const replayedAnswerKey = createContextKey<Message | undefined>(undefined);

/** What an RPC knows about the call besides its request. */
export interface Call {
  /** The user the call is made for. Only for RPCs that are neither public nor internal. */
  readonly user: UserIdentity;
  /** Id of the request, for events and logs. */
  readonly requestId: string;
  /** IP address that the request came from; undefined when none did, or its address is not known. */
  readonly callerAddress: string | undefined;
  /** W3C trace context of the request, or empty. */
  readonly traceparent: string;
  /** The versions that If-Match accepts; undefined when the caller sets no such condition. */
  readonly ifMatchVersions: readonly bigint[] | undefined;
  /** What `idempotencyValues` (idempotency.ts) needs; undefined when the caller sent no idempotency key. */
  readonly idempotency: IdempotencyParameters | undefined;
  /**
   * Options for a call to another service within the same deadline, on behalf of the same user, or of the holder of the
   * internal `token`.
   */
  forward(token?: string): CallOptions;
  /**
   * The call for a part of this one, with an idempotency record of its own. It has no If-Match, which is about a single
   * resource.
   */
  part(idempotency: IdempotencyParameters | undefined): Call;
}

/** One RPC: a function of the service's dependencies, the request and the call. It throws DomainErrors. */
export type Rpc<Deps, Method> =
  Method extends DescMethodUnary<infer Input, infer Output>
    ? (deps: Deps, request: MessageShape<Input>, call: Call) => Promise<MessageInitShape<Output>>
    : never;

/** The RPCs of a service, one for each unary method. */
export type Rpcs<Service extends DescService, Deps> = {
  readonly [Name in keyof Service['method']]: Rpc<Deps, Service['method'][Name]>;
};

/** Binds RPC functions to their dependencies, which makes them an implementation that a Connect router takes. */
export function implement<Service extends DescService, Deps>(
  _service: Service,
  deps: Deps,
  rpcs: Rpcs<Service, Deps>,
): ServiceImpl<Service> {
  type AnyRpc = (deps: Deps, request: unknown, call: Call) => Promise<unknown>;
  // The router gives each RPC the messages of its own method.
  const bound = Object.entries(rpcs as Record<string, AnyRpc>).map(([name, rpc]) => [
    name,
    (request: unknown, context: HandlerContext) => {
      const replayed = context.values.get(replayedAnswerKey);
      if (replayed === undefined) return rpc(deps, request, new HandlerCall(context));
      context.responseHeader.set(HEADER.idempotentReplayed, 'true');
      return replayed;
    },
  ]);
  return Object.fromEntries(bound) as ServiceImpl<Service>; // Rpcs has the same keys with the same messages
}

/** What a call depends on besides its request. */
type Conditions = Pick<Call, 'ifMatchVersions' | 'idempotency'>;

/**
 * The call that a handler's context describes. It is a class because an object literal with a getter has its own hidden
 * class, which keeps everything the getter reaches until the next full garbage collection.
 */
class HandlerCall implements Call {
  readonly #context: HandlerContext;
  readonly requestId: string;
  readonly callerAddress: string | undefined;
  readonly traceparent: string;
  readonly ifMatchVersions: readonly bigint[] | undefined;
  readonly idempotency: IdempotencyParameters | undefined;

  constructor(context: HandlerContext, { ifMatchVersions, idempotency }: Conditions = conditionsOf(context)) {
    this.#context = context;
    this.requestId = context.values.get(requestIdKey);
    this.callerAddress = parseAddress(context.requestHeader.get(HEADER.callerAddress));
    this.traceparent = context.requestHeader.get(HEADER.traceparent) ?? '';
    this.ifMatchVersions = ifMatchVersions;
    this.idempotency = idempotency;
  }

  get user(): UserIdentity {
    const { values, method } = this.#context;
    const identity = values.get(identityKey);
    if (identity?.kind === 'user') return identity;
    throw new Error(`${method.name} reads the user but may be called without one`);
  }

  forward(token?: string): CallOptions {
    const { requestHeader, signal } = this.#context;
    const headers = new Headers({ [HEADER.requestId]: this.requestId });
    for (const name of [HEADER.authorization, HEADER.callerAddress, HEADER.traceparent]) {
      const value = requestHeader.get(name);
      if (value !== null) headers.set(name, value);
    }
    if (token !== undefined) headers.set(HEADER.authorization, `Bearer ${token}`);
    const timeoutMs = this.#context.timeoutMs();
    return { headers, signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  }

  part(idempotency: IdempotencyParameters | undefined): Call {
    return new HandlerCall(this.#context, { ifMatchVersions: undefined, idempotency });
  }
}

function conditionsOf({ requestHeader, values }: HandlerContext): Conditions {
  return { ifMatchVersions: parseIfMatch(requestHeader.get(HEADER.ifMatch)), idempotency: values.get(idempotencyKey) };
}

/**
 * The call on behalf of `user`, who did not make it: for RPCs that anybody may call who was given the right, and that
 * act as the owner of the resource. `token` is an internal token of that user. If-Match and the idempotency key stay
 * with the original call.
 */
export function callFor(call: Call, user: UserIdentity, token: string): Call {
  const { requestId, callerAddress, traceparent } = call;
  return {
    user,
    requestId,
    callerAddress,
    traceparent,
    ifMatchVersions: undefined,
    idempotency: undefined,
    forward: (other = token) => call.forward(other),
    part: (idempotency) => ({ ...callFor(call, user, token), idempotency }),
  };
}

/**
 * The etag of a version. `variant` tells apart representations of one version that differ for another reason, such as
 * time.
 */
export function etagOf(version: bigint, variant = ''): string {
  return variant === '' ? `"${version}"` : `"${version}-${variant}"`;
}

/** The etag of a file. It stays the same as long as the bytes do. */
export function etagOfFile(data: Uint8Array): string {
  return `"${createHash('sha256').update(data).digest('base64url')}"`;
}

/** The version that an etag of {@link etagOf} stands for; undefined for a tag that this system never gave. */
export function versionOf(etag: string): bigint | undefined {
  const version = /^"([0-9]{1,18})(?:-[^"]*)?"$/.exec(etag)?.[1];
  return version === undefined ? undefined : BigInt(version);
}

/** The gateway sends only IP addresses. Any other value that gets here counts as none. */
function parseAddress(header: string | null): string | undefined {
  return header !== null && isIP(header) !== 0 ? header : undefined;
}

/** The versions in If-Match. `*` accepts any version (RFC 9110, 13.1.1), so it sets no condition. */
function parseIfMatch(header: string | null): readonly bigint[] | undefined {
  if (header === null || header.trim() === '*') return undefined;
  const versions = header.split(',').map((tag) => versionOf(tag.trim()));
  // A weak tag, or one that this system never gave, matches no version.
  return versions.filter((version) => version !== undefined);
}

/** Refuses a change when If-Match accepts other versions only, not the present one (RFC 9110, 13.1.1). */
export function requireVersion(call: Call, version: bigint): void {
  if (call.ifMatchVersions === undefined || call.ifMatchVersions.includes(version)) return;
  throw new DomainError(
    'state',
    'ETAG_MISMATCH',
    'The resource has changed since the version you have; read it again.',
    {
      metadata: { etag: etagOf(version) },
    },
  );
}
