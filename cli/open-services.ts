import type { Transport } from '@connectrpc/connect';
import { SUBSCRIPTIONS } from '../gen/subscriptions.ts';
import { createInProcessTransport } from '../runtime/call/client.ts';
import type { InternalTokens } from '../runtime/call/identity.ts';
import type { Clock } from '../runtime/clock.ts';
import { databaseUrlOf, withDatabase } from '../runtime/database/ensure-database.ts';
import { createAmqpBus } from '../runtime/events/amqp-bus.ts';
import type { EventBus } from '../runtime/events/bus.ts';
import { createInProcessBus } from '../runtime/events/in-process-bus.ts';
import type { Metrics } from '../runtime/metrics/metrics.ts';
import type { Logger } from '../runtime/process/log.ts';
import type { AnyServiceDefinition, ServiceName } from '../runtime/process/service.ts';
import { type StartedService, startService } from '../runtime/process/start-service.ts';
import { SERVICES } from './services.ts';

/** The resources that all services in one process share. */
export interface ServicesOptions {
  /** Postgres server, embedded or not. */
  readonly databaseUrl: string;
  /** RabbitMQ server; when undefined, events are passed on within the process. */
  readonly amqpUrl: string | undefined;
  readonly tokens: InternalTokens;
  /** Key of the digests of idempotent requests. */
  readonly secret: Uint8Array;
  /** The services' own variables. */
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics?: Metrics | undefined;
  /** Whether no other process runs services on these databases; see `Platform`. */
  readonly isAlone?: boolean;
}

/** Services in this process. */
export interface OpenServices {
  transportTo(service: ServiceName): Transport;
  /** Starts relays, consumers and jobs. */
  begin(): void;
  stop(): Promise<void>;
}

/** Small, because six pools share one small server. */
const CONNECTIONS_PER_SERVICE = 8;

/** Builds services on their databases: the named ones, or all. When one cannot start, it rejects and leaves nothing open. */
export async function openServices(
  options: ServicesOptions,
  definitions: readonly AnyServiceDefinition[] = SERVICES,
): Promise<OpenServices> {
  const bus = createBus(options);
  const transports = new Map<ServiceName, Transport>();
  const transportTo = (name: ServiceName) => laterTransport(transports, name);
  const started: StartedService[] = [];

  const start = async (definition: AnyServiceDefinition) => {
    const { name } = definition;
    const databaseUrl = databaseUrlOf(options.databaseUrl, name);
    const log = options.log.child({ service: name });
    const metrics = options.metrics?.ofService(name);
    const platform = {
      ...options,
      databaseUrl,
      bus,
      transportTo,
      log,
      metrics,
      connectionsMax: CONNECTIONS_PER_SERVICE,
    };
    const service = await withDatabase(options.databaseUrl, name, () => startService(definition, platform));
    started.push(service);
    transports.set(name, createInProcessTransport(service.routes, service.interceptors));
  };
  const stop = async () => {
    await Promise.all(started.map((service) => service.stop()));
    await bus.close();
  };

  const results = await Promise.allSettled(definitions.map(start));
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    await stop();
    throw result.reason;
  }
  return {
    transportTo,
    begin() {
      for (const service of started) service.begin();
    },
    stop,
  };
}

function createBus({ amqpUrl, log, metrics }: ServicesOptions): EventBus {
  if (amqpUrl === undefined) return createInProcessBus({ subscribers: Object.keys(SUBSCRIPTIONS) });
  return createAmqpBus({ url: amqpUrl, name: 'numer', subscribers: SUBSCRIPTIONS, log, metrics });
}

/** A transport to a service that need not have started yet. */
function laterTransport(transports: ReadonlyMap<ServiceName, Transport>, name: ServiceName): Transport {
  const find = () => {
    const transport = transports.get(name);
    if (transport === undefined) throw new Error(`the ${name} service has not been started`);
    return transport;
  };
  return {
    unary: (...call) => find().unary(...call),
    stream: (...call) => find().stream(...call),
  };
}
