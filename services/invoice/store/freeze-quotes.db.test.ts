import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quotesOf } from '../testing/quotes-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
let sentId: string;
let acceptedId: string;
let draftId: string;
beforeAll(async () => {
  service = await startInvoiceService();
  const quotes = quotesOf(service, service.newOwner());
  [sentId, acceptedId, draftId] = [(await quotes.send()).id, (await quotes.accept()).id, (await quotes.draft()).id];
});
afterAll(() => service.stop());

const run = (statement: string, id: string) => service.db.$client.unsafe(statement, [id]);

describe('the database itself', () => {
  test.each([
    `update quotes set invoice = jsonb_set(invoice, '{memo}', '"x"') where id = $1`,
    `update quotes set customer = '{"name":"x"}' where id = $1`,
    `update quotes set number = 'Q-00099' where id = $1`,
    `update quotes set due_days = due_days + 1 where id = $1`,
    `update quotes set issue_date = issue_date + 1 where id = $1`,
    `update quotes set customer_id = gen_random_uuid() where id = $1`,
    `update quotes set state = 'DRAFT', number = null, issue_date = null, seller = null, customer = null,
      send_time = null, accept_time = null where id = $1`,
    `delete from quotes where id = $1`,
  ])('refuses to change what was sent: %s', async (statement) => {
    for (const id of [sentId, acceptedId]) {
      await expect(run(statement, id)).rejects.toMatchObject({ code: '23001' });
    }
  });

  test('lets the expiry date move as long as it matters', async () => {
    const move = `update quotes set expire_date = '2030-01-01' where id = $1`;
    await run(move, sentId);
    await expect(run(move, acceptedId)).rejects.toMatchObject({ code: '23001' });
  });

  test.each([
    [`update quotes set state = 'INVOICED', convert_time = now() where id = $1`, 'quotes_invoiced_has_invoice'],
    [`update quotes set state = 'DECLINED' where id = $1`, 'quotes_times_fit_state'],
  ])('refuses what does not fit together: %s', async (statement, constraint) => {
    await expect(run(statement, acceptedId)).rejects.toMatchObject({ constraint_name: constraint });
  });

  test('refuses a number on a draft, and the same number twice', async () => {
    await expect(run(`update quotes set number = 'Q-00007' where id = $1`, draftId)).rejects.toMatchObject({
      constraint_name: 'quotes_draft_is_unnumbered',
    });
    const send = `update quotes set state = 'SENT', number = 'Q-00001', issue_date = now(), seller = '{}', customer = '{}',
      send_time = now() where id = $1`;
    await expect(run(send, draftId)).rejects.toMatchObject({ constraint_name: 'quotes_number_key' });
  });

  test('refuses a second invoice of a quote', async () => {
    const owner = service.newOwner();
    const { id: quoteId } = await quotesOf(service, owner).accept();
    await quotesOf(service, owner).client.convertQuote({ quoteId });
    const other = await owner.draft();
    await expect(run(`update invoices set quote_id = '${quoteId}' where id = $1`, other.id)).rejects.toMatchObject({
      constraint_name: 'invoices_quote_key',
    });
  });
});
