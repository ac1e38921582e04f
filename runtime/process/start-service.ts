import { createRegistry, type DescService } from '@bufbuild/protobuf';
import type { CallOptions, ConnectRouter, Interceptor, Transport } from '@connectrpc/connect';
import { callFor, HEADER } from '../call/call.ts';
import { createIdempotencyStore, type IdempotencyStore } from '../call/idempotency.ts';
import type { InternalTokens } from '../call/identity.ts';
import type { Clock } from '../clock.ts';
import { closeDatabase, type Database, openDatabase } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { prepareReadBacklog } from '../events/backlog.ts';
import type { EventBus } from '../events/bus.ts';
import { startConsumers } from '../events/consumer.ts';
import { releaseOutbox } from '../events/outbox-claims.ts';
import { preparePrunePublished, prunePublishedEvents } from '../events/published-events.ts';
import { startRelay } from '../events/relay.ts';
import { authenticate } from '../interceptors/authenticate.ts';
import { handleErrors } from '../interceptors/handle-errors.ts';
import { replay } from '../interceptors/replay.ts';
import { validate, warmValidator } from '../interceptors/validate.ts';
import type { ServiceMetrics } from '../metrics/metrics.ts';
import { within } from '../within.ts';
import { type Config, type ConfigSpec, readConfig } from './config.ts';
import { registerHealth } from './health.ts';
import { startJobs } from './jobs.ts';
import type { Logger } from './log.ts';
import { registerReflection } from './reflection.ts';
import type { AnyServiceDefinition, Job, ServiceBase, ServiceName } from './service.ts';

/** What a service runs on. */
export interface Platform {
  /** URL of the service's own database. */
  readonly databaseUrl: string;
  readonly bus: EventBus;
  transportTo(service: ServiceName): Transport;
  readonly tokens: InternalTokens;
  /** Key of the digests of idempotent requests. */
  readonly secret: Uint8Array;
  /** A log whose records name the service. */
  readonly log: Logger;
  readonly clock: Clock;
  /** Undefined when nobody reads metrics. */
  readonly metrics?: ServiceMetrics | undefined;
  /** Where the service's own variables come from. */
  readonly environment: NodeJS.ProcessEnv;
  /**
   * Whether no other process runs the service on this database. Leases that are found there are then of a process that
   * has ended, and are not waited for.
   */
  readonly isAlone?: boolean;
  /** Most connections to the database. */
  readonly connectionsMax?: number;
}

/** A started service. Its routes are not served yet: that may be over the network or in this process. */
export interface StartedService {
  routes(router: ConnectRouter): void;
  readonly interceptors: readonly Interceptor[];
  /** Starts what acts without being called: relay, consumers and jobs. Call it once all routes are served. */
  begin(): void;
  /** Ends relay, consumers and jobs, then the database pool. Stop serving first. */
  stop(): Promise<void>;
}

/** A database that takes longer to answer counts as unavailable. */
const READY_TIMEOUT_MS = 2_000;

const RUNTIME_MIGRATIONS = new URL('../database/migrations/', import.meta.url);

/**
 * Migrates a service's database and builds the service on it.
 *
 * @throws ConfigError when its variables are wrong; the database's error when it cannot be migrated. Nothing is left open.
 */
export async function startService(definition: AnyServiceDefinition, platform: Platform): Promise<StartedService> {
  const spec: ConfigSpec = definition.config;
  const config = readConfig(spec, platform.environment);
  const db = openDatabase({
    url: platform.databaseUrl,
    applicationName: `numer-${definition.name}`,
    ...(platform.connectionsMax === undefined ? {} : { connectionsMax: platform.connectionsMax }),
  });
  try {
    await migrate(platform.databaseUrl, migrationsOf(definition), db.$client);
    return await buildService(definition, platform, { db, config });
  } catch (error) {
    await closeDatabase(db);
    throw error;
  }
}

