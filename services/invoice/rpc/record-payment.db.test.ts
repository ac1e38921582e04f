import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditEntry_Type } from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import { Invoice_Action, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService, RecordPaymentRequest_Overpayment } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { Payment_Kind } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { discrepanciesOf, ledgerOf } from '../testing/ledger-of.ts';
import { type InvoiceTestService, LINE, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('RecordPayment', () => {
  test('records parts until nothing is left, and then the invoice is paid', async () => {
    const owner = service.newOwner({ timeZone: 'Pacific/Kiritimati' });
    const opened = await owner.open();
    const client = owner.invoices;
    const first = await client.recordPayment({
      invoiceId: opened.id,
      amountMinor: 4000n,
      method: 'card',
      reference: 'R1',
    });
    expect(first.payment).toMatchObject({
      invoiceId: opened.id,
      amountMinor: 4000n,
      currencyCode: 'EUR',
      paymentDate: '2026-03-02',
      method: 'card',
      reference: 'R1',
      invoiceState: Invoice_State.OPEN,
      invoiceDueMinor: 7900n,
    });
    const between = (await client.getInvoice({ invoiceId: opened.id })).invoice;
    expect(between).toMatchObject({
      paidMinor: 4000n,
      dueMinor: 7900n,
      partiallyPaid: true,
      state: Invoice_State.OPEN,
    });
    const last = await client.recordPayment({ invoiceId: opened.id, amountMinor: 7900n, paymentDate: '2026-02-27' });
    expect(last.payment).toMatchObject({
      paymentDate: '2026-02-27',
      invoiceState: Invoice_State.PAID,
      invoiceDueMinor: 0n,
    });
    const { invoice } = await client.getInvoice({ invoiceId: opened.id });
    expect(invoice).toMatchObject({
      state: Invoice_State.PAID,
      paidMinor: 11900n,
      dueMinor: 0n,
      partiallyPaid: false,
      availableActions: [Invoice_Action.RESEND, Invoice_Action.ISSUE_CREDIT_NOTE, Invoice_Action.DUPLICATE],
      payTime: last.payment?.createTime,
    });
    expect((await service.eventsOf(opened.id)).slice(2)).toMatchObject([
      { topic: 'payment.recorded', version: 3n, message: { invoice: between, payment: first.payment } },
      {
        topic: 'payment.recorded',
        version: 4n,
        message: {
          invoice,
          payment: last.payment,
          changes: [
            { field: 'paidMinor', oldValue: '4000', newValue: '11900' },
            { field: 'state', oldValue: 'OPEN', newValue: 'PAID' },
            { field: `payments.${last.payment?.id}.amountMinor`, newValue: '7900' },
            { field: `payments.${last.payment?.id}.paymentDate`, newValue: '2026-02-27' },
          ],
        },
      },
    ]);
  });

  test('tells of the payment in the audit trail, but not how it was paid', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const request = { invoiceId, amountMinor: 100n, method: 'card', reference: 'From Grace' };
    const { payment } = await owner.invoices.recordPayment(request);
    const changes = (await service.eventsOf(invoiceId)).at(-1)?.message.changes;
    expect(changes?.map(({ field, newValue }) => [field, newValue])).toEqual([
      ['paidMinor', '100'],
      [`payments.${payment?.id}.amountMinor`, '100'],
      [`payments.${payment?.id}.paymentDate`, payment?.paymentDate],
      [`payments.${payment?.id}.method`, undefined],
      [`payments.${payment?.id}.reference`, undefined],
    ]);
  });

  test('refuses more than what is due, and tells how much that is', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 11000n });
    expect(await refusalOf(owner.invoices.recordPayment({ invoiceId, amountMinor: 901n }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'OVERPAYMENT',
      metadata: { dueMinor: '900' },
      fields: ['amount_minor'],
    });
  });

  test('refuses drafts, void and paid invoices', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const voided = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    const paid = await owner.open({ lines: [{ ...LINE, unitPrice: '0' }] });
    for (const [{ id: invoiceId }, state] of [
      [draft, 'DRAFT'],
      [voided, 'VOID'],
      [paid, 'PAID'],
    ] as const) {
      expect(await refusalOf(owner.invoices.recordPayment({ invoiceId, amountMinor: 1n }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_STATE',
        metadata: { state, action: 'RECORD_PAYMENT' },
      });
    }
  });

  test.each([
    ['nothing', { amountMinor: 0n }, ['amount_minor']],
    ['a negative amount', { amountMinor: -1n }, ['amount_minor']],
    ['a day in the future', { paymentDate: '2026-03-02' }, ['payment_date']],
    ['a day that does not exist', { paymentDate: '2026-02-30' }, ['payment_date']],
    ['a reference that is too long', { reference: 'x'.repeat(201) }, ['reference']],
  ])('refuses %s', async (_, request, fields) => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    expect(await refusalOf(owner.invoices.recordPayment({ invoiceId, amountMinor: 1n, ...request }))).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'INVALID_ARGUMENT',
      fields,
    });
  });

  test("refuses another owner's invoice, a stale If-Match, and nobody", async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const payment = { invoiceId, amountMinor: 1n };
    expect(await refusalOf(service.newOwner().invoices.recordPayment(payment))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(owner.with({ 'if-match': '"1"' }).recordPayment(payment))).toMatchObject({
      reason: 'ETAG_MISMATCH',
    });
    expect(await refusalOf(service.client(InvoiceService).recordPayment(payment))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test('records one payment for one key, however fast it is repeated', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const client = owner.with({ 'idempotency-key': 'pay-1' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.recordPayment({ invoiceId, amountMinor: 5000n })),
    );
    expect(new Set(answers.map(({ payment }) => payment?.id)).size).toBe(1);
    expect((await owner.invoices.listPayments({ invoiceId })).payments).toEqual([answers[0]?.payment]);
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice?.paidMinor).toBe(5000n);
  });

  test('fifty at once that fit are all applied, each once', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open({
      lines: [{ ...LINE, quantity: '1', unitPrice: '50', taxPercent: '' }],
    });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => owner.invoices.recordPayment({ invoiceId, amountMinor: 100n })),
    );
    const left = answers.map(({ payment }) => payment?.invoiceDueMinor ?? -1n);
    expect(left.toSorted((a, b) => Number(a - b))).toEqual(
      Array.from({ length: 50 }, (_, index) => BigInt(index) * 100n),
    );
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice).toMatchObject({
      state: Invoice_State.PAID,
      paidMinor: 5000n,
    });
    expect((await service.eventsOf(invoiceId)).map(({ version }) => version)).toEqual(
      Array.from({ length: 52 }, (_, index) => BigInt(index + 1)),
    );
  });

  test('fifty at once that do not fit are applied up to what is due, and the others refused as overpayments', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open({
      lines: [{ ...LINE, quantity: '1', unitPrice: '10', taxPercent: '' }],
    });
    const results = await Promise.all(
      Array.from({ length: 50 }, () =>
        owner.invoices.recordPayment({ invoiceId, amountMinor: 300n }).then(
          () => 'applied',
          async (error) => (await refusalOf(Promise.reject(error))).reason,
        ),
      ),
    );
    expect(results.toSorted()).toEqual([
      ...Array.from({ length: 47 }, () => 'OVERPAYMENT'),
      ...Array.from({ length: 3 }, () => 'applied'),
    ]);
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice).toMatchObject({ paidMinor: 900n, dueMinor: 100n });
    expect((await owner.invoices.listPayments({ invoiceId })).payments).toHaveLength(3);
  });
});

