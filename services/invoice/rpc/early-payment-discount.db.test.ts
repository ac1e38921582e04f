import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { StatementEntry_Type } from '../../../gen/numer/invoice/v1/customer_statement_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { RecordPaymentRequest_Overpayment } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { Payment_Kind } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { discrepanciesOf, ledgerOf } from '../testing/ledger-of.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import {
  type InvoiceTestService,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set('2026-03-01T12:00:00Z'));

const DISCOUNT = { percent: '2', days: 10 };
/** 2 % of 119.00 are 2.38. */
const TERMS = { dueDate: '', dueDays: 30, earlyPaymentDiscount: DISCOUNT };

const newInvoice = async (owner: Owner) => (await owner.open(TERMS)).id;
const pay = async (owner: Owner, invoiceId: string, amountMinor: bigint, paymentDate = '') =>
  required((await owner.invoices.recordPayment({ invoiceId, amountMinor, paymentDate })).payment);
const reverse = (owner: Owner, invoiceId: string, paymentId: string) =>
  owner.invoices.reversePayment({ invoiceId, paymentId, reason: 'returned' });
const paymentsOf = async (owner: Owner, invoiceId: string) =>
  (await owner.invoices.listPayments({ invoiceId })).payments;

const OPEN = { state: Invoice_State.OPEN, creditedMinor: 0n, writtenOffMinor: 0n };
const SETTLED = {
  ...{ state: Invoice_State.PAID, paidMinor: 11_662n, creditedMinor: 238n, writtenOffMinor: 238n, dueMinor: 0n },
  earlyPaymentDiscount: expect.objectContaining({ payableMinor: 11_662n, dueMinor: 0n, grantedMinor: 238n }),
};

