import { randomUUIDv7 } from 'node:crypto';
import { create, type DescMessage, type Message, type MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { asc, eq } from 'drizzle-orm';
import { InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { ReminderSettingsService } from '../../../gen/numer/reminder/v1/reminder_settings_service_pb.ts';
import type { UserIdentity } from '../../../runtime/call/identity.ts';
import { type ReceivedEvent, topicOf } from '../../../runtime/events/event.ts';
import { outbox } from '../../../runtime/events/outbox.ts';
import { silentLog } from '../../../runtime/process/log.ts';
import { startTestService, type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { readWrittenEvents, type WrittenEvent as WrittenMessage } from '../../../runtime/testing/written-events.ts';
import { onInvoiceChanged } from '../consumers/on-invoice-changed.ts';
import { createDeps, type Deps } from '../deps.ts';
import { sendDueReminders } from '../jobs/send-due-reminders.ts';
import { reminderService } from '../service.ts';
import { type ReminderRow, reminders } from '../store/schema.ts';
import {
  createFakeInvoiceService,
  type FakeInvoiceService,
  type InvoiceFields,
  type StoredInvoice,
} from './fake-invoice-service.ts';

/** An event as a consumer gets it. */
export type AnyEvent = ReceivedEvent<DescMessage>;

/** An event that waits in the outbox. */
export interface WrittenEvent extends Omit<WrittenMessage, 'message'> {
  readonly message: Message & Record<string, unknown>;
}

/** A user with clients. */
export interface Owner {
  readonly identity: UserIdentity;
  readonly reminders: Client<typeof ReminderService>;
  readonly settings: Client<typeof ReminderSettingsService>;
  /** The client for reminders with headers, e.g. an idempotency key. */
  with(headers: Record<string, string>): Client<typeof ReminderService>;
}

/** The reminder service with an invoice service beside it. */
export interface ReminderTestService extends TestService {
  readonly invoices: FakeInvoiceService;
  /** What consumers and jobs work with, to run them by hand. */
  readonly deps: Deps;
  newOwner(timeZone?: string): Owner;
  /** The reminders of an invoice, in the order of their times. */
  rowsOf(invoiceId: string): Promise<ReminderRow[]>;
  /** The reminders of an invoice, one line each: step, time, state and the reason of a cancellation. */
  planOf(invoiceId: string): Promise<string[]>;
  /** Creates an invoice with its reminders, by default open and due on 2026-03-31. Gives its id. */
  send(owner: Owner, fields?: InvoiceFields): Promise<string>;
  /** The same for this many invoices. */
  sendMany(owner: Owner, count: number, fields?: InvoiceFields): Promise<string[]>;
  /** Sends due reminders. */
  scan(): Promise<void>;
  /** Sets the clock, and sends the reminders that are due then. */
  scanAt(time: string): Promise<void>;
  /** The events of an account with this topic, in the order of their creation. */
  eventsOf(ownerId: string, topic: string): Promise<WrittenEvent[]>;
}

/** Starts the service on a database of its own at 2026-03-01T12:00:00Z. Stop it in `afterAll`. */
export async function startReminderService(): Promise<ReminderTestService> {
  const invoices = createFakeInvoiceService();
  const service = await startTestService(reminderService, { transports: { invoice: invoices.transport } });
  const { db, clock } = service;
  const deps = createDeps({
    db,
    clock,
    log: silentLog(),
    transportTo: () => invoices.transport,
    callAsService: async () => ({}),
  });
  const rowsOf: ReminderTestService['rowsOf'] = (invoiceId) =>
    db.select().from(reminders).where(eq(reminders.invoiceId, invoiceId)).orderBy(asc(reminders.remindTime));
  const sendMany: ReminderTestService['sendMany'] = async (owner, count, fields) => {
    const sent = Array.from({ length: count }, () =>
      invoices.add(owner.identity, { state: Invoice_State.OPEN, ...fields }),
    );
    await onInvoiceChanged.apply(
      deps,
      sent.map((invoice) => eventOf(InvoiceSentSchema, invoice)),
    );
    return sent.map(({ message }) => message.id);
  };
  const scan = () => sendDueReminders.run(deps, clock.now(), new AbortController().signal);
  return {
    ...service,
    invoices,
    deps,
    newOwner(timeZone) {
      const identity = testUser(timeZone);
      return {
        identity,
        reminders: service.client(ReminderService, identity),
        settings: service.client(ReminderSettingsService, identity),
        with: (headers) => service.client(ReminderService, identity, headers),
      };
    },
    rowsOf,
    async planOf(invoiceId) {
      return (await rowsOf(invoiceId)).map(({ offsetDays, step, remindTime, state, cancelReason }) => {
        const time = remindTime.toISOString().slice(0, 16);
        return [offsetDays ?? step, time, state, cancelReason].filter((part) => part !== null).join(' ');
      });
    },
    async send(owner, fields) {
      const [id = ''] = await sendMany(owner, 1, fields);
      return id;
    },
    sendMany,
    scan,
    async scanAt(time) {
      clock.set(time);
      await scan();
    },
    async eventsOf(ownerId, topic) {
      const events = await readWrittenEvents(db, reminderService.events, eq(outbox.ownerId, ownerId));
      return events.filter((event) => event.topic === topic) as WrittenEvent[]; // a test knows the fields of its events
    },
  };
}

/** The event of an invoice's latest change. */
export function eventOf(desc: DescMessage, { ownerId, timeZone, version, message }: StoredInvoice): AnyEvent {
  const init: MessageInitShape<typeof InvoiceSentSchema> = { invoice: message, timeZone };
  return envelopeOf(desc, {
    subject: message.id,
    version,
    ownerId,
    requestId: 'request-of-invoice',
    message: create(desc, init as MessageInitShape<DescMessage>), // every event of an invoice has these fields
  });
}

/** An event with a new id. */
export function envelopeOf(
  desc: DescMessage,
  facts: Pick<AnyEvent, 'subject' | 'version' | 'ownerId' | 'message'> & Partial<AnyEvent>,
): AnyEvent {
  return {
    id: randomUUIDv7(),
    type: desc.typeName,
    topic: topicOf(desc),
    source: 'test',
    actor: 'service:test',
    requestId: 'request-of-test',
    callerAddress: undefined,
    traceparent: undefined,
    time: new Date('2026-03-01T12:00:00Z'),
    ...facts,
  };
}

/** The value; fails when there is none. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no value');
  return value;
}
