import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RecurringInvoice_Mode } from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { recurringOf, startReplica } from '../testing/recurring-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

describe('DeleteRecurringInvoice', () => {
  test('deletes it, once, and tells of it; what it made stays, and nothing more is made', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id: recurringInvoiceId } = await recurring.make({ mode: RecurringInvoice_Mode.FINALIZE });
    const job = startReplica(service);
    service.clock.set('2026-03-31T00:00:00Z');
    await job.run();
    const remove = () => recurring.client.deleteRecurringInvoice({ recurringInvoiceId });
    const results = await Promise.allSettled(Array.from({ length: 5 }, remove));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusalOf(recurring.client.getRecurringInvoice({ recurringInvoiceId }))).toMatchObject({
      reason: 'RECURRING_INVOICE_NOT_FOUND',
    });
    expect((await service.eventsOf(recurringInvoiceId)).at(-1)).toMatchObject({
      topic: 'recurring-invoice.deleted',
      version: 3n,
    });
    service.clock.set('2026-05-31T00:00:00Z');
    await job.run();
    await job.stop();
    expect((await owner.invoices.listInvoices({})).invoices).toMatchObject([
      { number: 'INV-00001', recurringInvoiceId },
    ]);
  });

  test('leaves what was still to be opened a draft', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id: recurringInvoiceId } = await recurring.make({ mode: RecurringInvoice_Mode.SEND });
    const job = startReplica(service);
    service.userService.changeCustomer(owner.customerId, { email: '' });
    service.clock.set('2026-03-31T00:00:00Z');
    await job.run();
    await recurring.client.deleteRecurringInvoice({ recurringInvoiceId });
    service.userService.changeCustomer(owner.customerId, { email: 'grace@example.com' });
    service.clock.set('2026-03-31T12:00:00Z');
    await job.run();
    await job.stop();
    expect((await owner.invoices.listInvoices({})).invoices).toMatchObject([{ number: '', recurringInvoiceId }]);
  });

  test('gives a repetition with the same key the same answer', async () => {
    const owner = service.newOwner();
    const { id: recurringInvoiceId } = await recurringOf(service, owner).make();
    const { client } = recurringOf(service, owner, { 'idempotency-key': 'delete-1' });
    const first = await client.deleteRecurringInvoice({ recurringInvoiceId });
    expect(await client.deleteRecurringInvoice({ recurringInvoiceId })).toEqual(first);
  });

  test("refuses another owner's, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: recurringInvoiceId } = await recurringOf(service, owner).make();
    const call = (headers = {}, caller = owner) =>
      recurringOf(service, caller, headers).client.deleteRecurringInvoice({ recurringInvoiceId });
    expect(await refusalOf(call({}, service.newOwner()))).toMatchObject({ reason: 'RECURRING_INVOICE_NOT_FOUND' });
    expect(await refusalOf(call({ 'if-match': '"9"' }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    const { client } = recurringOf(service, owner);
    expect(await refusalOf(client.deleteRecurringInvoice({ recurringInvoiceId: 'x' }))).toMatchObject({
      fields: ['recurring_invoice_id'],
    });
    const anonymous = service.client(RecurringInvoiceService).deleteRecurringInvoice({ recurringInvoiceId });
    expect(await refusalOf(anonymous)).toMatchObject({ code: Code.Unauthenticated });
  });
});