describe('an early-payment discount', () => {
  test('says its last day and what settles the invoice, on a draft as of today and then frozen', async () => {
    const owner = service.newOwner({ timeZone: 'Pacific/Kiritimati' });
    const draft = await owner.draft({ ...TERMS, earlyPaymentDiscount: { percent: '2.50', days: 10 } });
    expect(draft.earlyPaymentDiscount).toMatchObject({ percent: '2.5', lastDate: '2026-03-12', payableMinor: 11_602n });
    service.clock.set('2026-03-05T12:00:00Z');
    await owner.invoices.finalizeInvoice({ invoiceId: draft.id });
    service.clock.set('2026-03-06T12:00:00Z');
    const opened = await owner.get(draft.id);
    expect(opened.earlyPaymentDiscount).toMatchObject({
      ...{
        percent: '2.5',
        days: 10,
        lastDate: '2026-03-16',
        payableMinor: 11_602n,
        dueMinor: 11_602n,
        grantedMinor: 0n,
      },
    });
    const read = { ...required(opened.earlyPaymentDiscount), dueMinor: 1n };
    const whole = {
      invoice: { ...opened, memo: 'Thanks', earlyPaymentDiscount: read },
      updateMask: { paths: ['memo', 'early_payment_discount'] },
    };
    expect(await owner.invoices.updateInvoice(whole)).toMatchObject({ invoice: { memo: 'Thanks' } });
    expect(
      await refusalOf(
        owner.invoices.updateInvoice({
          invoice: { id: draft.id, earlyPaymentDiscount: { percent: '3', days: 10 } },
          updateMask: { paths: ['early_payment_discount'] },
        }),
      ),
    ).toMatchObject({ reason: 'INVOICE_STATE' });
  });

  test('can be changed and removed on a draft, and is in the audit trail', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft(TERMS);
    const change = async (invoice: object, paths: string[]) =>
      required((await owner.invoices.updateInvoice({ invoice: { id, ...invoice }, updateMask: { paths } })).invoice);
    const days = await change({ earlyPaymentDiscount: { percent: '', days: 14 } }, ['early_payment_discount.days']);
    expect(days.earlyPaymentDiscount).toMatchObject({ percent: '2', days: 14 });
    expect((await change({}, ['early_payment_discount'])).earlyPaymentDiscount).toBeUndefined();
    const events = await service.eventsOf(id);
    expect(events.slice(1).map(({ message }) => message.changes)).toMatchObject([
      [{ field: 'earlyPaymentDiscount.days', oldValue: '10', newValue: '14' }],
      [
        { field: 'earlyPaymentDiscount.days', oldValue: '14' },
        { field: 'earlyPaymentDiscount.percent', oldValue: '2' },
      ],
    ]);
  });

  test.each([
    ['no percentage', { percent: '0.00', days: 10 }, 'invoice.early_payment_discount.percent'],
    ['three decimals', { percent: '2.125', days: 10 }, 'invoice.early_payment_discount.percent'],
    ['100 %', { percent: '100', days: 10 }, 'invoice.early_payment_discount.percent'],
    ['no days', { percent: '2', days: 0 }, 'invoice.early_payment_discount.days'],
    ['a last day after the due date', { percent: '2', days: 31 }, 'invoice.early_payment_discount.days'],
  ])('refuses %s', async (_, earlyPaymentDiscount, field) => {
    const owner = service.newOwner();
    expect(await refusalOf(owner.draft({ ...TERMS, earlyPaymentDiscount }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: [field],
    });
  });

  test('needs a term that moves along with its last day, or an issue date', async () => {
    const owner = service.newOwner();
    const fixed = { dueDate: '2026-03-31', earlyPaymentDiscount: DISCOUNT };
    expect(await refusalOf(owner.draft(fixed))).toMatchObject({ fields: ['invoice.early_payment_discount'] });
    const dated = await owner.draft({ ...fixed, issueDate: '2026-03-01' });
    expect(dated.earlyPaymentDiscount?.lastDate).toBe('2026-03-11');
    const late = { ...fixed, issueDate: '2026-03-22' };
    expect(await refusalOf(owner.draft(late))).toMatchObject({ fields: ['invoice.early_payment_discount.days'] });
    const { invoice: copy } = await owner.invoices.duplicateInvoice({ invoiceId: dated.id });
    expect(copy).toMatchObject({ dueDays: 30, dueDate: '2026-03-31', earlyPaymentDiscount: DISCOUNT });
  });

  test('is kept by revisions, and by invoices made of quotes and recurring invoices', async () => {
    const owner = service.newOwner();
    const { invoice } = await owner.invoices.reviseInvoice({ invoiceId: await newInvoice(owner) });
    expect(invoice?.earlyPaymentDiscount).toMatchObject(DISCOUNT);
    const content = { earlyPaymentDiscount: DISCOUNT };
    const quotes = quotesOf(service, owner);
    const { id: quoteId } = await quotes.accept({ invoice: content });
    expect((await quotes.client.convertQuote({ quoteId })).invoice).toMatchObject({
      earlyPaymentDiscount: { ...DISCOUNT, lastDate: '2026-03-11' },
    });
    const recurring = recurringOf(service, owner);
    expect((await recurring.make({ invoice: content })).invoice?.earlyPaymentDiscount).toMatchObject({
      ...DISCOUNT,
      lastDate: '',
    });
    expect(await refusalOf(recurring.make({ dueDays: 9, invoice: content }))).toMatchObject({
      fields: ['recurring_invoice.invoice.early_payment_discount.days'],
    });
  });

  test('can be changed and removed on a quote and a recurring invoice as well', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const recurring = recurringOf(service, owner);
    const { id } = await quotes.draft();
    const { id: recurringId } = await recurring.make();
    const both = async (earlyPaymentDiscount: typeof DISCOUNT | undefined, path: string) => {
      const invoice = earlyPaymentDiscount && { earlyPaymentDiscount };
      const quote = await quotes.change({ id, ...(invoice && { invoice }) }, path);
      const template = await recurring.change({ id: recurringId, ...(invoice && { invoice }) }, path);
      return [quote.invoice?.earlyPaymentDiscount, template.invoice?.earlyPaymentDiscount];
    };

    const whole = 'invoice.early_payment_discount';
    expect(await both(DISCOUNT, whole)).toMatchObject([DISCOUNT, DISCOUNT]);
    const longer = { ...DISCOUNT, days: 14 };
    expect(await both(longer, `${whole}.days`)).toMatchObject([longer, longer]);
    expect(await both(undefined, whole)).toEqual([undefined, undefined]);
    for (const events of await Promise.all([id, recurringId].map((each) => service.eventsOf(each)))) {
      expect(events.slice(1).map(({ message }) => message.changes)).toMatchObject([
        [
          { field: 'invoice.earlyPaymentDiscount.days', newValue: '10' },
          { field: 'invoice.earlyPaymentDiscount.percent', newValue: '2' },
        ],
        [{ field: 'invoice.earlyPaymentDiscount.days', oldValue: '10', newValue: '14' }],
        [
          { field: 'invoice.earlyPaymentDiscount.days', oldValue: '14' },
          { field: 'invoice.earlyPaymentDiscount.percent', oldValue: '2' },
        ],
      ]);
    }
  });
});

