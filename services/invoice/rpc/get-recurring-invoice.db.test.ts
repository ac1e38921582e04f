import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('GetRecurringInvoice', () => {
  test('gives it as it was made', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const made = await recurring.make({ count: 3, dueDays: 0, invoice: { memo: 'Thank you' } });
    expect(await recurring.get(made.id)).toEqual(made);
  });

  test("finds none of another owner's, and none for nobody", async () => {
    const { id: recurringInvoiceId } = await recurringOf(service, service.newOwner()).make();
    const { client } = recurringOf(service, service.newOwner());
    expect(await refusalOf(client.getRecurringInvoice({ recurringInvoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'RECURRING_INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(client.getRecurringInvoice({ recurringInvoiceId: 'x' }))).toMatchObject({
      fields: ['recurring_invoice_id'],
    });
    const call = service.client(RecurringInvoiceService).getRecurringInvoice({ recurringInvoiceId });
    expect(await refusalOf(call)).toMatchObject({ code: Code.Unauthenticated });
  });
});
