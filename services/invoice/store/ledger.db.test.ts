import { ConnectError } from '@connectrpc/connect';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RecordPaymentRequest_Overpayment } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { inTransaction } from '../../../runtime/testing/in-transaction.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { cutOff } from '../testing/cut-off.ts';
import { discrepanciesOf, ledgerOf } from '../testing/ledger-of.ts';
import { seriesOf } from '../testing/series-of.ts';
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

const { CREDIT } = RecordPaymentRequest_Overpayment;

const KINDS = [
  'open',
  'pay',
  'overpay',
  'apply',
  'credit',
  'writeOff',
  'reverse',
  'deposit',
  'refund',
  'void',
  'giveUp',
  'revise',
] as const;

/** What people do, with an amount and one of a few invoices. Much of it is refused. */
type Deed = {
  readonly kind: (typeof KINDS)[number];
  readonly amountMinor: bigint;
  readonly which: number;
};

const deeds: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constantFrom(...KINDS),
  amountMinor: fc.bigInt({ min: 1n, max: 15_000n }),
  which: fc.nat(4),
});

async function take(owner: Owner, invoiceIds: string[], { kind, amountMinor, which }: Deed): Promise<unknown> {
  const { invoices, customerId } = owner;
  const { client, deposit } = ledgerOf(service, owner);
  const invoiceId = invoiceIds[which % invoiceIds.length] ?? '';
  switch (kind) {
    case 'open':
      return invoiceIds.push((await owner.open()).id);
    case 'pay':
      return invoices.recordPayment({ invoiceId, amountMinor });
    case 'overpay':
      return invoices.recordPayment({ invoiceId, amountMinor, overpayment: CREDIT });
    case 'apply':
      return client.applyCredit({ invoiceId, amountMinor: which === 0 ? 0n : amountMinor });
    case 'credit':
      return creditNotesOf(service, owner).issue(invoiceId, { amountMinor: which === 0 ? 0n : amountMinor });
    case 'writeOff':
      return invoices.writeOffInvoice({ invoiceId, amountMinor: which === 0 ? 0n : amountMinor, reason: 'insolvent' });
    case 'reverse': {
      const { payments } = await invoices.listPayments({ invoiceId });
      const paymentId = required(payments[Number(amountMinor) % payments.length]).id;
      return invoices.reversePayment({ invoiceId, paymentId, reason: 'by mistake' });
    }
    case 'deposit':
      return deposit(amountMinor);
    case 'refund':
      return client.refundCredit({ customerId, amountMinor, currencyCode: 'EUR' });
    case 'void':
      return invoices.voidInvoice({ invoiceId });
    case 'giveUp':
      return invoices.markInvoiceUncollectible({ invoiceId });
    case 'revise': {
      const { invoice } = await invoices.reviseInvoice({ invoiceId });
      return invoices.finalizeInvoice({ invoiceId: required(invoice).id });
    }
  }
}

/** Accepts that much is refused, but not that anything fails. */
function orRefused(deed: Promise<unknown>): Promise<unknown> {
  return deed.catch((error: unknown) => {
    const { rawMessage } = ConnectError.from(error);
    if (/went wrong/.test(rawMessage)) throw error;
  });
}

