import { Code } from '@connectrpc/connect';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { type StatementEntry, StatementEntry_Type } from '../../../gen/numer/invoice/v1/customer_statement_pb.ts';
import { InvoiceService, RecordPaymentRequest_Overpayment } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { ledgerOf } from '../testing/ledger-of.ts';
import {
  type InvoiceTestService,
  LINE,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

const { CREDIT_APPLIED, CREDIT_NOTE, DEPOSIT, INVOICE, PAYMENT, REFUND, VOID } = StatementEntry_Type;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

type Filters = { readonly fromDate?: string; readonly toDate?: string; readonly currencyCode?: string };

function statementOf(owner: Owner, filters: Filters & { pageSize?: number; pageToken?: string } = {}) {
  return ledgerOf(service, owner).client.getCustomerStatement({ customerId: owner.customerId, ...filters });
}

const amounts = (entries: readonly StatementEntry[]) =>
  entries.map(({ type, amountMinor, balanceMinor }) => [type, amountMinor, balanceMinor]);

describe('GetCustomerStatement', () => {
  test('an invoice that is replaced ends on the local day of where the account is by then', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const moved = service.client(InvoiceService, { ...owner.identity, timeZone: 'Pacific/Kiritimati' });
    // A revision keeps the issue date.
    const { invoice: revision } = await moved.reviseInvoice({ invoiceId });
    await moved.finalizeInvoice({ invoiceId: required(revision).id });
    const { entries } = await statementOf(owner);
    expect(entries.map(({ type, entryDate }) => [type, entryDate])).toEqual([
      [INVOICE, '2026-03-01'],
      [INVOICE, '2026-03-01'],
      [VOID, '2026-03-02'],
    ]);
  });

  test('gives every document and payment with the balance after it', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(1_000n, { method: 'cash', reference: 'R1' });
    const invoice = await owner.open();
    const { id: invoiceId } = invoice;
    service.clock.set('2026-03-02T12:00:00Z');
    await ledger.client.applyCredit({ invoiceId });
    const creditNote = await creditNotesOf(service, owner).issue(invoiceId, { amountMinor: 900n });
    service.clock.set('2026-03-03T12:00:00Z');
    const { payment } = await owner.invoices.recordPayment({
      invoiceId,
      amountMinor: 12_000n,
      overpayment: RecordPaymentRequest_Overpayment.CREDIT,
      method: 'transfer',
      reference: 'R2',
    });
    await ledger.client.refundCredit({ customerId: owner.customerId, amountMinor: 2_000n, currencyCode: 'EUR' });
    const { entries, openingBalances, closingBalances, nextPageToken } = await statementOf(owner);
    expect(amounts(entries)).toEqual([
      [DEPOSIT, -1_000n, -1_000n],
      [INVOICE, 11_900n, 10_900n],
      [CREDIT_APPLIED, 0n, 10_900n],
      [CREDIT_NOTE, -900n, 10_000n],
      [PAYMENT, -12_000n, -2_000n],
      [REFUND, 2_000n, 0n],
    ]);
    expect(entries[0]).toMatchObject({ entryDate: '2026-03-01', invoiceId: '', method: 'cash', reference: 'R1' });
    expect(entries[1]).toMatchObject({
      invoiceId,
      invoiceNumber: invoice.number,
      dueDate: '2026-03-31',
      paymentId: '',
    });
    expect(entries[3]).toMatchObject({ creditNoteId: creditNote.id, creditNoteNumber: 'CN-00001', invoiceId });
    expect(entries[4]).toMatchObject({
      entryDate: '2026-03-03',
      paymentId: payment?.id,
      method: 'transfer',
      reference: 'R2',
      createTime: payment?.createTime,
    });
    expect({ openingBalances, closingBalances, nextPageToken }).toMatchObject({
      openingBalances: [],
      closingBalances: [{ currencyCode: 'EUR', balanceMinor: 0n }],
      nextPageToken: '',
    });
  });

  test('keeps a balance for each currency, and shows one alone', async () => {
    const owner = service.newOwner();
    await owner.open();
    await owner.open({ currencyCode: 'JPY', lines: [{ ...LINE, taxPercent: '' }] });
    await ledgerOf(service, owner).deposit(900n);
    const { entries, closingBalances } = await statementOf(owner);
    expect(entries.map(({ currencyCode, balanceMinor }) => [currencyCode, balanceMinor])).toEqual([
      ['EUR', 11_900n],
      ['JPY', 100n],
      ['EUR', 11_000n],
    ]);
    expect(closingBalances).toMatchObject([
      { currencyCode: 'EUR', balanceMinor: 11_000n },
      { currencyCode: 'JPY', balanceMinor: 100n },
    ]);
    const yen = await statementOf(owner, { currencyCode: 'JPY' });
    expect(amounts(yen.entries)).toEqual([[INVOICE, 100n, 100n]]);
    expect(yen.closingBalances).toMatchObject([{ currencyCode: 'JPY' }]);
  });

  test('of some days begins with the balance before them, and counts a payment for the day it was made', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    service.clock.set('2026-03-10T12:00:00Z');
    await owner.open();
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 1_900n, paymentDate: '2026-03-05' });
    const days = async (filters: Filters) => {
      const { openingBalances, entries, closingBalances } = await statementOf(owner, filters);
      return [openingBalances[0]?.balanceMinor, amounts(entries), closingBalances[0]?.balanceMinor];
    };
    expect(await days({ fromDate: '2026-03-02', toDate: '2026-03-09' })).toEqual([
      11_900n,
      [[PAYMENT, -1_900n, 10_000n]],
      10_000n,
    ]);
    expect(await days({ fromDate: '2026-03-10' })).toEqual([10_000n, [[INVOICE, 11_900n, 21_900n]], 21_900n]);
    expect(await days({ toDate: '2026-03-01' })).toEqual([undefined, [[INVOICE, 11_900n, 11_900n]], 11_900n]);
    expect(await days({ toDate: '2026-02-28' })).toEqual([undefined, [], undefined]);
    expect(await days({ fromDate: '2026-04-01' })).toEqual([21_900n, [], 21_900n]);
  });

  test('agrees with the balances, whatever happened, however it is paged', async () => {
    const deed = fc.record({
      kind: fc.constantFrom('open', 'pay', 'credit', 'deposit', 'writeOff'),
      amountMinor: fc.bigInt({ min: 1n, max: 9_000n }),
      day: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), async (deeds, pageSize) => {
        service.clock.set('2026-03-10T12:00:00Z');
        const owner = service.newOwner();
        const ledger = ledgerOf(service, owner);
        let { id: invoiceId } = await owner.open();
        for (const { kind, amountMinor, day } of deeds) {
          const paymentDate = `2026-03-0${day}`;
          const done: Record<typeof kind, () => Promise<unknown>> = {
            open: async () => {
              invoiceId = (await owner.open()).id;
            },
            pay: () => owner.invoices.recordPayment({ invoiceId, amountMinor, paymentDate }),
            credit: () => creditNotesOf(service, owner).issue(invoiceId, { amountMinor }),
            deposit: () => ledger.deposit(amountMinor, { paymentDate }),
            writeOff: () => owner.invoices.writeOffInvoice({ invoiceId, amountMinor, reason: 'insolvent' }),
          };
          await done[kind]().catch(() => undefined); // much of it is refused
        }
        const entries: StatementEntry[] = [];
        let balance = 0n;
        let pageToken = '';
        do {
          const page = await statementOf(owner, { pageSize, pageToken });
          expect(page.openingBalances[0]?.balanceMinor ?? 0n).toBe(balance);
          for (const { amountMinor, balanceMinor } of page.entries) {
            balance += amountMinor;
            expect(balanceMinor).toBe(balance);
          }
          expect(page.closingBalances[0]?.balanceMinor).toBe(balance);
          entries.push(...page.entries);
          pageToken = page.nextPageToken;
        } while (pageToken !== '');
        expect(entries.map(({ entryDate }) => entryDate)).toEqual(entries.map(({ entryDate }) => entryDate).toSorted());
        const { balances } = await ledger.client.getCustomerBalances({ customerId: owner.customerId });
        expect(balance).toBe(required(balances[0]).balanceMinor);
      }),
      { numRuns: 15 },
    );
  });

  test('of a customer without entries is empty, and that of a deleted one stays', async () => {
    const owner = service.newOwner();
    expect(await statementOf(owner)).toMatchObject({ entries: [], openingBalances: [], closingBalances: [] });
    await ledgerOf(service, owner).deposit(5n);
    service.userService.deleteCustomer(owner.customerId);
    expect((await statementOf(owner)).entries).toHaveLength(1);
    expect((await statementOf(owner, { toDate: '2020-01-01' })).entries).toEqual([]);
  });

  test('refuses a customer of another owner, and nobody', async () => {
    const owner = service.newOwner();
    await ledgerOf(service, owner).deposit(5n);
    const { customerId } = owner;
    const stranger = ledgerOf(service, service.newOwner());
    expect(await refusalOf(stranger.client.getCustomerStatement({ customerId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'CUSTOMER_NOT_FOUND',
    });
    expect(await refusalOf(service.client(CustomerLedgerService).getCustomerStatement({ customerId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test.each([
    ['a first day that does not exist', { fromDate: '2026-02-30' }, 'from_date'],
    ['a last day that is none', { toDate: 'tomorrow' }, 'to_date'],
    ['a last day before the first', { fromDate: '2026-03-02', toDate: '2026-03-01' }, 'to_date'],
    ['too long a page', { pageSize: 101 }, 'page_size'],
    ['what is no currency', { currencyCode: 'eur' }, 'currency_code'],
  ])('refuses %s', async (_, filters, field) => {
    expect(await refusalOf(statementOf(service.newOwner(), filters))).toMatchObject({ fields: [field] });
  });

  test('refuses a token of other days', async () => {
    const owner = service.newOwner();
    await ledgerOf(service, owner).deposit(5n);
    await ledgerOf(service, owner).deposit(6n);
    const { nextPageToken: pageToken } = await statementOf(owner, { pageSize: 1 });
    expect(await refusalOf(statementOf(owner, { pageToken, fromDate: '2026-03-01' }))).toMatchObject({
      reason: 'INVALID_PAGE_TOKEN',
    });
  });
});
