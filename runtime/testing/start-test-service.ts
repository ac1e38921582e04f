import { randomUUIDv7 } from 'node:crypto';
import { create, type DescMessage, type DescService, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Client, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import { HEADER } from '../call/call.ts';
import { createInProcessTransport, createNetworkTransport } from '../call/client.ts';
import { createInternalTokens, type Identity } from '../call/identity.ts';
import type { Clock } from '../clock.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { subjectOf, topicOf, type WireEvent } from '../events/event.ts';
import { createInProcessBus } from '../events/in-process-bus.ts';
import { silentLog } from '../process/log.ts';
import { startServer } from '../process/server.ts';
import type { AnyServiceDefinition, ServiceName } from '../process/service.ts';
import { migrationsOf, startService } from '../process/start-service.ts';
import { createTestDatabase } from './postgres.ts';

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  /** Sets the time, e.g. `clock.set('2026-03-01T12:00:00Z')`. */
  set(time: string): void;
  /** Moves the time forward. */
  advance(durationMs: number): void;
}

/** Makes a clock that stands at `time`. */
export function createTestClock(time = '2026-03-01T12:00:00Z'): TestClock {
  let now = new Date(time);
  return {
    now: () => now,
    set(next) {
      now = new Date(next);
    },
    advance(durationMs) {
      now = new Date(now.getTime() + durationMs);
    },
  };
}

/** One service on a database of its own, called in this process unless the options say otherwise. */
export interface TestService {
  /** Its database, for looking at what was written. */
  readonly db: Database;
  /** The connection string of it, for a further replica. */
  readonly databaseUrl: string;
  readonly clock: TestClock;
  /** A client of one of its Connect services, calling under the identity; without one, as nobody. */
  client<Service extends DescService>(
    service: Service,
    identity?: Identity,
    headers?: Readonly<Record<string, string>>,
  ): Client<Service>;
  /** Starts relay, consumers and jobs, which a test of RPCs does without. */
  begin(): void;
  /**
   * Delivers an event as another service would have published it, and waits until it was applied; needs `begin`.
   * With the same `id` twice it is the same event twice. Gives the event.
   */
  publish<Desc extends DescMessage>(
    desc: Desc,
    init: MessageInitShape<Desc>,
    envelope?: Partial<WireEvent>,
  ): Promise<WireEvent>;
  /** Stops the service and drops its database. */
  stop(): Promise<void>;
}

/** How to start a service in a test. */
export interface TestServiceOptions {
  readonly clock?: TestClock;
  /** Transports to the other services it calls; calling one that is not given fails the test. */
  readonly transports?: Partial<Record<ServiceName, Transport>>;
  readonly environment?: NodeJS.ProcessEnv;
  /** Calls the service over the network, as another process does, with its bounds of messages. Default: false. */
  readonly overNetwork?: boolean;
}

/** A new user, with rights to everything of its own. */
export function testUser(timeZone = 'UTC', defaultCurrencyCode = 'EUR'): Extract<Identity, { kind: 'user' }> {
  const userId = randomUUIDv7();
  return {
    kind: 'user',
    userId,
    actor: `user:${userId}`,
    sessionId: randomUUIDv7(),
    canWrite: true,
    timeZone,
    defaultCurrencyCode,
  };
}

/** Starts a service with its real interceptors on a freshly cloned database. Stop it in `afterAll`. */
export async function startTestService(
  definition: AnyServiceDefinition,
  options: TestServiceOptions = {},
): Promise<TestService> {
  const database = await createTestDatabase({ migrations: [...migrationsOf(definition)] });
  const clock = options.clock ?? createTestClock();
  const secret = new Uint8Array(32).fill(7);
  const tokens = createInternalTokens(secret, clock);
  const bus = createInProcessBus({ subscribers: definition.consumers.length > 0 ? [definition.name] : [] });
  const service = await startService(definition, {
    databaseUrl: database.url,
    bus,
    transportTo: (name) => transportOrFail(options.transports?.[name], name),
    tokens,
    secret,
    log: silentLog(),
    clock,
    environment: options.environment ?? {},
    connectionsMax: 5,
  });
  const db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 2 });
  const { routes, interceptors } = service;
  const server = options.overNetwork
    ? await startServer({ routes, interceptors, host: '127.0.0.1', port: 0 })
    : undefined;

  return {
    db,
    databaseUrl: database.url,
    clock,
    client(desc, identity, headers) {
      const attach: Interceptor = (next) => async (request) => {
        request.header.set(HEADER.requestId, 'test-request');
        for (const [name, value] of Object.entries(headers ?? {})) request.header.set(name, value);
        if (identity !== undefined) {
          request.header.set(HEADER.authorization, `Bearer ${await tokens.issue(identity)}`);
        }
        return next(request);
      };
      const transport = server
        ? createNetworkTransport(server.url, [attach])
        : createInProcessTransport(routes, interceptors, [attach]);
      return createClient(desc, transport);
    },
    begin: service.begin,
    async publish(desc, init, envelope) {
      const message = create(desc, init);
      const event: WireEvent = {
        id: randomUUIDv7(),
        type: desc.typeName,
        topic: topicOf(desc),
        source: 'test',
        subject: subjectOf(desc, message),
        version: 1n,
        ownerId: undefined,
        actor: 'service:test',
        requestId: 'test-request',
        callerAddress: undefined,
        traceparent: undefined,
        time: clock.now(),
        body: toBinary(desc, message),
        ...envelope,
      };
      const [result] = await bus.publish([{ ...event, target: undefined }]);
      if (result?.ok !== true) throw new Error(`${event.topic} was not applied: ${result?.reason ?? 'no answer'}`);
      return event;
    },
    async stop() {
      await server?.stop();
      await service.stop();
      await bus.close();
      await db.$client.end({ timeout: 5 });
      await database.drop();
    },
  };
}

function transportOrFail(transport: Transport | undefined, name: string): Transport {
  const fail = () => {
    throw new Error(`the test gives no transport to ${name}`);
  };
  return transport ?? { unary: fail, stream: fail };
}
