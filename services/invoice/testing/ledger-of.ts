import type { MessageInitShape } from '@bufbuild/protobuf';
import type { CreditEntry } from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import {
  CustomerLedgerService,
  type RecordDepositRequestSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { type InvoiceTestService, type Owner, required } from './start-invoice-service.ts';

/** What the customers of an owner owe and have in credit. */
export function ledgerOf(service: InvoiceTestService, owner: Owner, headers: Record<string, string> = {}) {
  const client = service.client(CustomerLedgerService, owner.identity, headers);
  const { customerId } = owner;
  return {
    client,
    /** Records a deposit of the owner's customer in EUR. */
    async deposit(
      amountMinor: bigint,
      init: Exclude<MessageInitShape<typeof RecordDepositRequestSchema>, { $typeName: string }> = {},
    ): Promise<CreditEntry> {
      const request = { customerId, amountMinor, currencyCode: 'EUR', ...init };
      return required((await client.recordDeposit(request)).creditEntry);
    },
    /** The credit of the owner's customer. */
    async credit(currencyCode = 'EUR'): Promise<bigint> {
      const { balances } = await client.getCustomerBalances({ customerId });
      return balances.find((balance) => balance.currencyCode === currencyCode)?.creditMinor ?? 0n;
    },
    /** All changes of the credit of the owner's customer, newest first. */
    async entries(): Promise<CreditEntry[]> {
      return (await client.listCreditEntries({ customerId, pageSize: 100 })).creditEntries;
    },
  };
}

/**
 * Where the books of an owner do not agree, empty when they do. For each customer and currency, the amount due on the
 * invoices, the sum of the ledger and the account must be the same, and so must the credit and the result of deposits,
 * refunds, payments and credit notes.
 */
export async function discrepanciesOf(service: InvoiceTestService, owner: Owner): Promise<unknown[]> {
  const { userId } = owner.identity;
  const rows = await service.db.$client`
    with facts as (
      select customer_id, currency_code, payable_minor - paid_minor - credited_minor as due, 0::bigint as credit
      from invoices where owner_id = ${userId} and state in ('OPEN', 'PAID', 'UNCOLLECTIBLE')
      union all
      select customer_id, currency_code, 0, case kind when 'CREDIT' then -amount_minor else excess_minor end
      from payments join invoices on invoices.id = invoice_id where payments.owner_id = ${userId} and reverse_time is null
      union all
      select customer_id, currency_code, 0, credit_minor from credit_notes where owner_id = ${userId}
      union all
      select customer_id, currency_code, 0, credit_minor
      from ledger_entries where owner_id = ${userId} and type in ('DEPOSIT', 'REFUND')
    ), fact as (
      select customer_id, currency_code, sum(due) as due, sum(credit) as credit from facts group by 1, 2
    ), entered as (
      select customer_id, currency_code, sum(due_minor) as due, sum(credit_minor) as credit
      from ledger_entries where owner_id = ${userId} group by 1, 2
    ), account as (
      select customer_id, currency_code, due_minor as due, credit_minor as credit
      from customer_accounts where owner_id = ${userId}
    )
    select customer_id, currency_code, fact.due as due, entered.due as entered_due, account.due as account_due,
      fact.credit as credit, entered.credit as entered_credit, account.credit as account_credit
    from fact full join entered using (customer_id, currency_code) full join account using (customer_id, currency_code)
    where (coalesce(fact.due, 0), coalesce(fact.credit, 0)) is distinct from (entered.due, entered.credit)
      or (account.due, account.credit) is distinct from (entered.due, entered.credit)`;
  return [...rows];
}