async function buildService(
  definition: AnyServiceDefinition,
  platform: Platform,
  { db, config }: { readonly db: Database; readonly config: Config<ConfigSpec> },
): Promise<StartedService> {
  const { log, clock, metrics } = platform;
  const base: ServiceBase = {
    db,
    log,
    clock,
    metrics,
    transportTo: platform.transportTo,
    callAsService: async (request) => {
      const token = await platform.tokens.issue({ kind: 'service', name: definition.name });
      return typeof request === 'string' ? optionsOf(token, request) : request.forward(token);
    },
    callAsReader: async (userId, requestId) => {
      const actor = `service:${definition.name}`;
      const reader = { kind: 'user', userId, actor, sessionId: '', canWrite: false } as const;
      const token = await platform.tokens.issue({ ...reader, timeZone: 'UTC', defaultCurrencyCode: '' });
      return optionsOf(token, requestId);
    },
    callFor: async (call, user) => callFor(call, user, await platform.tokens.issue(user)),
  };
  const deps: unknown = await definition.createDeps(base, config);
  if (platform.isAlone === true) {
    await releaseOutbox(db);
    await definition.releaseLeases?.(deps);
  }
  const idempotency = createIdempotencyStore(db);
  const services = servicesOf((router) => definition.routes(router, deps));
  const requests = services.flatMap(({ methods }) => methods.map(({ input }) => input));
  metrics?.watchBacklog(prepareReadBacklog(db));

  let background: { stop(): Promise<unknown> }[] = [];
  return {
    interceptors: [
      handleErrors(log, metrics),
      authenticate(platform.tokens),
      validate,
      replay(idempotency, platform.secret),
    ],
    routes(router) {
      definition.routes(router, deps);
      registerHealth(
        router,
        services.map(({ typeName }) => typeName),
        () => isDatabaseReady(db),
      );
      registerReflection(router, services);
    },
    begin() {
      const registry = createRegistry(...definition.events);
      const jobs: readonly Job<unknown>[] = definition.jobs;
      background = [
        startRelay({ service: definition.name, db, bus: platform.bus, registry, log, metrics }),
        startConsumers({
          service: definition.name,
          consumers: definition.consumers,
          deps,
          db,
          bus: platform.bus,
          log,
          metrics,
        }),
        startJobs(jobs, deps, { clock, log, metrics }),
        startJobs([pruneIdempotencyRecords], idempotency, { clock, log, metrics }),
        startJobs([prunePublishedEvents], preparePrunePublished(db), { clock, log, metrics }),
        warmValidator(requests),
      ];
    },
    async stop() {
      await Promise.all(background.map((part) => part.stop()));
      await closeDatabase(db);
    },
  };
}

/** The options of a call that no other call caused. */
function optionsOf(token: string, requestId: string): CallOptions {
  return { headers: { [HEADER.authorization]: `Bearer ${token}`, [HEADER.requestId]: requestId } };
}

/** The folders with the migrations of a service's database, in the order in which they are applied. */
export function migrationsOf(definition: AnyServiceDefinition): readonly URL[] {
  return [RUNTIME_MIGRATIONS, definition.migrations];
}

const pruneIdempotencyRecords: Job<IdempotencyStore> = {
  name: 'prune-idempotency-records',
  pattern: '0 */10 * * * *',
  async run(store, now, signal) {
    while (!signal.aborted && (await store.prune(now)) > 0);
  },
};

/** The services that `routes` registers, found with a router that only takes note of them. */
function servicesOf(routes: (router: ConnectRouter) => void): DescService[] {
  const services: DescService[] = [];
  const listener: Pick<ConnectRouter, 'service'> = {
    service(service) {
      services.push(service);
      return listener as ConnectRouter; // routes of this system use nothing but `service`
    },
  };
  routes(listener as ConnectRouter); // same
  return services;
}

async function isDatabaseReady(db: Database): Promise<boolean> {
  const answered = db.$client`select 1`.then(
    () => true,
    () => false,
  );
  return (await within(READY_TIMEOUT_MS, answered)) === true;
}
