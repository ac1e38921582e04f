import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type HandlerContext,
  type Interceptor,
  type ServiceImpl,
} from '@connectrpc/connect';
import { type AuthenticateResponseSchema, SessionService } from '../../gen/numer/user/v1/session_service_pb.ts';
import { HEADER, identityKey } from '../../runtime/call/call.ts';
import { createInProcessTransport, createNetworkTransport } from '../../runtime/call/client.ts';
import { createInternalTokens, type Identity, type InternalTokens } from '../../runtime/call/identity.ts';
import { authenticate } from '../../runtime/interceptors/authenticate.ts';
import { handleErrors } from '../../runtime/interceptors/handle-errors.ts';
import { readConfig } from '../../runtime/process/config.ts';
import { registerHealth } from '../../runtime/process/health.ts';
import { type Logger, silentLog } from '../../runtime/process/log.ts';
import { type RunningServer, startServer } from '../../runtime/process/server.ts';
import { SERVICE_NAMES, type ServiceName } from '../../runtime/process/service.ts';
import { createTestClock, type TestClock } from '../../runtime/testing/start-test-service.ts';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { type GatewayOptions, startGateway } from '../gateway.ts';
import type { Listener } from '../listener.ts';

/** A gateway on a port of its own, in front of services that a test makes up. */
export interface TestGateway extends Listener {
  readonly clock: TestClock;
  readonly tokens: InternalTokens;
  /** The access tokens that the user service knows, and whom they belong to. */
  readonly accounts: Map<string, MessageInitShape<typeof AuthenticateResponseSchema>>;
  /** The tokens that the user service was asked about, in order. */
  readonly asked: string[];
  /** The services that are down: their calls fail like those to a port that nobody listens on. */
  readonly down: Set<ServiceName>;
}

/** What a test chooses. */
export interface TestGatewayOptions {
  /** RPCs of the services, besides SessionService. */
  readonly services?: Partial<Record<ServiceName, (router: ConnectRouter) => void>>;
  readonly config?: Partial<GatewayConfig>;
  /** Whether each service has a port of its own, and is called by gRPC. Default: all are in this process. */
  readonly overNetwork?: boolean;
  /** The log of the gateway. Default: one that keeps nothing. */
  readonly log?: Logger;
  readonly metrics?: GatewayOptions['metrics'];
  /** Called when the user service is asked about a token, before it answers. */
  onAuthenticate?(token: string): Promise<void>;
  /** RPCs of SessionService besides Authenticate. */
  readonly sessions?: Partial<ServiceImpl<typeof SessionService>>;
}

const KEY = new Uint8Array(32).fill(7);

/** The metadata and the identity that a made-up service was called with. */
export function callerOf(context: HandlerContext): { identity: Identity | undefined; header: Record<string, string> } {
  return { identity: context.values.get(identityKey), header: Object.fromEntries(context.requestHeader) };
}

/** Starts a gateway. The account `token-of-ada` exists from the start. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const clock = createTestClock();
  const tokens = createInternalTokens(KEY, clock);
  const accounts: TestGateway['accounts'] = new Map([
    [
      'token-of-ada',
      {
        userId: 'ada',
        sessionId: 'session-1',
        canWrite: true,
        timeZone: 'Europe/Berlin',
        defaultCurrencyCode: 'CHF',
      },
    ],
  ]);
  const asked: string[] = [];
  const down = new Set<ServiceName>();
  const registerSessions = (router: ConnectRouter) => {
    router.service(SessionService, {
      ...options.sessions,
      async authenticate({ token }) {
        asked.push(token);
        // Looked up first, as the real service does, before anything can change.
        const account = accounts.get(token);
        await options.onAuthenticate?.(token);
        if (account === undefined) throw new ConnectError('no such token in table access_tokens', Code.Unauthenticated);
        return account;
      },
    });
  };
  const servers: RunningServer[] = [];
  const interceptors = [handleErrors(silentLog()), authenticate(tokens)];
  const connect = async (name: ServiceName) => {
    const routes = (router: ConnectRouter) => {
      if (name === 'user') registerSessions(router);
      options.services?.[name]?.(router);
      registerHealth(router, [], async () => true);
    };
    if (options.overNetwork === true) {
      const server = await startServer({ routes, interceptors, host: '127.0.0.1', port: 0 });
      servers.push(server);
      return createNetworkTransport(server.url);
    }
    const failWhenDown: Interceptor = (next) => async (request) => {
      if (down.has(name)) throw new ConnectError('connect ECONNREFUSED 10.1.2.3:8081', Code.Unavailable);
      return next(request);
    };
    return createInProcessTransport(routes, interceptors, [failWhenDown]);
  };
  const transports = new Map(
    await Promise.all(SERVICE_NAMES.map(async (name) => [name, await connect(name)] as const)),
  );
  const listener = await startGateway({
    config: { ...readConfig(GATEWAY_CONFIG, {}), ...options.config },
    transportTo(service) {
      const transport = transports.get(service);
      if (transport === undefined) throw new Error(`no transport to ${service}`);
      return transport;
    },
    tokens,
    log: options.log ?? silentLog(),
    metrics: options.metrics,
    clock,
    host: '127.0.0.1',
    port: 0,
  });
  const stop = async (timeoutMs?: number) => {
    await listener.stop(timeoutMs);
    await Promise.all(servers.map((server) => server.stop(timeoutMs)));
  };
  return { ...listener, stop, clock, tokens, accounts, asked, down };
}

/** The header that makes a call Ada's. */
export const AS_ADA = { [HEADER.authorization]: 'Bearer token-of-ada' } as const;