describe('a payment in time', () => {
  test('of the discounted amount settles the invoice, and the discount is a payment of its own', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    const payment = await pay(owner, invoiceId, 11_662n);
    expect(payment).toMatchObject({ kind: Payment_Kind.MONEY, invoiceState: Invoice_State.PAID, invoiceDueMinor: 0n });
    const invoice = await owner.get(invoiceId);
    expect(invoice).toMatchObject(SETTLED);
    const [discount, first] = await paymentsOf(owner, invoiceId);
    expect(first).toEqual(payment);
    expect(discount).toMatchObject({
      ...{ kind: Payment_Kind.EARLY_PAYMENT_DISCOUNT, amountMinor: 238n, appliedMinor: 238n, excessMinor: 0n },
      ...{ paymentDate: '2026-03-01', invoiceState: Invoice_State.PAID, invoiceDueMinor: 0n },
    });
    const event = (await service.eventsOf(invoiceId)).at(-1);
    expect(event).toMatchObject({ topic: 'payment.recorded', version: 3n, message: { invoice, payment, discount } });
    expect(event?.message.changes.map(({ field, oldValue, newValue }) => [field, oldValue, newValue])).toEqual([
      ['creditedMinor', undefined, '238'],
      ['earlyPaymentDiscount.grantedMinor', undefined, '238'],
      ['paidMinor', undefined, '11662'],
      ['state', 'OPEN', 'PAID'],
      ['writtenOffMinor', undefined, '238'],
      [`payments.${payment.id}.amountMinor`, undefined, '11662'],
      [`payments.${payment.id}.paymentDate`, undefined, '2026-03-01'],
      [`payments.${discount?.id}.amountMinor`, undefined, '238'],
      [`payments.${discount?.id}.paymentDate`, undefined, '2026-03-01'],
    ]);
    const { client } = ledgerOf(service, owner);
    const { ledgerEntries } = await client.listLedgerEntries({});
    expect(ledgerEntries.map(({ type, dueMinor, moneyMinor }) => [type, dueMinor, moneyMinor])).toEqual([
      [StatementEntry_Type.EARLY_PAYMENT_DISCOUNT, -238n, 0n],
      [StatementEntry_Type.PAYMENT, -11_662n, 11_662n],
      [StatementEntry_Type.INVOICE, 11_900n, 0n],
    ]);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('counts up to the last day in the zone of the account, and not a moment longer', async () => {
    const owner = service.newOwner({ timeZone: 'America/New_York' });
    const [first, second] = [await newInvoice(owner), await newInvoice(owner)];
    service.clock.set('2026-03-12T03:59:59Z'); // still the 11th in New York
    await pay(owner, first, 11_662n);
    expect(await owner.get(first)).toMatchObject(SETTLED);
    service.clock.set('2026-03-12T04:00:00Z');
    expect(await pay(owner, second, 11_662n)).toMatchObject({
      invoiceState: Invoice_State.OPEN,
      invoiceDueMinor: 238n,
    });
    expect(await owner.get(second)).toMatchObject({ ...OPEN, dueMinor: 238n });
  });

  test('may be recorded later', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    service.clock.set('2026-03-20T12:00:00Z');
    await pay(owner, invoiceId, 11_662n, '2026-03-11');
    expect(await owner.get(invoiceId)).toMatchObject(SETTLED);
  });

  test('adds to those before it, except for those that are dated later', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    service.clock.set('2026-03-20T12:00:00Z');
    await pay(owner, invoiceId, 5_000n, '2026-03-05');
    const late = await pay(owner, invoiceId, 1_000n, '2026-03-12');
    await pay(owner, invoiceId, 5_662n, '2026-03-11');
    expect(await owner.get(invoiceId)).toMatchObject({ ...OPEN, dueMinor: 238n });
    await reverse(owner, invoiceId, late.id);
    expect((await pay(owner, invoiceId, 1_000n, '2026-03-11')).invoiceState).toBe(Invoice_State.PAID);
    expect(await owner.get(invoiceId)).toMatchObject(SETTLED);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('may be the credit of the customer', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(11_662n);
    await ledger.client.applyCredit({ invoiceId });
    expect(await owner.get(invoiceId)).toMatchObject(SETTLED);
    expect((await service.eventsOf(invoiceId)).at(-1)).toMatchObject({
      topic: 'credit.applied',
      message: { discount: { amountMinor: 238n } },
    });
  });

  test('of more than that leaves less to the discount, and of all that is due nothing', async () => {
    const owner = service.newOwner();
    const [first, second] = [await newInvoice(owner), await newInvoice(owner)];
    await pay(owner, first, 11_800n);
    expect((await owner.get(first)).earlyPaymentDiscount?.grantedMinor).toBe(100n);
    await pay(owner, second, 11_900n);
    expect(await paymentsOf(owner, second)).toHaveLength(1);
    const more = { invoiceId: first, amountMinor: 500n };
    expect(await refusalOf(owner.invoices.recordPayment(more))).toMatchObject({ reason: 'INVOICE_STATE' });
    const { payment } = await owner.invoices.recordPayment({
      ...more,
      overpayment: RecordPaymentRequest_Overpayment.CREDIT,
    });
    expect(payment).toMatchObject({ appliedMinor: 0n, excessMinor: 500n });
    await reverse(owner, first, required(payment).id);
    expect((await owner.get(first)).earlyPaymentDiscount?.grantedMinor).toBe(100n);
  });

  test('is not enough while the invoice is paid in instalments', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    const instalments = [
      { dueDate: '2026-03-10', amountMinor: 11_662n },
      { dueDate: '2026-04-10', amountMinor: 238n },
    ];
    const { invoice } = await owner.invoices.planInstalments({ invoiceId, instalments });
    expect(invoice?.earlyPaymentDiscount?.dueMinor).toBe(11_900n);
    expect((await pay(owner, invoiceId, 11_662n)).invoiceDueMinor).toBe(238n);
  });

  test('makes no discount of a write-off', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    await owner.invoices.writeOffInvoice({ invoiceId, amountMinor: 11_800n, reason: 'insolvent' });
    expect((await owner.get(invoiceId)).earlyPaymentDiscount).toMatchObject({ dueMinor: 98n, grantedMinor: 0n });
  });
});

