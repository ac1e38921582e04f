import {
  InvoiceFinalizedSchema,
  InvoiceSentSchema,
  InvoiceVoidedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  FinalizeInvoiceResponseSchema,
  SendInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Cause } from '../cause.ts';
import type { Deps } from '../deps.ts';
import { dueDateOnOpening } from '../domain/dates.ts';
import { type InvoiceState, voidReplaced } from '../domain/lifecycle.ts';
import { refuseRecording } from '../number-series/recorded-numbers.ts';
import { refuseTaken } from '../refuse-taken.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import { NUMBER_CONSTRAINT } from '../store/open-invoice.ts';
import { situationOf, toInvoice, toPartyJson } from './convert.ts';
import { changesBetween, invoiceEvent } from './events.ts';
import { getOwnInvoice, todayOf } from './own-invoice.ts';
import { getParties, type Parties, requireRecipient } from './parties.ts';

/** The ways to open a draft; sending mails it as well. */
const OPENINGS = {
  FINALIZE: { eventSchema: InvoiceFinalizedSchema, responseSchema: FinalizeInvoiceResponseSchema },
  SEND: { eventSchema: InvoiceSentSchema, responseSchema: SendInvoiceResponseSchema },
} as const;

/** How a draft is opened. */
export interface DraftOpening {
  readonly action: keyof typeof OPENINGS;
  /** The state that opening leads to. */
  readonly state: InvoiceState;
  /** The seller's own text in the mail. */
  readonly message?: string;
  /** The number under which another system issued it; undefined when it is issued here. */
  readonly number?: string | undefined;
}

/** The opening of a draft with everything that has to be read for it. */
export interface ReadyOpening extends DraftOpening {
  readonly parties: Parties;
  /** The invoice that it replaces; undefined when it is no revision. */
  readonly original: InvoiceRow | undefined;
}

/**
 * Opens a draft of the caller, and voids the invoice that it replaces. Gives the opened invoice, or undefined when one
 * of them was changed meanwhile.
 *
 * @throws DomainError CUSTOMER_DELETED, CUSTOMER_WITHOUT_EMAIL, NUMBER_TAKEN, NUMBER_RESERVED, or why the other invoice cannot be voided.
 */
export async function openDraft(
  deps: Deps,
  call: Call,
  draft: InvoiceRow,
  opening: DraftOpening,
): Promise<Invoice | undefined> {
  const [parties, original] = await Promise.all([
    getParties(deps, call, draft.customerId),
    draft.revisesInvoiceId === null ? undefined : getOwnInvoice(deps, call, draft.revisesInvoiceId),
  ]);
  if (opening.action === 'SEND') requireRecipient(parties.customer.email);
  return openWith(deps, call, draft, { ...opening, parties, original });
}

/**
 * Opens a draft: gives it its number, the snapshot of both parties and its event, and voids the invoice that it
 * replaces. Gives the opened invoice, or undefined when one of them was changed meanwhile.
 *
 * @throws DomainError NUMBER_TAKEN, NUMBER_RESERVED, or why the other invoice cannot be voided.
 */
export async function openWith(
  deps: Deps,
  cause: Cause,
  draft: InvoiceRow,
  { action, state, message, number: given, parties, original }: ReadyOpening,
): Promise<Invoice | undefined> {
  const { eventSchema, responseSchema } = OPENINGS[action];
  const now = deps.clock.now();
  const today = todayOf(deps, cause);
  const issueDate = draft.issueDate ?? today;
  const opened: InvoiceRow = {
    ...draft,
    version: draft.version + 1n,
    state,
    issuedElsewhere: given !== undefined,
    issueDate,
    dueDate: dueDateOnOpening(draft, issueDate),
    seller: toPartyJson(parties.seller),
    customer: toPartyJson(parties.customer),
    revisesInvoiceNumber: original?.number ?? null,
    timeZone: cause.user.timeZone,
    updateTime: now,
    openTime: now,
    sendTime: action === 'SEND' ? now : null,
    payTime: state === 'PAID' ? now : null,
  };
  const invoice = toInvoice(opened, today);
  // The statement fills in the number: in the invoice, in the events and the first change, and in the kept answer.
  const changes = [{ field: 'number' }, ...changesBetween(draft, opened)];
  const event = invoiceEvent(eventSchema, cause, { invoice, changes, version: opened.version, time: now, message });
  const replacement = original && replace(cause, original, opened, today);
  const opening = deps.store.openInvoice(opened, {
    number: given ?? null,
    day: today,
    replaced: replacement?.replaced,
    events: [event, ...(replacement ? [replacement.event] : [])],
    idempotency: idempotencyValues(cause, responseSchema, { invoice }, now),
  });
  const number = await (given === undefined
    ? refuseTaken(NUMBER_CONSTRAINT, opening)
    : refuseRecording(given, opening));
  return number === undefined ? undefined : { ...invoice, number };
}

/** The invoice that a revision replaces, as it is once the revision is opened, and the event about that. */
function replace(cause: Cause, original: InvoiceRow, revision: InvoiceRow, today: string) {
  const now = revision.updateTime;
  const replaced: InvoiceRow = {
    ...original,
    version: original.version + 1n,
    state: applyRules('', () => voidReplaced(situationOf(original), original.number ?? '')),
    revisedByInvoiceId: revision.id,
    timeZone: cause.user.timeZone,
    updateTime: now,
    payTime: null,
    voidTime: now,
  };
  const event = invoiceEvent(InvoiceVoidedSchema, cause, {
    invoice: toInvoice(replaced, today),
    changes: changesBetween(original, replaced),
    version: replaced.version,
    time: now,
    revision: {
      revisionSent: revision.sendTime !== null,
      revisedForOtherCustomer: revision.customerId !== original.customerId,
    },
  });
  return { replaced, event };
}
