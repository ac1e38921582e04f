import type { Routes } from '../../gen/client/routes.ts';

/** A route, e.g. `GET /invoices`. */
export type Route = keyof Routes;

/** What every call may say besides what its route takes. */
export interface CallOptions {
  /** The etag that the resource must still have; otherwise the call fails with ETAG_MISMATCH. */
  readonly ifMatch?: string | undefined;
  /** Makes attempts of one write known as such. Default: one is made for each call that takes one. */
  readonly idempotencyKey?: string | undefined;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline of this call with all its attempts, in milliseconds. Default: that of the client. */
  readonly timeoutMs?: number | undefined;
}

/** What a call of a route takes. */
export type RouteRequest<R extends Route> = Omit<Routes[R], 'response'> & CallOptions;

/** The arguments behind the route: none are needed when the route needs nothing. */
export type RouteArguments<R extends Route> =
  Partial<RouteRequest<R>> extends RouteRequest<R> ? [request?: RouteRequest<R>] : [request: RouteRequest<R>];

/** The body of a successful answer. */
export type RouteResponse<R extends Route> = Routes[R]['response'];

/** The parts of any request, as they are used once the types of its route have been checked. */
export interface AnyRequest extends CallOptions {
  readonly path?: Readonly<Record<string, string | number | boolean>>;
  readonly query?: object;
  readonly body?: unknown;
}

/**
 * The URL of a call.
 *
 * @throws TypeError when a path parameter is missing or empty, or a step to another folder: it would lead to another route
 */
export function urlOf(baseUrl: string, route: Route, { path = {}, query = {} }: AnyRequest): string {
  const [, template = ''] = route.split(' ');
  const filled = template.replaceAll(/\{(\+?)(\w+)\}/g, (_, isRest: string, name: string) => {
    const value = String(path[name] ?? '');
    const parts = isRest === '' ? [value] : value.split('/');
    if (value === '' || parts.includes('.') || parts.includes('..')) {
      throw new TypeError(`the path parameter "${name}" is missing, empty or a step in the path`);
    }
    return parts.map(encodeURIComponent).join('/');
  });
  const parameters = new URLSearchParams(parametersOf('', query)).toString();
  return `${baseUrl.replace(/\/+$/, '')}${filled}${parameters === '' ? '' : `?${parameters}`}`;
}

/** Parameters by the paths of their fields: a list repeats its name, and the fields of an object follow a dot. */
function parametersOf(name: string, value: unknown): [string, string][] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => parametersOf(name, item));
  if (typeof value !== 'object') return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, part]) => parametersOf(name === '' ? key : `${name}.${key}`, part));
}

/** The body as it is sent, and its type. JSON, unless the caller gives bytes. */
export function bodyOf(body: unknown): { body?: NonNullable<RequestInit['body']>; contentType?: string } {
  if (body === undefined) return {};
  if (body instanceof Blob) return { body, ...(body.type === '' ? {} : { contentType: body.type }) };
  if (body instanceof ArrayBuffer || body instanceof Uint8Array) {
    // A view of shared memory cannot be sent; the types of the routes let none in.
    return { body: body as ArrayBuffer | Uint8Array<ArrayBuffer>, contentType: 'application/octet-stream' };
  }
  return { body: JSON.stringify(body), contentType: 'application/json' };
}