describe('the reversal', () => {
  test.each([
    ['payment', 0, { paidMinor: 5_000n, dueMinor: 6_900n }],
    ['payment before', 1, { paidMinor: 6_662n, dueMinor: 5_238n }],
  ])('of the %s takes the discount back as well', async (_, index, amounts) => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    await pay(owner, invoiceId, 5_000n);
    await pay(owner, invoiceId, 6_662n);
    const [discount, ...payments] = await paymentsOf(owner, invoiceId);
    const paymentId = payments[index]?.id ?? '';
    service.clock.set('2026-03-02T12:00:00Z');
    const { payment } = await reverse(owner, invoiceId, paymentId);
    const invoice = await owner.get(invoiceId);
    expect(invoice).toMatchObject({ ...OPEN, ...amounts, earlyPaymentDiscount: { grantedMinor: 0n } });
    const reversal = { reverseDate: '2026-03-02', reverseReason: 'returned' };
    expect((await service.eventsOf(invoiceId)).at(-1)).toMatchObject({
      topic: 'payment.reversed',
      message: { invoice, payment, discount: { ...discount, ...reversal, reverseTime: payment?.reverseTime } },
    });
    const again = reverse(owner, invoiceId, discount?.id ?? '');
    expect(await refusalOf(again)).toMatchObject({ reason: 'PAYMENT_REVERSED' });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
    await pay(owner, invoiceId, 11_662n - amounts.paidMinor);
    expect(await owner.get(invoiceId)).toMatchObject(SETTLED);
  });

  test('of the discount alone makes it due again', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    await pay(owner, invoiceId, 11_662n);
    const [discount] = await paymentsOf(owner, invoiceId);
    await reverse(owner, invoiceId, discount?.id ?? '');
    expect(await owner.get(invoiceId)).toMatchObject({ ...OPEN, paidMinor: 11_662n, dueMinor: 238n });
    const { ledgerEntries } = await ledgerOf(service, owner).client.listLedgerEntries({});
    expect(ledgerEntries[0]).toMatchObject({ type: StatementEntry_Type.REVERSAL, dueMinor: 238n, moneyMinor: 0n });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });
});

