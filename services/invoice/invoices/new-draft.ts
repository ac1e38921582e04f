import type { DescMessage } from '@bufbuild/protobuf';
import { InvoiceCreatedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type {
  CreateInvoiceResponseSchema,
  DuplicateInvoiceResponseSchema,
  ReviseInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import type { Cause } from '../cause.ts';
import type { Deps } from '../deps.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import { toInvoice } from './convert.ts';
import type { DraftContent } from './draft-content.ts';
import { changesBetween, invoiceEvent } from './events.ts';
import { todayOf } from './own-invoice.ts';

/** A draft of the user that is not stored yet. */
export function newDraft(content: DraftContent, { user }: Cause, now: Date): InvoiceRow {
  return {
    customerName: '',
    ...content,
    id: increasingUuid(),
    ownerId: user.userId,
    version: 1n,
    state: 'DRAFT',
    number: null,
    paidMinor: 0n,
    creditedMinor: 0n,
    writtenOffMinor: 0n,
    earlyDiscountMinor: 0n,
    creditNoteMinor: 0n,
    creditNoteCount: 0,
    instalments: [],
    seller: null,
    customer: null,
    timeZone: user.timeZone,
    createTime: now,
    updateTime: now,
    openTime: null,
    sendTime: null,
    payTime: null,
    voidTime: null,
    revisesInvoiceId: null,
    revisesInvoiceNumber: null,
    revisedByInvoiceId: null,
    quoteId: null,
    recurringInvoiceId: null,
    occurrenceDate: null,
    issuedElsewhere: false,
  };
}

/** A draft with the content of an invoice; its lines get ids of their own. */
export function draftFrom(invoice: InvoiceRow, call: Call, now: Date): InvoiceRow {
  const lines = invoice.lines.map((line) => ({ ...line, id: increasingUuid() }));
  const customerName = String(invoice.customer?.name ?? invoice.customerName);
  return newDraft({ ...invoice, lines, customerName }, call, now);
}

/**
 * Stores a new draft and gives it as its owner sees it; undefined when it was made with outdated settings.
 * `settingsVersion` is the version of those settings, left out when it was made without any.
 */
export async function storeDraft(
  deps: Deps,
  call: Call,
  draft: InvoiceRow,
  responseSchema:
    | typeof CreateInvoiceResponseSchema
    | typeof DuplicateInvoiceResponseSchema
    | typeof ReviseInvoiceResponseSchema,
  settingsVersion?: bigint,
): Promise<{ readonly invoice: Invoice } | undefined> {
  const response = { invoice: toInvoice(draft, todayOf(deps, call)) };
  const changes = changesBetween(undefined, draft);
  const time = draft.createTime;
  const isStored = await deps.store.createInvoice(draft, {
    settingsVersion,
    events: [invoiceEvent(InvoiceCreatedSchema, call, { ...response, changes, version: draft.version, time })],
    idempotency: idempotencyValues<DescMessage>(call, responseSchema, response, time),
  });
  return isStored ? response : undefined;
}
