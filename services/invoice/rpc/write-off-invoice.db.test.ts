import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_Action, Invoice_State, UnavailableAction_Reason } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { Payment_Kind } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { discrepanciesOf, ledgerOf } from '../testing/ledger-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const reason = 'insolvent';

describe('WriteOffInvoice', () => {
  test('takes a part, then all that is left off what is due, and tells of it', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 1_900n });
    const first = await owner.invoices.writeOffInvoice({ invoiceId, amountMinor: 4_000n, reason });
    expect(first.payment).toMatchObject({
      kind: Payment_Kind.WRITE_OFF,
      amountMinor: 4_000n,
      appliedMinor: 4_000n,
      paymentDate: '2026-03-01',
      reason,
      invoiceState: Invoice_State.OPEN,
      invoiceDueMinor: 6_000n,
    });
    const { payment } = await owner.invoices.writeOffInvoice({ invoiceId, reason });
    expect(payment).toMatchObject({ amountMinor: 6_000n, invoiceState: Invoice_State.PAID, invoiceDueMinor: 0n });
    const { invoice } = await owner.invoices.getInvoice({ invoiceId });
    expect(invoice).toMatchObject({
      state: Invoice_State.PAID,
      totalMinor: 11_900n,
      paidMinor: 1_900n,
      creditedMinor: 10_000n,
      writtenOffMinor: 10_000n,
      dueMinor: 0n,
      partiallyPaid: false,
      payTime: payment?.createTime,
    });
    expect((await owner.invoices.listPayments({ invoiceId })).payments).toHaveLength(3);
    expect((await service.eventsOf(invoiceId)).slice(3)).toMatchObject([
      { topic: 'invoice.written-off', version: 4n, message: { payment: first.payment } },
      {
        topic: 'invoice.written-off',
        version: 5n,
        message: {
          invoice,
          payment,
          changes: [
            { field: 'creditedMinor', oldValue: '4000', newValue: '10000' },
            { field: 'state', oldValue: 'OPEN', newValue: 'PAID' },
            { field: 'writtenOffMinor', oldValue: '4000', newValue: '10000' },
            { field: `payments.${payment?.id}.amountMinor`, newValue: '6000' },
            { field: `payments.${payment?.id}.paymentDate`, newValue: payment?.paymentDate },
            { field: `payments.${payment?.id}.reason` },
          ],
        },
      },
    ]);
    expect(await ledgerOf(service, owner).entries()).toEqual([]);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('of an uncollectible invoice leaves it so until all is written off', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.markInvoiceUncollectible({ invoiceId });
    const part = await owner.invoices.writeOffInvoice({ invoiceId, amountMinor: 1n, reason });
    expect(part.payment?.invoiceState).toBe(Invoice_State.UNCOLLECTIBLE);
    const rest = await owner.invoices.writeOffInvoice({ invoiceId, reason });
    expect(rest.payment?.invoiceState).toBe(Invoice_State.PAID);
  });

  test('keeps an invoice from being voided and revised', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.writeOffInvoice({ invoiceId, amountMinor: 1n, reason });
    for (const action of ['voidInvoice', 'reviseInvoice'] as const) {
      expect(await refusalOf(owner.invoices[action]({ invoiceId }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_HAS_WRITE_OFFS',
        metadata: { cause: 'HAS_WRITE_OFFS' },
      });
    }
    const { invoice } = await owner.invoices.getInvoice({ invoiceId });
    expect(invoice?.unavailableActions).toContainEqual(
      expect.objectContaining({ action: Invoice_Action.VOID_INVOICE, reason: UnavailableAction_Reason.HAS_WRITE_OFFS }),
    );
  });

  test('refuses more than what is due, a negative amount and no reason', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const writeOff = (request: object) => refusalOf(owner.invoices.writeOffInvoice({ invoiceId, reason, ...request }));
    expect(await writeOff({ amountMinor: 11_901n })).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'OVERPAYMENT',
      metadata: { dueMinor: '11900' },
    });
    expect(await writeOff({ amountMinor: -1n })).toMatchObject({ fields: ['amount_minor'] });
    expect(await writeOff({ reason: '' })).toMatchObject({ fields: ['reason'] });
  });

  test('refuses drafts, void and paid invoices', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const voided = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    const paid = await owner.open();
    await owner.invoices.writeOffInvoice({ invoiceId: paid.id, reason });
    for (const [{ id: invoiceId }, state] of [
      [draft, 'DRAFT'],
      [voided, 'VOID'],
      [paid, 'PAID'],
    ] as const) {
      expect(await refusalOf(owner.invoices.writeOffInvoice({ invoiceId, reason }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_STATE',
        metadata: { state, action: 'WRITE_OFF' },
      });
    }
  });

  test("refuses another owner's invoice, a stale If-Match, and nobody", async () => {
    const owner = service.newOwner();
    const request = { invoiceId: (await owner.open()).id, reason };
    expect(await refusalOf(service.newOwner().invoices.writeOffInvoice(request))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(owner.with({ 'if-match': '"1"' }).writeOffInvoice(request))).toMatchObject({
      reason: 'ETAG_MISMATCH',
    });
    expect(await refusalOf(service.client(InvoiceService).writeOffInvoice(request))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test('writes off once for one key, however fast it is repeated', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const client = owner.with({ 'idempotency-key': 'write-off-1' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.writeOffInvoice({ invoiceId, amountMinor: 100n, reason })),
    );
    expect(new Set(answers.map(({ payment }) => payment?.id)).size).toBe(1);
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice?.writtenOffMinor).toBe(100n);
  });
});