describe('a credit note', () => {
  test('before the payment leaves the percentage of the rest', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    await creditNotesOf(service, owner).client.issueCreditNote({ invoiceId, amountMinor: 1_900n, reason: 'returned' });
    expect((await owner.get(invoiceId)).earlyPaymentDiscount).toMatchObject({
      payableMinor: 11_662n,
      dueMinor: 9_800n,
    });
    expect((await pay(owner, invoiceId, 9_799n)).invoiceDueMinor).toBe(201n);
    await pay(owner, invoiceId, 1n);
    expect(await owner.get(invoiceId)).toMatchObject({
      ...{ paidMinor: 9_800n, creditedMinor: 2_100n, writtenOffMinor: 200n, creditNoteMinor: 1_900n, dueMinor: 0n },
      earlyPaymentDiscount: { grantedMinor: 200n },
    });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('after a payment in time brings the discount of the rest, whenever it is issued', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    await pay(owner, invoiceId, 9_800n);
    service.clock.set('2026-03-20T12:00:00Z');
    const { client } = creditNotesOf(service, owner);
    const issue = async (amountMinor: bigint) =>
      required((await client.issueCreditNote({ invoiceId, amountMinor, reason: 'returned' })).creditNote);
    await issue(1_899n);
    expect(await owner.get(invoiceId)).toMatchObject({
      state: Invoice_State.OPEN,
      dueMinor: 201n,
      writtenOffMinor: 0n,
    });
    const creditNote = await issue(1n);
    expect(creditNote).toMatchObject({ appliedMinor: 1n, creditMinor: 0n });
    const invoice = await owner.get(invoiceId);
    expect(invoice).toMatchObject({
      ...{ state: Invoice_State.PAID, paidMinor: 9_800n, creditedMinor: 2_100n, writtenOffMinor: 200n, dueMinor: 0n },
      ...{ creditNoteMinor: 1_900n, earlyPaymentDiscount: { dueMinor: 0n, grantedMinor: 200n } },
    });
    const [discount] = await paymentsOf(owner, invoiceId);
    expect(discount).toMatchObject({
      ...{ kind: Payment_Kind.EARLY_PAYMENT_DISCOUNT, amountMinor: 200n, paymentDate: '2026-03-20' },
      ...{ invoiceState: Invoice_State.PAID, invoiceDueMinor: 0n },
    });
    const event = (await service.eventsOf(invoiceId)).at(-1);
    expect(event).toMatchObject({ topic: 'credit-note.issued', message: { invoice, creditNote, discount } });
    expect(event?.message.changes).toContainEqual(
      expect.objectContaining({ field: 'earlyPaymentDiscount.grantedMinor', newValue: '200' }),
    );
    const { ledgerEntries } = await ledgerOf(service, owner).client.listLedgerEntries({});
    expect(ledgerEntries.slice(0, 2).map(({ type, dueMinor }) => [type, dueMinor])).toEqual([
      [StatementEntry_Type.EARLY_PAYMENT_DISCOUNT, -200n],
      [StatementEntry_Type.CREDIT_NOTE, -1n],
    ]);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
    // The discount has to be reversed before more can be credited, and comes again with that.
    expect(await refusalOf(issue(50n))).toMatchObject({ reason: 'INVOICE_HAS_WRITE_OFFS' });
    await reverse(owner, invoiceId, discount?.id ?? '');
    await issue(50n);
    expect((await owner.get(invoiceId)).earlyPaymentDiscount?.grantedMinor).toBe(150n);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test.each([
    ['that came late', '2026-03-12', false],
    ['of an invoice in instalments', '2026-03-10', true],
  ])('after a payment %s brings no discount', async (_, paymentDate, inInstalments) => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    service.clock.set('2026-03-20T12:00:00Z');
    await pay(owner, invoiceId, 9_800n, paymentDate);
    const halves = ['2026-03-10', '2026-04-10'].map((dueDate) => ({ dueDate, amountMinor: 5_950n }));
    if (inInstalments) await owner.invoices.planInstalments({ invoiceId, instalments: halves });
    await creditNotesOf(service, owner).client.issueCreditNote({ invoiceId, amountMinor: 1_900n, reason: 'returned' });
    expect(await owner.get(invoiceId)).toMatchObject({
      state: Invoice_State.OPEN,
      dueMinor: 200n,
      writtenOffMinor: 0n,
    });
  });

  test('that leaves so little that its discount is all of it needs a payment all the same', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open({ ...TERMS, earlyPaymentDiscount: { percent: '60', days: 10 } });
    await creditNotesOf(service, owner).client.issueCreditNote({ invoiceId, amountMinor: 11_899n, reason: 'returned' });
    expect(await owner.get(invoiceId)).toMatchObject({ state: Invoice_State.OPEN, dueMinor: 1n, writtenOffMinor: 0n });
  });

  test('after it needs the payment to be reversed and recorded again, and the excess becomes credit', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    const { id: paymentId } = await pay(owner, invoiceId, 11_662n);
    const { client } = creditNotesOf(service, owner);
    const credit = { invoiceId, amountMinor: 1_900n, reason: 'returned' };
    expect(await refusalOf(client.issueCreditNote(credit))).toMatchObject({ reason: 'INVOICE_HAS_WRITE_OFFS' });
    await reverse(owner, invoiceId, paymentId);
    await client.issueCreditNote(credit);
    await owner.invoices.recordPayment({
      ...{ invoiceId, amountMinor: 11_662n, overpayment: RecordPaymentRequest_Overpayment.CREDIT },
    });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });
});

