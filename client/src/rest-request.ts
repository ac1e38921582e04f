import type { Routes } from '../../gen/client/routes.ts';

/** A route, e.g. `GET /invoices`. */
export type Route = keyof Routes;

/** The options of every call besides the parameters of its route. */
export interface CallOptions {
  /** The etag that the resource must still have. Otherwise the call fails with ETAG_MISMATCH. */
  readonly ifMatch?: string | undefined;
  /** Identifies the attempts of one write. Default: a new key for each call that takes one. */
  readonly idempotencyKey?: string | undefined;
  /** Additional headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline of this call, all its attempts included, in milliseconds. Default: that of the client. */
  readonly timeoutMs?: number | undefined;
}

/** The parameters and options of a call of a route. */
export type RouteRequest<R extends Route> = Omit<Routes[R], 'response'> & CallOptions;

/** The arguments after the route. The request is optional when the route requires nothing. */
export type RouteArguments<R extends Route> =
  Partial<RouteRequest<R>> extends RouteRequest<R> ? [request?: RouteRequest<R>] : [request: RouteRequest<R>];

/** The body of a successful response. */
export type RouteResponse<R extends Route> = Routes[R]['response'];

/** The parts of any request, without the types of its route, which the compiler has checked by then. */
export interface AnyRequest extends CallOptions {
  readonly path?: Readonly<Record<string, string | number | boolean>>;
  readonly query?: object;
  readonly body?: unknown;
}

/**
 * The URL of a call.
 *
 * @throws TypeError when a path parameter is missing, empty, `.` or `..`, which would lead to another route
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

/**
 * Query parameters named by the paths of their fields: a list repeats its name, an object adds `.` and the field's
 * name.
 */
function parametersOf(name: string, value: unknown): [string, string][] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => parametersOf(name, item));
  if (typeof value !== 'object') return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, part]) => parametersOf(name === '' ? key : `${name}.${key}`, part));
}

/** The body as it is sent, and its content type: JSON, unless the caller gives bytes. */
export function bodyOf(body: unknown): { body?: NonNullable<RequestInit['body']>; contentType?: string } {
  if (body === undefined) return {};
  if (body instanceof Blob) return { body, ...(body.type === '' ? {} : { contentType: body.type }) };
  if (body instanceof ArrayBuffer || body instanceof Uint8Array) {
    // A view of shared memory cannot be sent. The types of the routes exclude it.
    return { body: body as ArrayBuffer | Uint8Array<ArrayBuffer>, contentType: 'application/octet-stream' };
  }
  return { body: JSON.stringify(body), contentType: 'application/json' };
}
