import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DescMessage, fromJson, type Message, type Registry } from '@bufbuild/protobuf';
import type { Database } from '../database/database.ts';
import { decodeMessage } from '../grpc/decode-message.ts';
import { encodeMessage } from '../grpc/encode-message.ts';
import type { ServiceMetrics } from '../metrics/metrics.ts';
import type { Logger } from '../process/log.ts';
import { within } from '../within.ts';
import type { EventBus, OutgoingEvent, PublishResult } from './bus.ts';
import { codeOf, reasonOf } from './failure-reason.ts';
import { startLoop } from './loop.ts';
import {
  type Claim,
  type ClaimedRow,
  type OutboxClaims,
  prepareOutboxClaims,
  type ReleasedRow,
} from './outbox-claims.ts';
import { createRecovery } from './recover-events.ts';
import { openRelayConnection } from './relay-connection.ts';

/** What a relay works with. */
export interface RelayOptions {
  /** Name of the service. */
  readonly service: string;
  /** The service's own database. */
  readonly db: Database;
  readonly bus: EventBus;
  /** Knows the messages this service publishes: `createRegistry(file_numer_invoice_v1_invoice_events)`. */
  readonly registry: Registry;
  readonly log: Logger;
  readonly metrics?: Pick<ServiceMetrics, 'eventsPublished'> | undefined;
  /** Most events claimed, and in flight on the bus, at once. Default 500. */
  readonly batchSize?: number;
  /** A claim ends with the event that brings it to this many bytes. Default 8 MiB. */
  readonly bytesMax?: number;
  /** How long a claim holds; after that another relay may publish the same events again. Default 10 s. */
  readonly leaseMs?: number;
  /** How often to look when no notification comes. Default 1 s. */
  readonly pollMs?: number;
  /**
   * After a claim of several rows, but fewer than it could take, the next claim waits until this long after it. The
   * cost of a batch, from its claim to the commits of its effects, is then shared by all events that come meanwhile. An
   * event that comes alone never waits. Default 50 ms.
   */
  readonly collectMs?: number;
}

/** A running relay. */
export interface Relay {
  /** Claims no more, and finishes the batch in hand or leaves it to its lease after some seconds. */
  stop(): Promise<void>;
}

/** Claimed rows on their way. */
interface Batch {
  readonly token: string;
  /** By `performance.now`, when the claim was answered. */
  readonly claimTime: number;
  /** See `Claim`. */
  readonly isPartial: boolean;
  /** How many rows were claimed. */
  readonly size: number;
  readonly events: OutgoingEvent[];
  /** Rows that cannot be encoded. */
  readonly released: ReleasedRow[];
  /** Rows that were tried often enough. */
  readonly buried: ReleasedRow[];
}

const BATCH_SIZE = 500;
/** A claim is in memory several times over. */
const BATCH_BYTES = 8 * 1024 * 1024;
const LEASE_MS = 10_000;
const POLL_MS = 1_000;
const COLLECT_MS = 50;
/** Longest pause before a refused event is tried again. It is short, so that events go out soon after an outage. */
const RETRY_MS_MAX = 5_000;
/** A row that cannot be encoded may belong to a newer replica during a roll-out; after about ten minutes it is given up. */
const UNENCODABLE_ATTEMPTS_MAX = 120;
const SETTLE_ATTEMPTS_MAX = 3;
/**
 * How long a relay that stops may take to give back what it has claimed ahead. After that, the rows are left to their
 * lease.
 */
const STOP_MS = 1_000;
/** After a claim of this many rows or more, the relay looks again without a notification. */
const BUSY_ROWS = 5;
/** Longer than a statement takes from inserting events to its commit. Events that take longer are found by the poll. */
const COMMIT_MS = 20;

/**
 * Starts the relay of one service: it claims rows of the outbox, publishes them and removes those the bus has taken.
 * Every replica runs one. A crash between publishing and deleting publishes again, which the inbox makes harmless.
 * It never rejects: an outage of the database or the bus is logged and waited out.
 */
