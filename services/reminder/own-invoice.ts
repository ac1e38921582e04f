import { Code, ConnectError } from '@connectrpc/connect';
import { type Invoice, Invoice_State } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import { addDays } from '../../runtime/calendar.ts';
import { type Call, versionOf } from '../../runtime/call/call.ts';
import { DomainError } from '../../runtime/call/errors.ts';
import type { Deps } from './deps.ts';
import type { InvoiceRow, InvoiceState } from './store/schema.ts';

const STATE_NAMES: ReadonlyMap<Invoice_State, InvoiceState> = new Map([
  [Invoice_State.DRAFT, 'DRAFT'],
  [Invoice_State.OPEN, 'OPEN'],
  [Invoice_State.PAID, 'PAID'],
  [Invoice_State.VOID, 'VOID'],
  [Invoice_State.UNCOLLECTIBLE, 'UNCOLLECTIBLE'],
]);

/** The name of an invoice's state. Throws for a state that this version of the service does not know. */
export function stateNameOf(invoice: Invoice): InvoiceState {
  const name = STATE_NAMES.get(invoice.state);
  if (name === undefined) throw new Error(`invoice ${invoice.id} has the unknown state ${invoice.state}`);
  return name;
}

/**
 * The due dates of an invoice, soonest first: those of the instalments that are not settled, or else the due date of
 * the invoice. For a draft with a payment term it is the due date that the draft would have if it were opened now.
 */
export function dueDatesOf(invoice: Invoice): readonly string[] {
  const unsettled = invoice.instalments.filter(({ dueMinor }) => dueMinor > 0n);
  if (unsettled.length > 0) return unsettled.map(({ dueDate }) => dueDate);
  return [(invoice.state === Invoice_State.DRAFT ? termDueDateOf(invoice) : undefined) ?? invoice.dueDate];
}

/**
 * Whether an invoice is a draft with a payment term and without an issue date. Such a draft shows the day on which it
 * is read as its issue date, while its due date is counted from the day of its last change. So this is false on the day
 * of the change.
 */
export function isDueDateOpen(invoice: Invoice): boolean {
  return (
    invoice.state === Invoice_State.DRAFT && invoice.dueDays !== undefined && termDueDateOf(invoice) !== invoice.dueDate
  );
}

/** The due date by the payment term; undefined without a term. */
function termDueDateOf({ issueDate, dueDays }: Invoice): string | undefined {
  return dueDays === undefined ? undefined : addDays(issueDate, dueDays);
}

/** An invoice of the caller as it was just read, with the zone of its days and the time of day of its reminders. */
export type OwnInvoice = Pick<InvoiceRow, 'invoiceId' | 'ownerId' | 'version' | 'state' | 'dueDates' | 'timeZone'> & {
  readonly timeOfDay: string;
};

/**
 * Reads one of the caller's invoices from the invoice service.
 *
 * @throws DomainError INVOICE_NOT_FOUND, or UNAUTHENTICATED when the caller's account has been deleted
 */
export async function readOwnInvoice(deps: Deps, invoiceId: string, call: Call): Promise<OwnInvoice> {
  const ownerId = call.user.userId;
  const [invoice, account] = await Promise.all([
    requestInvoice(deps, invoiceId, call),
    deps.store.findAccount(ownerId),
  ]);
  if (account.deleted) {
    throw new DomainError('unauthenticated', 'UNAUTHENTICATED', 'The account of these credentials no longer exists.');
  }
  const version = versionOf(invoice.etag);
  if (version === undefined) throw new Error(`invoice ${invoice.id} has the etag ${invoice.etag}`);
  return {
    invoiceId: invoice.id,
    ownerId,
    version,
    state: stateNameOf(invoice),
    dueDates: dueDatesOf(invoice),
    // The caller's credentials may be older than a change of the zone. If they are newer than the account's last event,
    // the next event moves the reminder.
    timeZone: account.timeZone ?? call.user.timeZone,
    timeOfDay: account.timeOfDay,
  };
}

async function requestInvoice(deps: Deps, invoiceId: string, call: Call): Promise<Invoice> {
  try {
    const { invoice } = await deps.invoices.getInvoice({ invoiceId }, call.forward());
    if (invoice !== undefined) return invoice;
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) throw error;
  }
  throw new DomainError('missing', 'INVOICE_NOT_FOUND', 'There is no such invoice.', {
    violations: [{ field: 'invoice_id', description: 'must be the id of one of your invoices' }],
  });
}
