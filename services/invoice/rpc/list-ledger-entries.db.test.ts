import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CreditEntry_Type } from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import {
  CustomerLedgerService,
  type ListLedgerEntriesRequestSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { StatementEntry_Type } from '../../../gen/numer/invoice/v1/customer_statement_pb.ts';
import { RecordPaymentRequest_Overpayment } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { LedgerEntry } from '../../../gen/numer/invoice/v1/ledger_entry_pb.ts';
import { Payment_Kind } from '../../../gen/numer/invoice/v1/payment_pb.ts';
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

const { CREDIT_APPLIED, CREDIT_NOTE, DEPOSIT, INVOICE, PAYMENT, REFUND, REVERSAL, VOID, WRITE_OFF } =
  StatementEntry_Type;
const { CREDIT } = RecordPaymentRequest_Overpayment;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => {
  service.clock.set('2026-03-01T12:00:00Z');
  service.userService.isDown.value = false;
});
afterAll(() => service.stop());

type Query = MessageInitShape<typeof ListLedgerEntriesRequestSchema>;

function list(owner: Owner, query: Query = {}) {
  return ledgerOf(service, owner).client.listLedgerEntries(query);
}

/** All entries, oldest first. */
async function allOf(owner: Owner, query: Query = {}): Promise<LedgerEntry[]> {
  return (await list(owner, { pageSize: 100, ...query })).ledgerEntries.toReversed();
}

const amounts = (entries: readonly LedgerEntry[]) =>
  entries.map(({ type, amountMinor, dueMinor, creditMinor, moneyMinor }) => [
    type,
    amountMinor,
    dueMinor,
    creditMinor,
    moneyMinor,
  ]);

/** Pays an invoice over 119.00 and 10.00 more, and does with it all that can be done; gives the invoice. */
async function everyType(owner: Owner) {
  const ledger = ledgerOf(service, owner);
  const invoice = await owner.open();
  const { id: invoiceId } = invoice;
  await ledger.deposit(1_000n, { method: 'cash', reference: 'R1' });
  const { payment: applied } = await ledger.client.applyCredit({ invoiceId, amountMinor: 600n });
  await creditNotesOf(service, owner).issue(invoiceId, { amountMinor: 1_190n });
  const { payment: writtenOff } = await owner.invoices.writeOffInvoice({
    invoiceId,
    amountMinor: 10n,
    reason: 'Small',
  });
  const paying = { invoiceId, amountMinor: 11_000n, overpayment: CREDIT, method: 'transfer', reference: 'R2' };
  const { payment } = await owner.invoices.recordPayment(paying);
  await ledger.client.refundCredit({ customerId: owner.customerId, amountMinor: 400n, currencyCode: 'EUR' });
  for (const each of [writtenOff, applied, payment]) {
    await owner.invoices.reversePayment({ invoiceId, paymentId: required(each).id, reason: 'By mistake' });
  }
  const other = await owner.open();
  await owner.invoices.voidInvoice({ invoiceId: other.id });
  return { invoice, payment: required(payment) };
}

