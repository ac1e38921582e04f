import { timestampMs } from '@bufbuild/protobuf/wkt';
import { type Client, Code, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { type PublishedMethods, services } from '../../gen/client/services.ts';
import type { CreateSessionResponse, RefreshSessionResponse } from '../../gen/numer/user/v1/session_service_pb.ts';
import { DEFAULT_LIMITS } from './attempts.ts';
import { authorize, authorizeByKey, explainFailures, repeat } from './interceptors.ts';
import { NumerError } from './numer-error.ts';
import type { RestClientOptions } from './rest-client.ts';
import { createSession, type Grant, type Session, type SessionExchange } from './session.ts';

/** How to reach Numer, and with which credentials. */
export interface NumerClientOptions extends RestClientOptions {
  /** Interceptors around each call as a whole, including its repetitions. */
  readonly interceptors?: readonly Interceptor[] | undefined;
}

/**
 * A client for each service: `client.invoices.getInvoice({ invoiceId })`. Calls take and give messages, whose fields
 * are in camelCase and whose 64-bit integers are bigints. A failed call rejects with a NumerError.
 */
export type NumerClient = {
  readonly [Name in keyof PublishedMethods]: Pick<
    Client<(typeof services)[Name]>,
    PublishedMethods[Name] & keyof Client<(typeof services)[Name]>
  >;
} & {
  /** Signs in and out. Not used with an API key. */
  readonly session: Session;
};

/**
 * Makes clients for all services. They speak the Connect protocol over `fetch`, in browsers and in Node. Calls that are
 * not public carry the API key, or else the access token of the signed-in user.
 */
export function createNumerClient(options: NumerClientOptions): NumerClient {
  const { baseUrl, apiKey, timeoutMs = DEFAULT_LIMITS.timeoutMs, attemptsMax = DEFAULT_LIMITS.attemptsMax } = options;
  const connect = (interceptors: readonly Interceptor[]): Transport =>
    createConnectTransport({
      baseUrl,
      defaultTimeoutMs: timeoutMs,
      interceptors: [...interceptors],
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    });
  const session = options.session ?? createSession(exchangeOver(connect([explainFailures])), options);
  const transport = connect([
    ...(options.interceptors ?? []),
    repeat(attemptsMax),
    apiKey === undefined ? authorize(session) : authorizeByKey(apiKey),
    explainFailures,
  ]);
  const clients = Object.entries(services).map(([name, service]) => [name, createClient(service, transport)]);
  // By its construction: each service under its name, with all its RPCs, not only the published ones.
  return { ...Object.fromEntries(clients), session } as NumerClient;
}

/** The calls of a session to the server. They carry no other credentials and are not repeated. */
function exchangeOver(transport: Transport): SessionExchange {
  const sessions = createClient(services.sessions, transport);
  return {
    signIn: async (credentials) => grantOf(await sessions.createSession(credentials)),
    refresh: async (refreshToken) => grantOf(await sessions.refreshSession({ refreshToken })),
    async signOut(accessToken) {
      await sessions.deleteSession({}, { headers: { authorization: `Bearer ${accessToken}` } });
    },
    isRefusal: (error) => NumerError.from(error).code === Code.Unauthenticated,
  };
}

function grantOf(answer: CreateSessionResponse | RefreshSessionResponse): Grant {
  const { userId, accessToken, refreshToken, expireTime } = answer;
  return { userId, accessToken, refreshToken, expireMs: expireTime === undefined ? 0 : timestampMs(expireTime) };
}