describe('many payments at once', () => {
  test('are applied once each, and the discount is granted once', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    // 17 x 686 are the discounted amount, 11,662.
    await Promise.all(Array.from({ length: 17 }, () => pay(owner, invoiceId, 686n)));
    expect(await owner.get(invoiceId)).toMatchObject(SETTLED);
    const kinds = (await owner.invoices.listPayments({ invoiceId, pageSize: 100 })).payments.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === Payment_Kind.MONEY)).toHaveLength(17);
    expect(kinds.filter((kind) => kind === Payment_Kind.EARLY_PAYMENT_DISCOUNT)).toHaveLength(1);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('of the whole discounted amount are refused after the first', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    const results = await Promise.allSettled(Array.from({ length: 16 }, () => pay(owner, invoiceId, 11_662n)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await owner.get(invoiceId)).toMatchObject(SETTLED);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('and their reversals leave the books right', async () => {
    const owner = service.newOwner();
    const invoiceId = await newInvoice(owner);
    const payments = await Promise.all(Array.from({ length: 17 }, () => pay(owner, invoiceId, 686n)));
    await Promise.all(payments.map(({ id }) => reverse(owner, invoiceId, id)));
    expect(await owner.get(invoiceId)).toMatchObject({ ...OPEN, paidMinor: 0n, dueMinor: 11_900n });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });
});
