import { randomUUIDv7 } from 'node:crypto';
import {
  InvoiceCreatedSchema,
  InvoiceDeletedSchema,
  InvoiceMarkedUncollectibleSchema,
  InvoiceSentSchema,
  InvoiceUpdatedSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { scheduleOf } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { planReminders, rescheduleReminder } from '../domain/plan.ts';
import { causedByItself, reminderCancelled } from '../events.ts';
import { stateNameOf } from '../own-invoice.ts';
import { cancelled, moved } from '../settle.ts';
import type { CancelReason, ReminderRow } from '../store/schema.ts';
import type { NewReminder, SyncedInvoice } from '../store/sync-invoices.ts';

const INVOICE_EVENTS = [
  InvoiceCreatedSchema,
  InvoiceUpdatedSchema,
  InvoiceDeletedSchema,
  InvoiceSentSchema,
  InvoiceVoidedSchema,
  InvoiceMarkedUncollectibleSchema,
  PaymentRecordedSchema,
] as const;

type InvoiceEvent = ReceivedEvent<(typeof INVOICE_EVENTS)[number]>;

/** An invoice as an event tells of it. */
interface Invoice {
  readonly event: InvoiceEvent;
  readonly invoiceId: string;
  readonly ownerId: string;
  readonly state: string;
  readonly dueDate: string;
  readonly timeZone: string;
}

/** Why what is scheduled for an invoice in such a state will not be sent. */
const REASONS: Readonly<Record<string, CancelReason>> = {
  PAID: 'INVOICE_PAID',
  VOID: 'INVOICE_VOIDED',
  UNCOLLECTIBLE: 'INVOICE_UNCOLLECTIBLE',
  DELETED: 'INVOICE_DELETED',
};

/**
 * Follows the invoices: plans reminders when one is opened, moves them when a due date changes, cancels them when
 * there is nothing left to remind of. Events may come in any order; only the newest version of an invoice counts.
 */
export const onInvoiceChanged = defineConsumer({
  events: INVOICE_EVENTS,
  async apply(deps: Deps, batch) {
    const invoiceIds = [...new Set(batch.map((event) => event.subject))];
    const [known, scheduled] = await Promise.all([
      deps.store.findInvoices(invoiceIds),
      deps.store.findScheduledReminders(invoiceIds),
    ]);
    const knownById = new Map(known.map((invoice) => [invoice.invoiceId, invoice]));
    const newest = newestOf(batch, (id) => knownById.get(id)?.version ?? 0n);
    const now = deps.clock.now();

    // First the reminders: should this fail in between, the events come again and find them settled already.
    for (const invoice of newest.values()) {
      await settleScheduled(
        deps,
        invoice,
        scheduled.filter(({ invoiceId }) => invoiceId === invoice.invoiceId),
        now,
      );
    }
    await deps.store.syncInvoices(
      batch.map((event) => {
        const invoice = newest.get(event.subject);
        if (invoice?.event !== event) return withoutEffect(event);
        const isPlanned = knownById.get(event.subject)?.planned ?? false;
        return toRow(invoice, !isPlanned && invoice.state === 'OPEN', now);
      }),
    );
  },
});

function newestOf(batch: readonly InvoiceEvent[], knownVersion: (invoiceId: string) => bigint): Map<string, Invoice> {
  const newest = new Map<string, Invoice>();
  for (const event of batch) {
    const other = newest.get(event.subject)?.event.version ?? knownVersion(event.subject);
    if (event.version > other) newest.set(event.subject, readInvoice(event));
  }
  return newest;
}

function readInvoice(event: InvoiceEvent): Invoice {
  const { message, ownerId } = event;
  const { invoice, timeZone } = message;
  if (invoice === undefined || ownerId === undefined)
    throw new Error(`event ${event.id} lacks its invoice or its owner`);
  const state = message.$typeName === 'numer.invoice.v1.InvoiceDeleted' ? 'DELETED' : stateNameOf(invoice);
  return { event, invoiceId: invoice.id, ownerId, state, dueDate: invoice.dueDate, timeZone };
}

async function settleScheduled(
  deps: Deps,
  invoice: Invoice,
  scheduled: readonly ReminderRow[],
  now: Date,
): Promise<void> {
  const rows = scheduled.flatMap((reminder) => settle(reminder, invoice, now));
  const cause = causedByItself(invoice.event.requestId, now);
  const events = rows.filter(({ state }) => state === 'CANCELLED').map((row) => reminderCancelled(row, cause));
  // What another replica changes at this moment is left to it, and to the scan, which looks at the invoice again.
  await deps.store.saveReminders(rows, events);
}

/** The reminder as it is to be, or nothing when it stays as it is. */
function settle(reminder: ReminderRow, invoice: Invoice, now: Date): ReminderRow[] {
  const reason = REASONS[invoice.state];
  if (reason !== undefined) return [cancelled(reminder, reason, now)];
  if (reminder.dueDate === null || reminder.dueDate === invoice.dueDate) return [];
  const time = rescheduleReminder(scheduleOf(reminder), invoice, now);
  return [
    time === undefined ? cancelled(reminder, 'RESCHEDULED_TO_PAST', now) : moved(reminder, invoice.dueDate, time),
  ];
}

function toRow(invoice: Invoice, makesPlan: boolean, now: Date): SyncedInvoice {
  const { event, invoiceId, ownerId, state, dueDate, timeZone } = invoice;
  const plan: readonly NewReminder[] = makesPlan
    ? planReminders(invoice, now).map(({ offsetDays, remindTime }) => ({
        id: randomUUIDv7(),
        offsetDays,
        remindTime: remindTime.toISOString(),
        createTime: now.toISOString(),
      }))
    : [];
  return {
    eventId: event.id,
    invoiceId,
    ownerId,
    version: event.version,
    state,
    dueDate,
    timeZone,
    planned: makesPlan,
    plan,
  };
}

function withoutEffect(event: InvoiceEvent): SyncedInvoice {
  return {
    eventId: event.id,
    invoiceId: null,
    ownerId: null,
    version: null,
    state: null,
    dueDate: null,
    timeZone: null,
    planned: null,
    plan: [],
  };
}
