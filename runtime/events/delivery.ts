import { type DescMessage, type Message, toJson } from '@bufbuild/protobuf';
import { isDatabaseUnavailable } from '../database/postgres-error.ts';
import { decodeMessage } from '../grpc/decode-message.ts';
import type { ServiceMetrics } from '../metrics/metrics.ts';
import { partsOf } from '../parts-of.ts';
import type { Logger } from '../process/log.ts';
import { within } from '../within.ts';
import type { ConsumedType, Consumer, RetryPolicy } from './consumer.ts';
import type { ReceivedEvent, WireEvent } from './event.ts';
import { codeOf, reasonOf } from './failure-reason.ts';
import type { FailedEvent, InboxFailures } from './inbox-failures.ts';

/** What a delivery works with. */
export interface DeliveryOptions<Deps> {
  readonly deps: Deps;
  /** The consumer of each type of event, by the message's full name. */
  readonly byType: ReadonlyMap<string, ConsumedType<Deps>>;
  readonly failures: InboxFailures;
  readonly log: Logger;
  readonly metrics: Pick<ServiceMetrics, 'eventsApplied' | 'eventsFailed'> | undefined;
  readonly policy: RetryPolicy;
}

/** Brings events to a service's consumers, and takes care of those that fail. */
export interface Delivery {
  /** See `Subscription.deliver` (bus.ts). */
  deliver(batch: readonly WireEvent[]): Promise<readonly boolean[]>;
  /** Tries the parked events that are due again; gives how many there were. Rejects when the database is away. */
  retry(): Promise<number>;
}

/** Applied: took effect now or before. Kept: parked or a dead letter, so the bus need not keep it any longer. */
type Outcome = 'applied' | 'kept' | 'unsettled';

/** Outcomes by event id. */
type Outcomes = Map<string, Outcome>;

/** An event with its decoded message. */
interface Decoded {
  readonly wire: WireEvent;
  readonly desc: DescMessage;
  readonly message: Message;
}

/** An event whose message is not decoded yet. */
type Undecoded = Omit<Decoded, 'message'>;

/** An event of a type that is not known. */
type Unknown = Pick<Decoded, 'wire'>;

class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent';
}

class ApplyTimeout extends Error {
  override readonly name = 'ApplyTimeout';
}

/**
 * Makes the delivery of one service.
 *
 * Each consumer that a batch has events for is called once, or several times in a row when the events are large. When a
 * call throws, its events are halved again and again until the event at fault stands alone. That event is parked in the
 * database, so that it holds up no other, and is tried again after growing pauses. After `attemptsMax` tries it becomes
 * a dead letter. An event that cannot be decoded becomes one at once. An event that nobody here consumes was asked for
 * by a newer version of the service, and is parked for a replica that knows it. While the database is away, no tries
 * are counted and the events stay with the bus.
 */
export function createDelivery<Deps>(options: DeliveryOptions<Deps>): Delivery {
  const { byType } = options;

  const settle = async (batch: readonly WireEvent[]): Promise<Outcomes> => {
    const outcomes: Outcomes = new Map();
    const unreadable: FailedEvent[] = [];
    const unknown: Unknown[] = [];
    const groups = new Map<Consumer<Deps>, Undecoded[]>();
    for (const wire of batch) {
      if (outcomes.has(wire.id)) continue;
      outcomes.set(wire.id, 'applied');
      const consumed = byType.get(wire.type);
      if (wire.problem !== undefined) unreadable.push({ event: wire, reason: wire.problem });
      else if (consumed === undefined) unknown.push({ wire });
      else append(groups, consumed.consumer, { wire, desc: consumed.desc });
    }
    const work = [...groups].map(([consumer, events]) => applyChosen(options, consumer, events, outcomes));
    if (unreadable.length > 0) work.push(bury(options, unreadable, outcomes));
    if (unknown.length > 0) work.push(park(options, unknown, new UnknownEvent('nobody here consumes it'), outcomes));
    await Promise.all(work);
    return outcomes;
  };

  return {
    async deliver(batch) {
      const outcomes = await settle(batch);
      return batch.map((event) => outcomes.get(event.id) !== 'unsettled');
    },
    async retry() {
      const due = await options.failures.claim();
      if (due.length === 0) return 0;
      const outcomes = await settle(due);
      const applied = due.filter((event) => outcomes.get(event.id) === 'applied').map((event) => event.id);
      if (applied.length > 0) await options.failures.forget(applied);
      return due.length;
    },
  };
}

/**
 * A part of a batch ends with the event that brings it to this many bytes. A part is in memory several times over, and
 * has to be done in time.
 */
const PART_BYTES = 8 * 1024 * 1024;

/** Applies those events of one consumer that it wants, some megabytes at a time. Never rejects; notes what became of each event. */
async function applyChosen<Deps>(
  options: DeliveryOptions<Deps>,
  consumer: Consumer<Deps>,
  events: readonly Undecoded[],
  outcomes: Outcomes,
): Promise<void> {
  const chosen = await chosenOf(options, consumer, events);
  const parts = partsOf(chosen, PART_BYTES, ({ wire }) => wire.body.length);
  for (const part of parts) await applyPart(options, consumer, part, outcomes);
}

