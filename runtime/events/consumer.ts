import type { DescMessage } from '@bufbuild/protobuf';
import type { Database } from '../database/database.ts';
import type { ServiceMetrics } from '../metrics/metrics.ts';
import type { Logger } from '../process/log.ts';
import type { EventBus } from './bus.ts';
import { createDelivery } from './delivery.ts';
import { type EventEnvelope, type ReceivedEvent, topicOf } from './event.ts';
import { codeOf } from './failure-reason.ts';
import { prepareInboxPrune } from './inbox.ts';
import { prepareInboxFailures } from './inbox-failures.ts';
import { startLoop } from './loop.ts';

/** What a service does about some types of event. Made by `defineConsumer`. */
export interface Consumer<Deps> {
  readonly events: readonly DescMessage[];
  choose?(deps: Deps, batch: readonly EventEnvelope[]): Promise<ReadonlySet<string>>;
  apply(deps: Deps, batch: readonly ReceivedEvent<DescMessage>[]): Promise<void>;
}

/** A consumer, typed by the events it asks for. */
export interface ConsumerDefinition<Deps, Descs extends readonly DescMessage[]> {
  /** The messages it wants. Within a service an event has at most one consumer. */
  readonly events: Descs;
  /**
   * Gives the ids of the events of a batch to apply, for a consumer that usually wants few: the others are not even
   * decoded. When it throws, all of them are applied. Default: all.
   */
  choose?(deps: Deps, batch: readonly EventEnvelope[]): Promise<ReadonlySet<string>>;
  /**
   * Applies a batch. Each event is in it at most once, in order of creation as far as known. It is one statement made
   * with `prepareEffect`, which leaves out what was applied before. Anything else that it does must be harmless when
   * repeated. When it throws, the batch is taken apart to find the event at fault. That event is tried again later, and
   * in the end becomes a dead letter.
   */
  apply(deps: Deps, batch: readonly ReceivedEvent<Descs[number]>[]): Promise<void>;
}

/**
 * Defines a consumer: one or more types of event, one effect.
 *
 * ```ts
 * // consumers/on-invoice-sent.ts
 * export const onInvoiceSent = defineConsumer({
 *   events: [InvoiceSentSchema],
 *   async apply(deps: Deps, batch) {
 *     await deps.store.scheduleReminders(
 *       batch.flatMap((event) =>
 *         planReminders(event.message.invoice).map((step) => ({
 *           eventId: event.id, ownerId: event.ownerId ?? null, invoiceId: event.subject, remindTime: step.time,
 *         })),
 *       ),
 *     );
 *   },
 * });
 *
 * // store/schedule-reminders.ts
 * export const prepareScheduleReminders = (db: Database) =>
 *   prepareEffect(db, 'schedule_reminders', {
 *     columns: { ownerId: 'uuid', invoiceId: 'uuid', remindTime: 'timestamptz' },
 *     effect: (fresh) => sql`
 *       insert into ${reminders} (owner_id, invoice_id, remind_time)
 *       select ${fresh.ownerId}, ${fresh.invoiceId}, ${fresh.remindTime} from ${fresh.rows}`,
 *   });
 *
 * // service start
 * const consuming = startConsumers({ service: 'reminder', consumers: [onInvoiceSent], deps, db, bus, log });
 * await consuming.stop();
 * ```
 *
 * With several types, `switch (event.message.$typeName)` tells them apart.
 */
export function defineConsumer<Deps, const Descs extends readonly DescMessage[]>(
  definition: ConsumerDefinition<Deps, Descs>,
): Consumer<Deps> {
  return definition;
}

/** How often and how long a failed event is tried again. */
export interface RetryPolicy {
  /** Tries until an event becomes a dead letter. Default 8: about two minutes. */
  readonly attemptsMax: number;
  /** Pause after the first failure, doubled by each further one. Default 1 s. */
  readonly firstRetryMs: number;
  /** Default 5 min. */
  readonly retryMsMax: number;
  /** How long one `apply` may take. Default 20 s. */
  readonly applyTimeoutMs: number;
  /** How often to look for events that are due again. Default 1 s. */
  readonly pollMs: number;
}

