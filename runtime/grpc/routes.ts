import type { DescMethod, DescService } from '@bufbuild/protobuf';
import {
  type ConnectRouter,
  createConnectRouter,
  createMethodImplSpec,
  createServiceImplSpec,
  type Interceptor,
  type MethodImplSpec,
} from '@connectrpc/connect';

/** The implementation of a unary method, as Connect describes it. */
type UnarySpec = Extract<MethodImplSpec, { kind: 'unary' }>;

/** The settings a route may have of its own. */
type RouteOptions = Parameters<ConnectRouter['service']>[2];

/** Settings of the routes that have none of their own. */
export interface RouteSettings {
  readonly interceptors: readonly Interceptor[];
  /** Largest request message. */
  readonly readMaxBytes: number;
  /** Longest deadline a caller may ask for. */
  readonly maxTimeoutMs: number;
}

/** One unary method, ready to be called. */
export interface UnaryRoute extends RouteSettings {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly method: UnarySpec['method'];
  readonly impl: UnarySpec['impl'];
}

/**
 * The unary methods that `routes` registers, by path. Streaming methods are left out, and so are routes with settings that
 * only a Connect handler knows, such as a request gate: whoever serves the rest serves those.
 */
export function collectRoutes(
  routes: (router: ConnectRouter) => void,
  settings: RouteSettings,
): ReadonlyMap<string, UnaryRoute> {
  const collected = new Map<string, UnaryRoute>();
  const { handlers } = createConnectRouter();
  const add = (spec: MethodImplSpec, options: RouteOptions) => {
    if (spec.kind !== 'unary' || !isCovered(options)) return;
    const path = pathOf(spec.method);
    collected.set(path, { ...settings, ...ownSettings(options), path, method: spec.method, impl: spec.impl });
  };
  const router: ConnectRouter = {
    handlers,
    service(service: DescService, implementation, options) {
      const { methods } = createServiceImplSpec(service, implementation);
      for (const spec of Object.values(methods)) add(spec, options);
      return router;
    },
    rpc(method, implementation, options) {
      add(createMethodImplSpec(method, implementation), options);
      return router;
    },
  };
  routes(router);
  return collected;
}

/** The path of a method, the same on every gRPC server. */
export function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

const COVERED: ReadonlySet<string> = new Set([
  'acceptCompression',
  'compressMinBytes',
  'interceptors',
  'jsonOptions',
  'maxTimeoutMs',
  'readMaxBytes',
  'requireConnectProtocolHeader',
]);

function isCovered(options: RouteOptions): boolean {
  return Object.keys(options ?? {}).every((name) => COVERED.has(name));
}

function ownSettings(options: RouteOptions = {}): Partial<RouteSettings> {
  const { interceptors, readMaxBytes, maxTimeoutMs } = options;
  return {
    ...(interceptors === undefined ? {} : { interceptors }),
    ...(readMaxBytes === undefined ? {} : { readMaxBytes }),
    ...(maxTimeoutMs === undefined ? {} : { maxTimeoutMs }),
  };
}