/** Decodes and applies events of one consumer. Never rejects; notes what became of each event. */
async function applyPart<Deps>(
  options: DeliveryOptions<Deps>,
  consumer: Consumer<Deps>,
  events: readonly Undecoded[],
  outcomes: Outcomes,
): Promise<void> {
  const decoded: Decoded[] = [];
  const unreadable: FailedEvent[] = [];
  for (const event of events) {
    const message = readMessage(event);
    if (typeof message === 'string') unreadable.push({ event: event.wire, reason: message });
    else decoded.push({ ...event, message });
  }
  const work: Promise<void>[] = [];
  if (decoded.length > 0) work.push(applyAll(options, consumer, decoded, outcomes));
  if (unreadable.length > 0) work.push(bury(options, unreadable, outcomes));
  await Promise.all(work);
}

/** The events that a consumer chooses. When its choice fails, all of them: applying them then tells what is wrong. */
async function chosenOf<Deps>(
  { deps, policy }: DeliveryOptions<Deps>,
  consumer: Consumer<Deps>,
  events: readonly Undecoded[],
): Promise<readonly Undecoded[]> {
  if (consumer.choose === undefined) return events;
  const choice = consumer.choose(
    deps,
    events.map(({ wire }) => wire),
  );
  const ids = await within(policy.applyTimeoutMs, choice).catch(() => undefined);
  return ids === undefined ? events : events.filter(({ wire }) => ids.has(wire.id));
}

/** The message of an event; a reason when it cannot be read. */
function readMessage({ wire, desc }: Undecoded): Message | string {
  try {
    const isAtHand = wire.message?.$typeName === desc.typeName;
    return (isAtHand && wire.message) || decodeMessage(desc, wire.body);
  } catch (error) {
    return `cannot be decoded: ${reasonOf(error)}`;
  }
}

function append<Key, Item>(groups: Map<Key, Item[]>, key: Key, item: Item): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}

/** Applies events of one consumer, halving the batch when it fails. Never rejects; notes what became of each event. */
async function applyAll<Deps>(
  options: DeliveryOptions<Deps>,
  consumer: Consumer<Deps>,
  events: readonly Decoded[],
  outcomes: Outcomes,
): Promise<void> {
  try {
    await withTimeout(consumer.apply(options.deps, events.map(toReceivedEvent)), options.policy.applyTimeoutMs);
    options.metrics?.eventsApplied(events.map(({ wire }) => (Date.now() - wire.time.getTime()) / 1_000));
  } catch (error) {
    if (isDatabaseUnavailable(error)) {
      options.log.warn({ code: codeOf(error), events: events.length }, 'events wait for the database');
      for (const { wire } of events) outcomes.set(wire.id, 'unsettled');
    } else if (events.length === 1 || error instanceof ApplyTimeout) {
      await park(options, events, error, outcomes);
    } else {
      const middle = Math.ceil(events.length / 2);
      await applyAll(options, consumer, events.slice(0, middle), outcomes);
      await applyAll(options, consumer, events.slice(middle), outcomes);
    }
  }
}

/** Keeps failed events for another try, or makes dead letters of those that were tried often enough. Never rejects. */
async function park<Deps>(
  options: DeliveryOptions<Deps>,
  events: readonly (Decoded | Unknown)[],
  error: unknown,
  outcomes: Outcomes,
): Promise<void> {
  const reason = reasonOf(error);
  options.metrics?.eventsFailed(events.length);
  try {
    const attempts = await options.failures.park(events.map(({ wire }) => ({ event: wire, reason })));
    const dead: FailedEvent[] = [];
    for (const event of events) {
      const { wire } = event;
      outcomes.set(wire.id, 'kept');
      const count = attempts.get(wire.id) ?? 1;
      options.log.warn({ eventId: wire.id, type: wire.type, attempts: count, code: codeOf(error) }, 'an event failed');
      if (count >= options.policy.attemptsMax) {
        const threw = 'desc' in event && !(error instanceof ApplyTimeout);
        const payload = 'desc' in event ? { payload: toJson(event.desc, event.message) } : {};
        dead.push({ event: wire, reason, attempts: count, threw, ...payload });
      }
    }
    if (dead.length > 0) await bury(options, dead, outcomes);
  } catch (parkError) {
    options.log.warn(
      { code: codeOf(parkError), events: events.length },
      'failed events cannot be stored now; they wait',
    );
    for (const { wire } of events) outcomes.set(wire.id, 'unsettled');
  }
}

/** Makes dead letters of events. Never rejects. */
async function bury<Deps>(
  options: DeliveryOptions<Deps>,
  dead: readonly FailedEvent[],
  outcomes: Outcomes,
): Promise<void> {
  try {
    await options.failures.bury(dead);
    for (const { event } of dead) {
      outcomes.set(event.id, 'kept');
      options.log.error({ eventId: event.id, type: event.type }, 'an event became a dead letter');
    }
  } catch (error) {
    options.log.warn({ code: codeOf(error), events: dead.length }, 'dead letters cannot be stored now; they wait');
    for (const { event } of dead) outcomes.set(event.id, 'unsettled');
  }
}

function toReceivedEvent({ wire, message }: Decoded): ReceivedEvent<DescMessage> {
  const { id, type, topic, source, subject, version, ownerId, actor, requestId, callerAddress, traceparent, time } =
    wire;
  const envelope = { id, type, topic, source, subject, version, ownerId, actor, requestId, callerAddress, traceparent };
  return { ...envelope, time, message };
}

/** Gives up waiting, not the work: an effect that commits after all is recognised by its inbox mark. */
async function withTimeout(work: Promise<void>, timeoutMs: number): Promise<void> {
  const isDone = await within(
    timeoutMs,
    work.then(() => true),
  );
  if (isDone !== true) throw new ApplyTimeout(`did not finish within ${timeoutMs} ms`);
}
