import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const reminder = () => service.client(InvoiceService, { kind: 'service', name: 'reminder' });

describe('BatchGetInvoices', () => {
  test('gives invoices of any user without their lines, and leaves out what does not exist', async () => {
    const opened = await service.newOwner({ timeZone: 'Asia/Tokyo' }).open();
    const draft = await service.newOwner().draft();
    const { invoices } = await reminder().batchGetInvoices({
      invoiceIds: [opened.id, UNKNOWN_ID, draft.id, opened.id],
    });
    await service.newOwner().draft(); // nobody asks for this one
    const expected = [opened, draft].map((invoice) => ({
      ...invoice,
      lines: [],
      availableActions: [],
      unavailableActions: [],
    }));
    expect(invoices.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(expected);
    expect((await reminder().batchGetInvoices({ invoiceIds: [] })).invoices).toEqual([]);
  });

  test("tells overdue by the owner's day", async () => {
    const { id } = await service.newOwner({ timeZone: 'Asia/Tokyo' }).open({ dueDate: '2026-03-10' });
    const isOverdue = async () => (await reminder().batchGetInvoices({ invoiceIds: [id] })).invoices[0]?.overdue;
    service.clock.set('2026-03-10T14:59:00Z');
    expect(await isOverdue()).toBe(false);
    service.clock.set('2026-03-10T15:00:00Z');
    expect(await isOverdue()).toBe(true);
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('is for services only, with ids', async () => {
    const { invoices } = service.newOwner();
    expect(await refusalOf(invoices.batchGetInvoices({ invoiceIds: [] }))).toMatchObject({
      code: Code.PermissionDenied,
    });
    expect(await refusalOf(service.client(InvoiceService).batchGetInvoices({ invoiceIds: [] }))).toMatchObject({
      code: Code.Unauthenticated,
    });
    expect(await refusalOf(reminder().batchGetInvoices({ invoiceIds: ['x'] }))).toMatchObject({
      fields: ['invoice_ids[0]'],
    });
  });
});
