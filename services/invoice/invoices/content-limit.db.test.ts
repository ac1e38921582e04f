import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { LARGE_ALLOWANCES, LARGE_LINES } from '../testing/large-content.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

/** The content of an invoice is limited as a whole, since every event about it contains it. */

const TOO_LARGE = { allowances: LARGE_ALLOWANCES.allowances, lines: LARGE_LINES };

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('more than 4 MiB in one invoice is refused', () => {
  const refused = (field: string) => ({
    code: Code.InvalidArgument,
    reason: 'INVALID_ARGUMENT',
    fields: [field],
    message: expect.stringMatching(
      /^[a-z_.]*invoice must not have more than 4194304 bytes of lines, allowances, charges and taxes, but it has 5\d{6}$/,
    ),
  });

  test('when it is made, previewed, or changed step by step', async () => {
    const { invoices, draft, customerId } = service.newOwner();
    expect(await refusalOf(draft(TOO_LARGE))).toMatchObject(refused('invoice'));
    const invoice = { ...TOO_LARGE, customerId, currencyCode: 'EUR' };
    expect(await refusalOf(invoices.previewInvoice({ invoice }))).toMatchObject(refused('invoice'));
    const { id, etag } = await draft(LARGE_ALLOWANCES);
    const update = invoices.updateInvoice({ invoice: { id, lines: LARGE_LINES }, updateMask: { paths: ['lines'] } });
    expect(await refusalOf(update)).toMatchObject(refused('invoice'));
    expect((await invoices.getInvoice({ invoiceId: id })).invoice?.etag).toBe(etag);
  });

  test('in a quote and in a recurring invoice', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    expect(await refusalOf(quotes.draft({ invoice: TOO_LARGE }))).toMatchObject(refused('quote.invoice'));
    const { id } = await quotes.draft({ invoice: LARGE_ALLOWANCES });
    const update = quotes.change({ id, invoice: { lines: LARGE_LINES } }, 'invoice.lines');
    expect(await refusalOf(update)).toMatchObject(refused('quote.invoice'));
    const recurring = recurringOf(service, owner);
    const made = recurring.make({ invoice: TOO_LARGE });
    expect(await refusalOf(made)).toMatchObject(refused('recurring_invoice.invoice'));
  });
});