describe('the ledger', () => {
  test('agrees with the invoices and the credit, whatever is done and in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deeds, { maxLength: 15 }), async (taken) => {
        const owner = service.newOwner();
        const invoiceIds = [(await owner.open()).id];
        for (const deed of taken) await orRefused(take(owner, invoiceIds, deed));
        expect(await discrepanciesOf(service, owner)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test('agrees with them when all of it is done at once, and credit is never negative', async () => {
    const owner = service.newOwner();
    const invoiceIds = await Promise.all(Array.from({ length: 3 }, async () => (await owner.open()).id));
    const taken = fc.sample(deeds, { numRuns: 150, seed: 7 });
    await Promise.all(taken.map((deed) => orRefused(take(owner, invoiceIds, deed))));
    expect(await discrepanciesOf(service, owner)).toEqual([]);
    expect((await ledgerOf(service, owner).credit()) >= 0n).toBe(true);
  });

  test('agrees with them when connections are cut in the middle of statements', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(100_000n);
    const invoices = await Promise.all(Array.from({ length: 12 }, () => owner.open()));
    const write = () =>
      Promise.allSettled(
        invoices.flatMap(({ id: invoiceId }) => [
          owner.invoices.recordPayment({ invoiceId, amountMinor: 12_000n, overpayment: CREDIT }),
          ledger.client.applyCredit({ invoiceId }),
          ledger.client.refundCredit({ customerId: owner.customerId, amountMinor: 10n, currencyCode: 'EUR' }),
        ]),
      );
    const results = await cutOff(
      service,
      (sql) => sql`select 1 from customer_accounts where owner_id = ${owner.identity.userId} for update`,
      write,
    );
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    expect(failures.some((message) => message.includes('unavailable'))).toBe(true);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
    await waitUntil(async () =>
      (await write()).every((result) => !String(Object.values(result)).includes('unavailable')),
    );
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('lets two revisions that swap customers wait for each other, and neither fails', async () => {
    const owner = service.newOwner();
    const { id: otherId } = service.userService.addCustomer(owner.identity.userId);
    // With one series they would wait for each other earlier, at its counter.
    const revisionOf = async (from: string, to: string, numberSeries: string) => {
      await seriesOf(service, owner).add({ name: numberSeries, pattern: `${numberSeries}-{SEQ}` });
      const { id: invoiceId } = await owner.open({ customerId: from, numberSeries });
      const id = required((await owner.invoices.reviseInvoice({ invoiceId })).invoice).id;
      await owner.invoices.updateInvoice({ invoice: { id, customerId: to }, updateMask: { paths: ['customer_id'] } });
      return id;
    };
    const toOther = await revisionOf(owner.customerId, otherId, 'web');
    const fromOther = await revisionOf(otherId, owner.customerId, 'shop');
    const waiting = async (count: number) => {
      const rows = await service.db.$client`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return rows.length === count;
    };
    // The first in the queue for a locked account gets it next, and then wants what the other one holds.
    const { opening } = await inTransaction(service.db, async (sql) => {
      await sql`
        select 1 from customer_accounts where owner_id = ${owner.identity.userId} and customer_id = ${owner.customerId}
        for update`;
      const first = owner.invoices.finalizeInvoice({ invoiceId: fromOther });
      await waitUntil(() => waiting(1));
      const second = owner.invoices.finalizeInvoice({ invoiceId: toOther });
      await waitUntil(() => waiting(2));
      return { opening: Promise.all([first, second]) };
    });
    expect(await opening).toHaveLength(2);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });
});

describe('the database itself', () => {
  test.each([
    `update ledger_entries set credit_minor = 1 where owner_id = $1`,
    `delete from ledger_entries where owner_id = $1`,
    `update customer_accounts set credit_minor = 1 where owner_id = $1`,
    `delete from customer_accounts where owner_id = $1`,
    `update ledger_sums set credit_minor = 1 where owner_id = $1`,
    `delete from ledger_sums where owner_id = $1`,
    `insert into customer_accounts values ($1, gen_random_uuid(), 'EUR', 0, 5)`,
  ])('refuses to change the books beside the ledger: %s', async (statement) => {
    const owner = service.newOwner();
    await ledgerOf(service, owner).deposit(100n);
    const change = service.db.$client.unsafe(statement, [owner.identity.userId]);
    await expect(change).rejects.toMatchObject({ code: '23001' });
  });

  test('refuses to empty the ledger', async () => {
    await expect(service.db.$client`truncate ledger_entries`).rejects.toMatchObject({ code: '23001' });
  });

  test('enters invoices that were opened elsewhere, voided ones as well', async () => {
    const owner = service.newOwner();
    const { id } = await owner.open();
    await service.db.$client`
      insert into invoices (id, owner_id, version, state, number, customer_id, currency_code, issue_date, due_date, memo,
        discount_percent, subtotal_minor, discount_minor, tax_minor, total_minor, paid_minor, taxes, seller, customer,
        time_zone, create_time, update_time, open_time, void_time)
      select gen_random_uuid(), owner_id, 1, state, 'OLD-' || state, customer_id, currency_code, issue_date, due_date, '', 0,
        500, 0, 0, 500, 0, '[]', '{}', '{}', zone, create_time, update_time, open_time,
        case state when 'VOID' then now() end
      from (select owner_id, customer_id, currency_code, issue_date, due_date, create_time, update_time, open_time
        from invoices where id = ${id}) as model, (values ('OPEN', 'UTC'), ('VOID', 'Nowhere/At_All')) as given (state, zone)`;
    const { balances } = await ledgerOf(service, owner).client.getCustomerBalances({ customerId: owner.customerId });
    expect(balances).toMatchObject([{ dueMinor: 12_400n }]);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });
});