describe('ListLedgerEntries', () => {
  test('says of each entry what it does to the amount due, to the credit, and how much money moved', async () => {
    const owner = service.newOwner();
    await everyType(owner);
    expect(amounts(await allOf(owner))).toEqual([
      [INVOICE, 11_900n, 11_900n, 0n, 0n],
      [DEPOSIT, -1_000n, 0n, 1_000n, 1_000n],
      [CREDIT_APPLIED, 0n, -600n, -600n, 0n],
      [CREDIT_NOTE, -1_190n, -1_190n, 0n, 0n],
      [WRITE_OFF, -10n, -10n, 0n, 0n],
      // What was due is paid, and the rest is credit.
      [PAYMENT, -11_000n, -10_100n, 900n, 11_000n],
      [REFUND, 400n, 0n, -400n, -400n],
      [REVERSAL, 10n, 10n, 0n, 0n],
      [REVERSAL, 0n, 600n, 600n, 0n],
      [REVERSAL, 11_000n, 10_100n, -900n, -11_000n],
      [INVOICE, 11_900n, 11_900n, 0n, 0n],
      [VOID, -11_900n, -11_900n, 0n, 0n],
    ]);
  });

  test('has what the statement of the customer has, and the invoice and the credit note with their taxes', async () => {
    const owner = service.newOwner();
    const { invoice, payment } = await everyType(owner);
    const entries = await allOf(owner);
    const { client } = ledgerOf(service, owner);
    const statement = await client.getCustomerStatement({ customerId: owner.customerId, pageSize: 100 });
    const inCommon = statement.entries.map(({ balanceMinor: _balance, $typeName: _name, ...entry }) => entry);
    expect(entries).toMatchObject(inCommon);
    const ofInvoice = { invoiceNumber: invoice.number, invoiceTotalMinor: 11_900n, invoiceTaxMinor: 1_900n };
    const whose = { customerId: owner.customerId, customerName: 'Example Ltd' };
    expect(entries[5]).toMatchObject({ ...whose, ...ofInvoice, paymentId: payment.id, creditNoteTotalMinor: 0n });
    expect(entries[3]).toMatchObject({
      ...{ ...whose, ...ofInvoice },
      ...{ creditNoteNumber: 'CN-00001', creditNoteTotalMinor: 1_190n, creditNoteTaxMinor: 190n },
    });
    expect(entries[1]).toMatchObject({ ...whose, invoiceId: '', invoiceTotalMinor: 0n, method: 'cash' });
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  });

  test('has the money that payments, deposits, refunds and reversals of all customers say, whatever was done', async () => {
    const deed = fc.record({
      kind: fc.constantFrom('pay', 'overpay', 'deposit', 'refund', 'apply', 'credit', 'writeOff', 'reverse'),
      amountMinor: fc.bigInt({ min: 1n, max: 9_000n }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 12 }), async (deeds) => {
        const owner = service.newOwner();
        const { client, deposit } = ledgerOf(service, owner);
        const { customerId, invoices } = owner;
        const { id: invoiceId } = await owner.open();
        for (const { kind, amountMinor } of deeds) {
          const done: Record<typeof kind, () => Promise<unknown>> = {
            pay: () => invoices.recordPayment({ invoiceId, amountMinor }),
            overpay: () =>
              invoices.recordPayment({ invoiceId, amountMinor: amountMinor + 9_000n, overpayment: CREDIT }),
            deposit: () => deposit(amountMinor),
            refund: () => client.refundCredit({ customerId, amountMinor, currencyCode: 'EUR' }),
            apply: () => client.applyCredit({ invoiceId, amountMinor }),
            credit: () => creditNotesOf(service, owner).issue(invoiceId, { amountMinor }),
            writeOff: () => invoices.writeOffInvoice({ invoiceId, amountMinor, reason: 'insolvent' }),
            reverse: async () => {
              const { payments } = await invoices.listPayments({ invoiceId });
              const [payment] = payments.filter(({ reverseTime }) => reverseTime === undefined);
              return invoices.reversePayment({ invoiceId, paymentId: payment?.id ?? '', reason: 'by mistake' });
            },
          };
          await done[kind]().catch(() => undefined); // much of it is refused
        }
        const entries = await allOf(owner);
        const sumOf = (name: 'dueMinor' | 'creditMinor' | 'moneyMinor') =>
          entries.reduce((sum, entry) => sum + entry[name], 0n);
        const { payments } = await invoices.listPayments({ invoiceId, pageSize: 100 });
        const kept = payments.filter(
          ({ kind, reverseTime }) => kind === Payment_Kind.MONEY && reverseTime === undefined,
        );
        const credited = (await client.listCreditEntries({ customerId, pageSize: 100 })).creditEntries;
        const paidIn = credited.filter(
          ({ type }) => type === CreditEntry_Type.DEPOSIT || type === CreditEntry_Type.REFUND,
        );
        const money = [...kept, ...paidIn].reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
        expect(sumOf('moneyMinor')).toBe(money);
        const { balances } = await client.getCustomerBalances({ customerId });
        expect(balances).toMatchObject([{ dueMinor: sumOf('dueMinor'), creditMinor: sumOf('creditMinor') }]);
        for (const entry of entries) expect(entry.dueMinor - entry.creditMinor).toBe(entry.amountMinor);
      }),
      { numRuns: 15 },
    );
  });

  test('is newest first by entry date, page by page, and each entry comes once while others come', async () => {
    const owner = service.newOwner();
    const other = service.userService.addCustomer(owner.identity.userId, { name: 'Other' }).id;
    const { deposit } = ledgerOf(service, owner);
    service.clock.set('2026-03-20T12:00:00Z');
    const deposited: { readonly id: string; readonly day: string }[] = [];
    for (let count = 0; count < 12; count++) {
      const day = `2026-03-0${((count * 5) % 4) + 1}`;
      const customerId = count % 2 === 0 ? owner.customerId : other;
      deposited.unshift({ id: (await deposit(5n, { customerId, paymentDate: day })).id, day });
    }
    const found: LedgerEntry[] = [];
    let pageToken = '';
    do {
      const page = await list(owner, { pageSize: 5, pageToken });
      found.push(...page.ledgerEntries);
      pageToken = page.nextPageToken;
      await deposit(1n, { paymentDate: '2026-03-19' });
    } while (pageToken !== '');
    // Those of a day are in the reverse order of their recording, whosoever they are.
    const expected = deposited.toSorted((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0));
    expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(new Set(found.map(({ customerName }) => customerName))).toEqual(new Set(['Example Ltd', 'Other']));
  });

  test('gives those of some types, days and a currency', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.open({ currencyCode: 'JPY', lines: [{ ...LINE, taxPercent: '' }] });
    service.clock.set('2026-03-10T12:00:00Z');
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 100n, paymentDate: '2026-03-05' });
    await ledgerOf(service, owner).deposit(200n);
    const typesOf = async (query: Query) => (await allOf(owner, query)).map(({ type }) => type);
    expect(await typesOf({ type: [PAYMENT, DEPOSIT, REFUND] })).toEqual([PAYMENT, DEPOSIT]);
    expect(await typesOf({ type: [INVOICE, INVOICE] })).toEqual([INVOICE, INVOICE]);
    expect(await typesOf({ fromDate: '2026-03-05', toDate: '2026-03-05' })).toEqual([PAYMENT]);
    expect(await typesOf({ fromDate: '2026-03-06' })).toEqual([DEPOSIT]);
    expect(await typesOf({ toDate: '2026-03-05', currencyCode: 'EUR' })).toEqual([INVOICE, PAYMENT]);
    expect(await typesOf({ currencyCode: 'JPY' })).toEqual([INVOICE]);
    expect(await typesOf({ currencyCode: 'CHF' })).toEqual([]);
    expect(await typesOf({ type: [VOID], fromDate: '2026-03-01' })).toEqual([]);
  });

  test('calls a customer as the invoice does, and keeps the entries of one who was deleted', async () => {
    const owner = service.newOwner();
    const { deposit } = ledgerOf(service, owner);
    const onlyDeposit = service.userService.addCustomer(owner.identity.userId, { name: 'Early Bird' }).id;
    await deposit(1n);
    await deposit(2n, { customerId: onlyDeposit });
    const names = async () => (await allOf(owner)).map(({ customerName }) => customerName);
    expect(await names()).toEqual(['Example Ltd', 'Early Bird']);
    await owner.open();
    service.userService.changeCustomer(owner.customerId, { name: 'Renamed Ltd' });
    service.userService.changeCustomer(onlyDeposit, { name: 'Late Bird' });
    expect(await names()).toEqual(['Example Ltd', 'Late Bird', 'Example Ltd']);
    await owner.open();
    expect(await names()).toEqual(['Renamed Ltd', 'Late Bird', 'Example Ltd', 'Renamed Ltd']);
    service.userService.deleteCustomer(owner.customerId);
    service.userService.deleteCustomer(onlyDeposit);
    const entries = await allOf(owner);
    expect(entries.map(({ customerName }) => customerName)).toEqual(['Renamed Ltd', '', 'Example Ltd', 'Renamed Ltd']);
    expect(entries[1]).toMatchObject({ customerId: onlyDeposit, moneyMinor: 2n });
  });

  test('asks the user service only for names that no invoice has, and once a page', async () => {
    const owner = service.newOwner();
    const { deposit } = ledgerOf(service, owner);
    for (let count = 0; count < 3; count++) {
      const customerId = service.userService.addCustomer(owner.identity.userId).id;
      await deposit(1n, { customerId });
    }
    const asked = async () => {
      const { length } = service.userService.calls;
      await list(owner);
      return service.userService.calls.slice(length);
    };
    expect(await asked()).toEqual(['BatchGetParties']);
    const paying = service.newOwner();
    await everyType(paying);
    service.userService.isDown.value = true;
    expect((await list(paying)).ledgerEntries).toHaveLength(12);
    expect(await refusalOf(list(owner))).toMatchObject({ code: Code.Unavailable });
  });

  test('shows nobody the entries of others, not even with their token', async () => {
    const owner = service.newOwner();
    await ledgerOf(service, owner).deposit(5n);
    await ledgerOf(service, owner).deposit(6n);
    const stranger = service.newOwner();
    expect(await list(stranger)).toMatchObject({ ledgerEntries: [], nextPageToken: '' });
    const { nextPageToken: pageToken } = await list(owner, { pageSize: 1 });
    expect((await list(stranger, { pageToken })).ledgerEntries).toEqual([]);
    const nobody = service.client(CustomerLedgerService).listLedgerEntries({});
    expect(await refusalOf(nobody)).toMatchObject({ code: Code.Unauthenticated });
  });

  test.each([
    ['a first day that does not exist', { fromDate: '2026-02-30' }, 'from_date'],
    ['a last day that is none', { toDate: 'tomorrow' }, 'to_date'],
    ['a last day before the first', { fromDate: '2026-03-02', toDate: '2026-03-01' }, 'to_date'],
    ['too long a page', { pageSize: 101 }, 'page_size'],
    ['what is no currency', { currencyCode: 'eur' }, 'currency_code'],
    ['what is no type', { type: [StatementEntry_Type.TYPE_UNSPECIFIED] }, 'type[0]'],
  ] satisfies [string, Query, string][])('refuses %s', async (_, query, field) => {
    expect(await refusalOf(list(service.newOwner(), query))).toMatchObject({
      code: Code.InvalidArgument,
      fields: [field],
    });
  });

  test('refuses the token of a list with other filters, of a statement, and one that was made up', async () => {
    const owner = service.newOwner();
    const { client, deposit } = ledgerOf(service, owner);
    await deposit(5n);
    await deposit(6n);
    const { nextPageToken } = await list(owner, { pageSize: 1 });
    const invalid = { reason: 'INVALID_PAGE_TOKEN', fields: ['page_token'] };
    for (const filter of [
      { type: [DEPOSIT] },
      { fromDate: '2026-01-01' },
      { toDate: '2099-01-01' },
      { currencyCode: 'EUR' },
    ]) {
      expect(await refusalOf(list(owner, { ...filter, pageToken: nextPageToken }))).toMatchObject(invalid);
    }
    const { customerId } = owner;
    const statement = await client.getCustomerStatement({ customerId, pageSize: 1 });
    const credit = await client.listCreditEntries({ customerId, pageSize: 1 });
    const [digest] = JSON.parse(Buffer.from(nextPageToken, 'base64url').toString());
    const madeUp = [
      [digest, '2026-02-30', '1'],
      [digest, '2026-03-01', "1'"],
      [digest, '2026-03-01'],
    ].map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url'));
    for (const pageToken of [statement.nextPageToken, credit.nextPageToken, 'x', ...madeUp]) {
      expect(await refusalOf(list(owner, { pageToken }))).toMatchObject(invalid);
    }
  });
});
