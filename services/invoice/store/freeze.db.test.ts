import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../../runtime/testing/in-transaction.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
let openedId: string;
let draftId: string;
beforeAll(async () => {
  service = await startInvoiceService();
  const owner = service.newOwner();
  openedId = (await owner.open()).id;
  draftId = (await owner.draft()).id;
  await owner.invoices.recordPayment({ invoiceId: openedId, amountMinor: 1n });
  await creditNotesOf(service, owner).issue(openedId, { amountMinor: 1n });
});
afterAll(() => service.stop());

const run = (statement: string, id: string) => service.db.$client.unsafe(statement, [id]);

describe('the database itself', () => {
  test.each([
    `update invoices set due_date = '2030-01-01' where id = $1`,
    `update invoices set total_minor = total_minor + 1, tax_minor = tax_minor + 1 where id = $1`,
    `update invoices set number = 'INV-00099' where id = $1`,
    `update invoices set customer = '{"name":"x"}' where id = $1`,
    `update invoices set customer = customer || '{"ccEmails": ["x@example.com"]}' where id = $1`,
    `update invoices set prepaid_minor = 1 where id = $1`,
    `update invoices set retained_taxes = '[{}]' where id = $1`,
    `update invoices set rounding_policy = 'LINE' where id = $1`,
    `update invoices set customer_id = gen_random_uuid() where id = $1`,
    `update invoices set issue_date = null where id = $1`,
    `update invoices set delivery_date = '2026-01-01' where id = $1`,
    `update invoices set period_start_date = '2026-01-01' where id = $1`,
    `update invoices set period_end_date = '2026-01-01' where id = $1`,
    `update invoices set buyer_reference = 'x' where id = $1`,
    `update invoices set purchase_order_reference = 'x' where id = $1`,
    `update invoices set revises_invoice_number = 'x' where id = $1`,
    `update invoices set seller = seller || '{"paymentAccount": {"accountIdentifier": "1"}}' where id = $1`,
    `update invoices set frozen_lines = '[]' where id = $1`,
    `update invoices set state = 'DRAFT', number = null where id = $1`,
    `delete from invoices where id = $1`,
    `update invoice_lines set description = 'x' where invoice_id = $1`,
    `delete from invoice_lines where invoice_id = $1`,
    `insert into invoice_lines select invoice_id, 9, gen_random_uuid(), description, quantity, unit_price, tax_percent,
      discount_percent, gross_minor, discount_minor, net_minor from invoice_lines where invoice_id = $1`,
    `update payments set amount_minor = 2 where invoice_id = $1`,
    `delete from payments where invoice_id = $1`,
    `update credit_notes set document = '{}' where invoice_id = $1`,
    `delete from credit_notes where invoice_id = $1`,
    `update payments set reverse_time = now(), reverse_date = now(), amount_minor = 2 where invoice_id = $1`,
    `update payments set reverse_reason = 'x' where invoice_id = $1`,
  ])('refuses to change what was sent: %s', async (statement) => {
    await expect(run(statement, openedId)).rejects.toMatchObject({ code: '23001' });
  });

  test.each([
    `update invoices set memo = 'Thanks' where id = $1`,
    `update invoices set metadata = '{"a": "b"}', tags = '["c"]' where id = $1`,
  ])('lets what is not of the document change: %s', async (statement) => {
    expect((await run(statement, openedId)).count).toBe(1);
  });

  test('lets the addresses of a customer, and nothing else of it, change until the invoice is sent', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft();
    await owner.invoices.finalizeInvoice({ invoiceId: id });
    const change = (fields: string) => run(`update invoices set customer = customer || '${fields}' where id = $1`, id);
    expect((await change('{"email": "x@example.com", "ccEmails": ["y@example.com"]}')).count).toBe(1);
    await expect(change('{"ccEmails": [], "name": "x"}')).rejects.toMatchObject({ code: '23001' });
  });

  test('refuses to change a column that was added later', async () => {
    const change = inTransaction(service.db, async (sql) => {
      await sql`alter table invoices add column added text not null default ''`;
      await sql`update invoices set added = 'x' where id = ${openedId}`;
    });
    await expect(change).rejects.toMatchObject({ code: '23001' });
  });

  test('refuses to move a line away from an invoice that was sent', async () => {
    await expect(
      run(`update invoice_lines set position = 9, invoice_id = '${draftId}' where invoice_id = $1`, openedId),
    ).rejects.toMatchObject({ code: '23001' });
  });

  test.each([
    [`update invoices set paid_minor = payable_minor + 1 where id = $1`, 'invoices_not_overpaid'],
    [`update invoices set state = 'PAID', pay_time = now() where id = $1`, 'invoices_settled_is_paid'],
    [`update invoices set state = 'VOID', void_time = now() where id = $1`, 'invoices_only_opened_is_paid'],
    [`update invoices set paid_minor = payable_minor, credited_minor = 1 where id = $1`, 'invoices_not_overpaid'],
    [`update invoices set written_off_minor = 2 where id = $1`, 'invoices_written_off_is_a_part'],
    [`update invoices set credit_note_minor = total_minor + 1 where id = $1`, 'invoices_not_overcredited'],
    [`update invoices set credit_note_minor = 0 where id = $1`, 'invoices_credited_is_explained'],
    [`update payments set reverse_time = now() where invoice_id = $1`, 'payments_reversal_is_whole'],
  ])('refuses amounts that do not fit: %s', async (statement, constraint) => {
    await expect(run(statement, openedId)).rejects.toMatchObject({ constraint_name: constraint });
  });

  test('refuses a period that ends before it begins', async () => {
    const period = `update invoices set period_start_date = '2026-03-02', period_end_date = '2026-03-01' where id = $1`;
    await expect(run(period, draftId)).rejects.toMatchObject({ constraint_name: 'invoices_period_is_in_order' });
  });

  test('refuses instalments of a draft', async () => {
    const plan = `update invoices set instalments = '[{"dueDate": "2026-03-05", "amountMinor": "1"}]' where id = $1`;
    await expect(run(plan, draftId)).rejects.toMatchObject({ constraint_name: 'invoices_only_opened_has_plan' });
  });

  test.each(['invoices', 'invoice_lines', 'payments', 'credit_notes', 'number_counters'])(
    'refuses to empty the table %s',
    async (table) => {
      await expect(service.db.$client.unsafe(`truncate ${table} cascade`)).rejects.toMatchObject({ code: '23001' });
    },
  );

  test.each([
    `update number_counters set last_sequence = 1 where owner_id = $1`,
    `update number_counters set series = 'other' where owner_id = $1`,
    `delete from number_counters where owner_id = $1`,
  ])('refuses to give a number again: %s', async (statement) => {
    const owner = service.newOwner();
    await owner.open();
    await owner.open();
    await expect(run(statement, owner.identity.userId)).rejects.toMatchObject({ code: '23001' });
  });

  test('refuses to open what was voided', async () => {
    const owner = service.newOwner();
    const { id } = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: id });
    const open = `update invoices set state = 'OPEN', void_time = null where id = $1`;
    await expect(run(open, id)).rejects.toMatchObject({ code: '23001' });
  });

  test('refuses to reverse a payment again, or to take that back', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { payment } = await owner.invoices.recordPayment({ invoiceId, amountMinor: 1n });
    await owner.invoices.reversePayment({ invoiceId, paymentId: payment?.id ?? '', reason: 'by mistake' });
    for (const change of [`reverse_reason = 'x'`, `reverse_time = null, reverse_date = null, reverse_reason = ''`]) {
      await expect(run(`update payments set ${change} where invoice_id = $1`, invoiceId)).rejects.toMatchObject({
        code: '23001',
      });
    }
  });

  test('refuses a number on a draft, and the same number twice', async () => {
    await expect(run(`update invoices set number = 'INV-00007' where id = $1`, draftId)).rejects.toMatchObject({
      constraint_name: 'invoices_draft_is_unnumbered',
    });
    await expect(
      run(
        `update invoices set state = 'OPEN', number = 'INV-00001', issue_date = due_date, seller = '{}', customer = '{}',
          send_time = now() where id = $1`,
        draftId,
      ),
    ).rejects.toMatchObject({ constraint_name: 'invoices_number_key' });
  });
});