const RETRY_POLICY: RetryPolicy = {
  attemptsMax: 8,
  firstRetryMs: 1_000,
  retryMsMax: 300_000,
  applyTimeoutMs: 20_000,
  pollMs: 1_000,
};

const RETRY_CLAIM_SIZE = 100;
/** Enough for each replica to have looked in between. */
const HEAD_START_POLLS = 2;
const PRUNE_BATCH_SIZE = 5_000;
const PRUNE_POLL_MS = 3_600_000;
const PRUNE_DELAY_MS = 60_000;
/** Longest wait for work under way when consumers are stopped. */
const STOP_MS = 5_000;

/** What the consumers of one service run with. */
export interface ConsumersOptions<Deps> {
  readonly service: string;
  readonly consumers: readonly Consumer<Deps>[];
  readonly deps: Deps;
  /** The service's own database, which holds its inbox. */
  readonly db: Database;
  readonly bus: EventBus;
  readonly log: Logger;
  readonly metrics?: Pick<ServiceMetrics, 'eventsApplied' | 'eventsFailed'> | undefined;
  readonly retry?: Partial<RetryPolicy>;
}

/** The running consumers of one service. */
export interface RunningConsumers {
  /** Takes no further events and lets the batch in hand finish, for 5 s at most. */
  stop(): Promise<void>;
}

/**
 * Subscribes a service's consumers to the bus and tries its failed events again. Throws when two consumers want the
 * same event or a message is no event. What goes wrong later is logged, never thrown.
 */
export function startConsumers<Deps>(options: ConsumersOptions<Deps>): RunningConsumers {
  const { service, db, log } = options;
  const policy = { ...RETRY_POLICY, ...options.retry };
  const byType = indexByType(options.consumers);
  const failures = prepareInboxFailures(db, {
    service,
    types: [...byType.keys()],
    firstRetryMs: policy.firstRetryMs,
    retryMsMax: policy.retryMsMax,
    claimSize: RETRY_CLAIM_SIZE,
    leaseMs: policy.applyTimeoutMs * 3,
    headStartMs: policy.pollMs * HEAD_START_POLLS,
  });
  const delivery = createDelivery({ deps: options.deps, byType, failures, log, metrics: options.metrics, policy });
  const prune = prepareInboxPrune(db, PRUNE_BATCH_SIZE);

  const subscription = options.bus.subscribe({
    service,
    topics: [...byType.values()].map(({ desc }) => topicOf(desc)),
    deliver: delivery.deliver,
  });
  const retrying = startLoop({
    run: async () => (await delivery.retry()) === RETRY_CLAIM_SIZE,
    pollMs: policy.pollMs,
    delayMs: policy.pollMs, // a service that starts has more urgent things to do
    onError: (error, count) => {
      if (count === 1) log.warn({ code: codeOf(error) }, 'failed events cannot be looked up now; they wait');
    },
  });
  const pruning = startLoop({
    run: async () => (await prune()) === PRUNE_BATCH_SIZE,
    pollMs: PRUNE_POLL_MS,
    delayMs: PRUNE_DELAY_MS,
    onError: (error, count) => {
      if (count === 1) log.warn({ code: codeOf(error) }, 'the inbox cannot be pruned now; it is tried again later');
    },
  });

  return {
    async stop() {
      await Promise.all([subscription.close(STOP_MS), retrying.stop(STOP_MS), pruning.stop(STOP_MS)]);
    },
  };
}

/** A consumer with the one message type it was found by. */
export interface ConsumedType<Deps> {
  readonly desc: DescMessage;
  readonly consumer: Consumer<Deps>;
}

function indexByType<Deps>(consumers: readonly Consumer<Deps>[]): ReadonlyMap<string, ConsumedType<Deps>> {
  const byType = new Map<string, ConsumedType<Deps>>();
  for (const consumer of consumers) {
    for (const desc of consumer.events) {
      if (byType.has(desc.typeName)) throw new Error(`${desc.typeName} has two consumers`);
      byType.set(desc.typeName, { desc, consumer });
    }
  }
  return byType;
}
