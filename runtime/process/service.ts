import type { DescFile } from '@bufbuild/protobuf';
import type { CallOptions, ConnectRouter, Transport } from '@connectrpc/connect';
import type { Call } from '../call/call.ts';
import type { UserIdentity } from '../call/identity.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Consumer } from '../events/consumer.ts';
import type { ServiceMetrics } from '../metrics/metrics.ts';
import type { Config, ConfigSpec } from './config.ts';
import type { Logger } from './log.ts';

/** The services of the system, in the order in which they are listed everywhere. */
export const SERVICE_NAMES = ['user', 'invoice', 'activity', 'notification', 'stats', 'reminder'] as const;

/** Name of a service. */
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** What the runtime gives every service to build its dependencies from. */
export interface ServiceBase {
  /** The service's own database, migrated. */
  readonly db: Database;
  readonly log: Logger;
  readonly clock: Clock;
  /** Undefined when nobody reads metrics. */
  readonly metrics?: ServiceMetrics | undefined;
  /** Transport to another service, in this process or over the network. */
  transportTo(service: ServiceName): Transport;
  /**
   * Options for a call under the service's own identity. Jobs, consumers and internal RPCs pass the id of the request.
   * Passing a call makes the new one part of it, within its deadline.
   */
  callAsService(request: string | Call): Promise<CallOptions>;
  /** Options of a call that reads what belongs to a user, with this service as the actor. For jobs that know the user from a row. */
  callAsReader(userId: string, requestId: string): Promise<CallOptions>;
  /**
   * The call, made on behalf of a user who did not make it. Only for RPCs that have themselves established which user
   * the caller may act for.
   */
  callFor(call: Call, user: UserIdentity): Promise<Call>;
}

/** Something a service does by itself from time to time. */
export interface Job<Deps> {
  readonly name: string;
  /**
   * When it runs: a cron pattern with seconds, in UTC. Runs never overlap: one that is due while another is under way
   * is left out.
   */
  readonly pattern: string;
  /** One run. It may run on several replicas at once: what there is to do depends on rows, not on the clock. */
  run(deps: Deps, now: Date, signal: AbortSignal): Promise<void>;
}

/** One service: everything that is needed to run it alone or together with the others. */
export interface ServiceDefinition<Deps, Spec extends ConfigSpec = ConfigSpec> {
  readonly name: ServiceName;
  /** Folder of its migrations. */
  readonly migrations: URL;
  /** Its variables, besides those of every service. */
  readonly config: Spec;
  /** The proto files of the events it publishes. */
  readonly events: readonly DescFile[];
  /** Builds its dependencies once at start: the store, clients. */
  createDeps(base: ServiceBase, config: Config<Spec>): Deps | Promise<Deps>;
  /** Ends all leases in the service's own tables. Called at a start when whoever holds one has ended. */
  releaseLeases?(deps: Deps): Promise<void>;
  /** Registers its RPCs. */
  routes(router: ConnectRouter, deps: Deps): void;
  readonly consumers: readonly Consumer<Deps>[];
  readonly jobs: readonly Job<NoInfer<Deps>>[];
}

/** A definition with any dependencies. What it builds is only handed back to itself. */
// biome-ignore lint/suspicious/noExplicitAny: Deps stands in both directions, so no other type takes every definition
export type AnyServiceDefinition = ServiceDefinition<any, any>;

/** Gives the definition its precise type. */
export function defineService<Deps, const Spec extends ConfigSpec>(
  definition: ServiceDefinition<Deps, Spec>,
): ServiceDefinition<Deps, Spec> {
  return definition;
}
