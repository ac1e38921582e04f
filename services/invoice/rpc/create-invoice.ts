import { randomUUIDv7 } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { InvoiceCreatedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { CreateInvoiceResponseSchema, type InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { idempotencyValues } from '../../../runtime/idempotency.ts';
import { toInvoice } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { draftContent } from '../draft-content.ts';
import { changesBetween, invoiceEvent } from '../events.ts';
import { todayOf } from '../own-invoice.ts';
import { getUser, requireCustomer } from '../parties.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';

/** Makes a draft. */
export const createInvoice: Rpc<Deps, typeof InvoiceService.method.createInvoice> = async (deps, request, call) => {
  const given = request.invoice ?? create(InvoiceSchema);
  const [customerId, currencyCode] = await Promise.all([
    requireCustomer(deps, call, given.customerId),
    given.currencyCode === '' ? getUser(deps, call).then((user) => user.defaultCurrencyCode) : given.currencyCode,
  ]);
  const now = deps.clock.now();
  const row: InvoiceRow = {
    ...draftContent({ ...given, customerId, currencyCode }, new Set()),
    id: randomUUIDv7(),
    ownerId: call.user.userId,
    version: 1n,
    state: 'DRAFT',
    number: null,
    paidMinor: 0n,
    seller: null,
    customer: null,
    timeZone: call.user.timeZone,
    createTime: now,
    updateTime: now,
    sendTime: null,
    payTime: null,
    voidTime: null,
  };
  const response = { invoice: toInvoice(row, todayOf(deps, call)) };
  const changes = changesBetween(undefined, row);
  await deps.store.createInvoice(row, {
    events: [invoiceEvent(InvoiceCreatedSchema, call, { ...response, changes, version: row.version, time: now })],
    idempotency: idempotencyValues(call, CreateInvoiceResponseSchema, response, now),
  });
  return response;
};
