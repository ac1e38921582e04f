import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, required, startInvoiceService } from '../testing/start-invoice-service.ts';

const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('GetPayment', () => {
  test('gives the payment as it was answered when it was recorded', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const recorded = required((await owner.invoices.recordPayment({ invoiceId, amountMinor: 100n })).payment);
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 100n });
    expect((await owner.invoices.getPayment({ invoiceId, paymentId: recorded.id })).payment).toEqual(recorded);
  });

  test('tells a missing payment from a missing invoice, and knows no others', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { id: otherId } = await owner.open();
    const { payment } = await owner.invoices.recordPayment({ invoiceId, amountMinor: 100n });
    const paymentId = required(payment).id;
    const refusals: [string, string, string][] = [
      [invoiceId, UNKNOWN_ID, 'PAYMENT_NOT_FOUND'],
      [otherId, paymentId, 'PAYMENT_NOT_FOUND'],
      [UNKNOWN_ID, paymentId, 'INVOICE_NOT_FOUND'],
    ];
    for (const [invoice, id, reason] of refusals) {
      expect(await refusalOf(owner.invoices.getPayment({ invoiceId: invoice, paymentId: id }))).toMatchObject({
        code: Code.NotFound,
        reason,
      });
    }
    const stranger = service.newOwner();
    expect(await refusalOf(stranger.invoices.getPayment({ invoiceId, paymentId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
  });

  test('refuses ids that are none, and nobody', async () => {
    const owner = service.newOwner();
    expect(await refusalOf(owner.invoices.getPayment({ invoiceId: UNKNOWN_ID, paymentId: '1' }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['payment_id'],
    });
    const nobody = service.client(InvoiceService);
    expect(await refusalOf(nobody.getPayment({ invoiceId: UNKNOWN_ID, paymentId: UNKNOWN_ID }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
