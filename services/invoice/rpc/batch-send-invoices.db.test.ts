import { randomUUID } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ErrorReason } from '../../../gen/numer/errors/v1/error_reason_pb.ts';
import { InvoiceBulkService } from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, type Owner, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const bulkOf = (owner: Owner, headers: Record<string, string> = {}) =>
  service.client(InvoiceBulkService, owner.identity, headers);

async function drafts(owner: Owner, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push((await owner.draft()).id);
  return ids;
}

describe('BatchSendInvoices', () => {
  test('sends invoices in the order given, which their numbers follow', async () => {
    const owner = service.newOwner();
    const ids = (await drafts(owner, 4)).toReversed();
    const { results } = await bulkOf(owner).batchSendInvoices({ invoiceIds: ids, message: 'All of March.' });
    expect(results.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
    expect(results).toMatchObject(
      ids.map((invoiceId, index) => ({
        ...{ invoiceId, state: Invoice_State.OPEN, number: `INV-0000${index + 1}`, etag: '"2"' },
      })),
    );
    for (const id of ids) {
      expect((await owner.invoices.getInvoice({ invoiceId: id })).invoice?.sendTime).toBeDefined();
      const events = await service.eventsOf(id);
      expect(events.map(({ topic }) => topic)).toEqual(['invoice.created', 'invoice.sent']);
      expect(events[1]?.message).toMatchObject({ message: 'All of March.' });
    }
  });

  test('tells of each that is refused why, and sends the others', async () => {
    const owner = service.newOwner();
    const stranger = await service.newOwner().draft();
    const empty = await owner.draft({ lines: [] });
    const sent = await owner.open();
    const [first = '', last = ''] = await drafts(owner, 2);
    const missing = randomUUID();
    const invoiceIds = [first, empty.id, sent.id, stranger.id, missing, last];
    const { results } = await bulkOf(owner).batchSendInvoices({ invoiceIds });
    expect(results.map(({ number, refusal }) => refusal?.reason ?? number)).toEqual([
      'INV-00002',
      ErrorReason.INVOICE_EMPTY,
      ErrorReason.INVOICE_STATE,
      ErrorReason.INVOICE_NOT_FOUND,
      ErrorReason.INVOICE_NOT_FOUND,
      'INV-00003',
    ]);
    expect(results[2]).toMatchObject({
      ...{ invoiceId: sent.id, state: Invoice_State.STATE_UNSPECIFIED, number: '', etag: '' },
      refusal: { detail: 'The invoice was already sent.', metadata: { state: 'OPEN', action: 'SEND', cause: 'SENT' } },
    });
    expect((await service.newOwner().invoices.listInvoices({})).invoices).toEqual([]);
  });

  test('retried with the same key gives the same answer and sends none twice, also at once', async () => {
    const owner = service.newOwner();
    const invoiceIds = [...(await drafts(owner, 3)), randomUUID()];
    const bulk = bulkOf(owner, { 'idempotency-key': 'batch-1' });
    const answers = await Promise.all(Array.from({ length: 4 }, () => bulk.batchSendInvoices({ invoiceIds })));
    const again = await bulk.batchSendInvoices({ invoiceIds });
    for (const { results } of [...answers, again]) expect(results).toEqual(answers[0]?.results);
    expect(again.results.map(({ number }) => number)).toEqual(['INV-00001', 'INV-00002', 'INV-00003', '']);
    for (const id of invoiceIds.slice(0, 3)) expect(await service.eventsOf(id)).toHaveLength(2);
    expect(await refusalOf(bulk.batchSendInvoices({ invoiceIds: invoiceIds.slice(1) }))).toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('retried with the same key goes on where the first request was cut off', async () => {
    const owner = service.newOwner();
    const invoiceIds = await drafts(owner, 5);
    const bulk = bulkOf(owner, { 'idempotency-key': 'batch-2' });
    const whole = await bulk.batchSendInvoices({ invoiceIds });
    // As if the process had ended before it could keep the whole answer.
    await service.db
      .$client`delete from idempotency_records where owner_id = ${owner.identity.userId} and key = 'batch-2'`;
    const again = await bulk.batchSendInvoices({ invoiceIds });
    expect(again.results).toEqual(whole.results);
    for (const id of invoiceIds) expect(await service.eventsOf(id)).toHaveLength(2);
  });

  test('without a key, a retry tells of those that were sent', async () => {
    const owner = service.newOwner();
    const invoiceIds = await drafts(owner, 2);
    await bulkOf(owner).batchSendInvoices({ invoiceIds });
    const { results } = await bulkOf(owner).batchSendInvoices({ invoiceIds });
    expect(results.map(({ refusal }) => refusal?.reason)).toEqual([
      ErrorReason.INVOICE_STATE,
      ErrorReason.INVOICE_STATE,
    ]);
  });

  test.each([
    ['no invoice', [], 'invoice_ids'],
    ['an invoice twice', Array(2).fill('01a20306-0400-7b32-833b-7f949d76e486'), 'invoice_ids'],
    ['what is no id', ['INV-1'], 'invoice_ids[0]'],
    ['more than 100', Array.from({ length: 101 }, () => randomUUID()), 'invoice_ids'],
  ])('refuses %s', async (_, invoiceIds, field) => {
    const refusal = await refusalOf(bulkOf(service.newOwner()).batchSendInvoices({ invoiceIds }));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: [field] });
  });

  test('refuses nobody', async () => {
    const call = service.client(InvoiceBulkService).batchSendInvoices({ invoiceIds: [randomUUID()] });
    expect(await refusalOf(call)).toMatchObject({ code: Code.Unauthenticated, reason: 'UNAUTHENTICATED' });
  });
});