describe('an overpayment', () => {
  const { CREDIT, REFUSE } = RecordPaymentRequest_Overpayment;

  test('becomes credit of the customer when the request says so', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    const { id: invoiceId } = await owner.open();
    const { payment } = await owner.invoices.recordPayment({ invoiceId, amountMinor: 12_000n, overpayment: CREDIT });
    expect(payment).toMatchObject({
      kind: Payment_Kind.MONEY,
      amountMinor: 12_000n,
      appliedMinor: 11_900n,
      excessMinor: 100n,
      invoiceState: Invoice_State.PAID,
      invoiceDueMinor: 0n,
    });
    const { invoice } = await owner.invoices.getInvoice({ invoiceId });
    expect(invoice).toMatchObject({ state: Invoice_State.PAID, paidMinor: 11_900n, dueMinor: 0n });
    expect(await ledger.entries()).toMatchObject([
      { type: CreditEntry_Type.OVERPAYMENT, amountMinor: 100n, invoiceId, paymentId: payment?.id },
    ]);
    expect(await ledger.client.getCustomerBalances({ customerId: owner.customerId })).toMatchObject({
      balances: [{ currencyCode: 'EUR', dueMinor: 0n, creditMinor: 100n, balanceMinor: -100n }],
    });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('of an invoice that is paid already becomes credit as a whole, and the invoice stays as it is', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 11_900n });
    const before = (await owner.invoices.getInvoice({ invoiceId })).invoice;
    service.clock.advance(60_000);
    const { payment } = await owner.invoices.recordPayment({ invoiceId, amountMinor: 700n, overpayment: CREDIT });
    expect(payment).toMatchObject({ appliedMinor: 0n, excessMinor: 700n, invoiceState: Invoice_State.PAID });
    const { invoice } = await owner.invoices.getInvoice({ invoiceId });
    expect(invoice).toEqual({ ...before, updateTime: payment?.createTime, etag: '"4"' });
    expect(await ledgerOf(service, owner).credit()).toBe(700n);
    expect(await refusalOf(owner.invoices.recordPayment({ invoiceId, amountMinor: 1n }))).toMatchObject({
      reason: 'INVOICE_STATE',
    });
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('is refused when the request says that, and when there is too much of it', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const pay = (amountMinor: bigint, overpayment: RecordPaymentRequest_Overpayment) =>
      refusalOf(owner.invoices.recordPayment({ invoiceId, amountMinor, overpayment }));
    expect(await pay(11_901n, REFUSE)).toMatchObject({ reason: 'OVERPAYMENT' });
    expect(await pay(2n ** 63n - 1n, CREDIT)).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'AMOUNT_TOO_LARGE',
      fields: ['amount_minor'],
    });
    await ledgerOf(service, owner).deposit(999_999_999_999_999n);
    expect(await pay(11_901n, CREDIT)).toMatchObject({ code: Code.InvalidArgument, reason: 'AMOUNT_TOO_LARGE' });
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice?.paidMinor).toBe(0n);
  });

  test('fifty at once pay exactly what is due, and the rest is credit', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        owner.invoices.recordPayment({ invoiceId, amountMinor: 700n, overpayment: CREDIT }),
      ),
    );
    const sumOf = (name: 'appliedMinor' | 'excessMinor') =>
      answers.reduce((sum, { payment }) => sum + required(payment)[name], 0n);
    expect([sumOf('appliedMinor'), sumOf('excessMinor')]).toEqual([11_900n, 23_100n]);
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice).toMatchObject({
      state: Invoice_State.PAID,
      paidMinor: 11_900n,
    });
    expect(await ledgerOf(service, owner).credit()).toBe(23_100n);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });
});