export function startRelay(options: RelayOptions): Relay {
  const { db, bus, log } = options;
  const batchSize = options.batchSize ?? BATCH_SIZE;
  const bytesMax = options.bytesMax ?? BATCH_BYTES;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const collectMs = options.collectMs ?? COLLECT_MS;
  const connection = openRelayConnection(db, () => loop.wake());
  const claims = prepareOutboxClaims(connection.db, {
    batchSize,
    bytesMax,
    leaseMs,
    retryMsMax: RETRY_MS_MAX,
    keepsPublished: bus.store !== undefined,
  });
  const recover = createRecovery({ ...options, store: bus.store });
  let lostClaim: string | undefined;
  let ahead: Promise<Batch> | undefined;

  const claim = async (): Promise<Batch> => {
    if (lostClaim !== undefined) await claims.releaseClaim(lostClaim);
    const token = randomUUID();
    lostClaim = token;
    const claimed = await claims.claim(token);
    lostClaim = undefined;
    return toBatch(token, claimed, options.registry);
  };

  /** Gives back what was claimed ahead, unless it is younger than this. */
  const giveBackAhead = async (ageMs: number): Promise<void> => {
    const batch = await ahead;
    if (batch === undefined || performance.now() - batch.claimTime < ageMs) return;
    ahead = undefined;
    if (batch.size > 0) await claims.releaseClaim(batch.token);
  };

  /**
   * The batch that was claimed ahead while the previous one was published; a new one if that took too much of the
   * lease.
   */
  const nextBatch = async (): Promise<Batch> => {
    try {
      await giveBackAhead(leaseMs / 4);
      return await (ahead ?? claim());
    } finally {
      ahead = undefined;
    }
  };

  /** Has writers notify again, and waits for those that did not, but had yet to commit. True means look once more. */
  const becomeIdle = async (): Promise<boolean> => {
    if (!connection.isBusy) return false;
    await connection.setBusy(false);
    await sleep(COMMIT_MS);
    return true;
  };

  const loop = startLoop({
    async run() {
      await connection.listen();
      if (!bus.ready || !(await recover())) return false;
      const batch = await nextBatch();
      if (batch.size >= BUSY_ROWS) await connection.setBusy(true);
      if (batch.size === batchSize) {
        ahead = claim();
        ahead.catch(() => undefined); // reported when it is its turn
      }
      if (batch.size > 0) await publishBatch(options, claims, batch, leaseMs / 2);
      const isFull = batch.isPartial || batch.size === batchSize;
      if (batch.size > 1 && !isFull) await sleep(Math.max(0, batch.claimTime + collectMs - performance.now()));
      const hasMore = batch.isPartial || batch.size >= BUSY_ROWS || (batch.size > 0 && connection.isBusy);
      return hasMore || (await becomeIdle());
    },
    pollMs: options.pollMs ?? POLL_MS,
    onError(error, failures) {
      if (failures === 1) log.warn({ code: codeOf(error) }, 'the relay cannot reach its database; it waits');
    },
  });

  return {
    async stop() {
      await loop.stop();
      await within(
        STOP_MS,
        giveBackAhead(0).catch(() => undefined),
      );
      await connection.close();
    },
  };
}

/** Turns rows into events. Rows that cannot be encoded wait, or are given up. */
function toBatch(token: string, { rows, isPartial }: Claim, registry: Registry): Batch {
  const batch: Batch = {
    token,
    claimTime: performance.now(),
    isPartial,
    size: rows.length,
    events: [],
    released: [],
    buried: [],
  };
  for (const row of rows) {
    try {
      batch.events.push(toOutgoingEvent(row, registry));
    } catch (error) {
      const failed = { id: row.id, reason: `cannot be encoded: ${reasonOf(error)}` };
      (row.attempts >= UNENCODABLE_ATTEMPTS_MAX ? batch.buried : batch.released).push(failed);
    }
  }
  return batch;
}

/** Publishes a batch and settles each of its events: deleted, released or buried. */
async function publishBatch(
  options: RelayOptions,
  claims: OutboxClaims,
  batch: Batch,
  deadlineMs: number,
): Promise<void> {
  const { token, events, released, buried } = batch;
  const published: string[] = [];
  for (const result of await publishWithin(options.bus, events, deadlineMs)) {
    if (result.ok) published.push(result.id);
    else (result.isFinal === true ? buried : released).push(result);
  }
  if (published.length > 0) {
    options.metrics?.eventsPublished(published.length);
    await insist(() => claims.remove(token, published));
  }
  if (released.length > 0) await insist(() => claims.release(token, released));
  if (buried.length > 0) await insist(() => claims.bury(buried));
  if (released.length > 0) {
    options.log.warn({ events: released.length, reason: released[0]?.reason }, 'events were not published; they wait');
  }
  if (buried.length > 0) {
    options.log.error({ events: buried.length, reason: buried[0]?.reason }, 'events cannot be published: dead letters');
  }
}

/**
 * Tries again when a connection breaks, rather than leave rows to their lease: published rows would go out again, and
 * others would wait for long.
 */
async function insist(settle: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await settle();
    } catch (error) {
      if (attempt === SETTLE_ATTEMPTS_MAX) throw error;
    }
  }
}

/** Publishes with a deadline, so that a bus that does not answer cannot hold a claim beyond its lease. */
async function publishWithin(
  bus: EventBus,
  events: readonly OutgoingEvent[],
  deadlineMs: number,
): Promise<readonly PublishResult[]> {
  if (events.length === 0) return [];
  const refuseAll = (reason: string): PublishResult[] => events.map(({ id }) => ({ id, ok: false, reason }));
  const published = bus.publish(events).catch(() => refuseAll('the bus failed'));
  return (await within(deadlineMs, published)) ?? refuseAll('the bus did not answer in time');
}

/**
 * The event of a row, with its message and its bytes, each made when it is asked for. A bus in this process asks for
 * the message, any other for the bytes.
 */
function toOutgoingEvent(row: ClaimedRow, registry: Registry): OutgoingEvent {
  const event = {
    id: row.id,
    type: row.type,
    topic: row.topic,
    source: row.source,
    subject: row.subject,
    version: row.version,
    ownerId: row.ownerId ?? undefined,
    actor: row.actor,
    requestId: row.requestId,
    callerAddress: row.callerAddress ?? undefined,
    traceparent: row.traceparent ?? undefined,
    time: row.createTime,
    target: row.target ?? undefined,
  };
  const desc = registry.getMessage(row.type);
  // One that is sent again may have come from another service.
  if (row.body !== null) return Object.assign(new EncodedMessage(desc, row.body), event);
  if (desc === undefined) throw new Error(`${row.type} is not a message of this service`);
  if (row.payload === null) throw new Error('the row has no payload');
  return Object.assign(new DecodedMessage(desc, fromJson(desc, row.payload, { registry })), event);
}

/** The bytes of a message, and the message. It is a class for the same reason as HandlerCall (call.ts). */
class EncodedMessage {
  readonly body: Uint8Array;
  readonly #desc: DescMessage | undefined;
  #message: Message | undefined;

  constructor(desc: DescMessage | undefined, body: Uint8Array) {
    this.#desc = desc;
    this.body = body;
  }

  /**
   * Undefined when the type is not known or the bytes are not readable here. Whoever wants the message finds out why.
   */
  get message(): Message | undefined {
    if (this.#message !== undefined || this.#desc === undefined) return this.#message;
    try {
      this.#message = decodeMessage(this.#desc, this.body);
    } catch {
      // Stays undefined.
    }
    return this.#message;
  }
}

/** A message, and its bytes. */
class DecodedMessage {
  readonly message: Message;
  readonly #desc: DescMessage;
  #body: Uint8Array | undefined;

  constructor(desc: DescMessage, message: Message) {
    this.#desc = desc;
    this.message = message;
  }

  get body(): Uint8Array {
    this.#body ??= encodeMessage(this.#desc, this.message);
    return this.#body;
  }
}