describe('what is to be paid', () => {
  test('is the total less what is retained and was prepaid, rounded', async () => {
    const owner = service.newOwner();
    const invoice = await owner.open({ prepaidMinor: 1901n, roundingIncrementMinor: 5n });
    expect(invoice).toMatchObject({ totalMinor: 11900n, roundingMinor: 1n, payableMinor: 10000n, dueMinor: 10000n });
    const refusal = await refusalOf(owner.invoices.recordPayment({ invoiceId: invoice.id, amountMinor: 10001n }));
    expect(refusal).toMatchObject({ reason: 'OVERPAYMENT', metadata: { dueMinor: '10000' } });
    await owner.invoices.recordPayment({ invoiceId: invoice.id, amountMinor: 10000n });
    const { invoice: paid } = await owner.invoices.getInvoice({ invoiceId: invoice.id });
    expect(paid).toMatchObject({ state: Invoice_State.PAID, paidMinor: 10000n, dueMinor: 0n });
  });

  test('is nothing when all was prepaid, so that sending the invoice makes it PAID', async () => {
    const invoice = await service.newOwner().open({ prepaidMinor: 11900n });
    expect(invoice).toMatchObject({ state: Invoice_State.PAID, totalMinor: 11900n, payableMinor: 0n, dueMinor: 0n });
  });
});
