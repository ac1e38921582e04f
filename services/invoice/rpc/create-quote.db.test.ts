import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { NumberSeries_DocumentType } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { Quote_Action, Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { FACTS, FULL_DRAFT, REFERENCES } from '../testing/full-draft.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { seriesOf } from '../testing/series-of.ts';
import { type InvoiceTestService, LINE, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('CreateQuote', () => {
  test('makes a draft with all amounts of the invoice that it will become, and none of its dates', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const quote = await quotes.draft({ invoice: { memo: 'Thank you', lines: [LINE] } });
    expect(quote).toMatchObject({
      number: '',
      state: Quote_State.DRAFT,
      expireDate: '2026-03-31',
      dueDays: 14,
      numberSeries: 'quote',
      issueDate: '',
      invoiceId: '',
      etag: '"1"',
      availableActions: [Quote_Action.UPDATE, Quote_Action.DELETE, Quote_Action.SEND],
      invoice: {
        id: '',
        number: '',
        state: Invoice_State.DRAFT,
        customerId: owner.customerId,
        currencyCode: 'EUR',
        issueDate: '',
        dueDate: '',
        memo: 'Thank you',
        lines: [{ description: 'Consulting', netMinor: 10000n }],
        taxMinor: 1900n,
        totalMinor: 11900n,
        dueMinor: 11900n,
        numberSeries: 'invoice',
        etag: '',
        availableActions: [],
      },
    });
    expect(required(quote.invoice).createTime).toBeUndefined();
    expect(quote.seller).toBeUndefined();
    expect(await quotes.get(quote.id)).toEqual(quote);
  });

  test('calculates whatever an invoice can hold exactly as an invoice', async () => {
    const owner = service.newOwner();
    const { invoice } = await quotesOf(service, owner).draft({ invoice: { ...FULL_DRAFT, dueDate: '' } });
    const calculated = await owner.draft(FULL_DRAFT);
    const { totalMinor, taxes, allowances, charges, payableMinor, retainedTaxes } = calculated;
    expect(invoice).toMatchObject({ totalMinor, taxes, allowances, charges, payableMinor, retainedTaxes });
    expect(totalMinor).toBe(132172n);
  });

  test('names the customer’s references, and no dates of a supply', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const quote = await quotes.draft({ invoice: REFERENCES });
    expect(quote.invoice).toMatchObject(REFERENCES);
    expect(await quotes.get(quote.id)).toEqual(quote);
    const [event] = await service.eventsOf(quote.id);
    for (const [field, newValue] of Object.entries(REFERENCES)) {
      expect(event?.message.changes).toContainEqual(expect.objectContaining({ field: `invoice.${field}`, newValue }));
    }
    for (const [name, path] of [
      ['deliveryDate', 'delivery_date'],
      ['periodStartDate', 'period_start_date'],
      ['periodEndDate', 'period_end_date'],
    ] as const) {
      const refusal = await refusalOf(quotes.draft({ invoice: { [name]: FACTS[name] } }));
      expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: [`quote.invoice.${path}`] });
    }
  });

  test('takes the user’s currency when it names none, and does not have to expire', async () => {
    const owner = service.newOwner({ user: { defaultCurrencyCode: 'CHF' } });
    const quote = await quotesOf(service, owner).draft({ expireDate: '', dueDays: 0, invoice: { currencyCode: '' } });
    expect(quote).toMatchObject({ expireDate: '', dueDays: 0, invoice: { currencyCode: 'CHF' } });
  });

  test('tells of it with all that was decided', async () => {
    const owner = service.newOwner();
    const quote = await quotesOf(service, owner).draft();
    const line = required(required(quote.invoice).lines[0]).id;
    expect(await service.eventsOf(quote.id)).toMatchObject([
      {
        topic: 'quote.created',
        version: 1n,
        ownerId: owner.identity.userId,
        actor: owner.identity.actor,
        requestId: 'test-request',
        message: {
          quote: { id: quote.id },
          timeZone: 'UTC',
          changes: [
            { field: 'dueDays', newValue: '14' },
            { field: 'expireDate', newValue: '2026-03-31' },
            { field: 'state', newValue: 'DRAFT' },
            { field: 'invoice.currencyCode', newValue: 'EUR' },
            { field: 'invoice.customerId', newValue: owner.customerId },
            { field: 'invoice.totalMinor', newValue: '11900' },
            { field: `invoice.lines.${line}.description`, newValue: 'Consulting' },
            { field: `invoice.lines.${line}.quantity`, newValue: '2' },
            { field: `invoice.lines.${line}.taxPercent`, newValue: '19' },
            { field: `invoice.lines.${line}.unitPrice`, newValue: '50' },
          ],
        },
      },
    ]);
  });

  test('gives a repetition with the same key the same answer, and makes one', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner, { 'idempotency-key': 'quote-1' });
    const answers = await Promise.all(Array.from({ length: 5 }, () => quotes.draft()));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers[4]).toEqual(answers[0]);
    expect((await quotes.client.listQuotes({})).quotes).toHaveLength(1);
  });

  test('names the field that is wrong by its path in the request', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const fieldsOf = async (call: Promise<unknown>) => {
      const { code, message, fields } = await refusalOf(call);
      expect(code).toBe(Code.InvalidArgument);
      expect(message).toContain(fields[0]);
      return fields;
    };
    expect(await fieldsOf(quotes.client.createQuote({}))).toEqual(['quote']);
    expect(await fieldsOf(quotes.client.createQuote({ quote: {} }))).toEqual(['quote.invoice']);
    expect(await fieldsOf(quotes.draft({ dueDays: -1 }))).toEqual(['quote.due_days']);
    expect(await fieldsOf(quotes.draft({ expireDate: 'soon' }))).toEqual(['quote.expire_date']);
    expect(await fieldsOf(quotes.draft({ expireDate: '2026-02-29' }))).toEqual(['quote.expire_date']);
    expect(await fieldsOf(quotes.draft({ invoice: { customerId: 'x' } }))).toEqual(['quote.invoice.customer_id']);
    expect(await fieldsOf(quotes.draft({ invoice: { dueDate: '2026-04-01' } }))).toEqual(['quote.invoice.due_date']);
    expect(await fieldsOf(quotes.draft({ invoice: { issueDate: '2026-03-01' } }))).toEqual([
      'quote.invoice.issue_date',
    ]);
    expect(await fieldsOf(quotes.draft({ invoice: { currencyCode: 'XXX' } }))).toEqual(['quote.invoice.currency_code']);
    expect(await fieldsOf(quotes.draft({ invoice: { lines: [{ ...LINE, quantity: 'many' }] } }))).toEqual([
      'quote.invoice.lines[0].quantity',
    ]);
    expect(await fieldsOf(quotes.draft({ invoice: { memo: 'a\0b' } }))).toEqual(['quote.invoice.memo']);
  });

  test('keeps the rules of amounts', async () => {
    const quotes = quotesOf(service, service.newOwner());
    expect(await refusalOf(quotes.draft({ invoice: { lines: [{ ...LINE, quantity: '-1' }] } }))).toMatchObject({
      reason: 'NEGATIVE_TOTAL',
    });
    const lines = [{ ...LINE, quantity: '999999999999', unitPrice: '999999999999' }];
    expect(await refusalOf(quotes.draft({ invoice: { lines } }))).toMatchObject({
      reason: 'AMOUNT_TOO_LARGE',
      fields: ['quote.invoice.lines[0]'],
    });
  });

  test("refuses another owner's customer, and series that are not for quotes or not for invoices", async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { customerId } = service.newOwner();
    expect(await refusalOf(quotes.draft({ invoice: { customerId } }))).toMatchObject({
      code: Code.NotFound,
      reason: 'CUSTOMER_NOT_FOUND',
      fields: ['quote.invoice.customer_id'],
    });
    await seriesOf(service, owner).add({ name: 'web', pattern: 'W{SEQ}' });
    await seriesOf(service, owner).add({
      name: 'offers',
      documentType: NumberSeries_DocumentType.QUOTE,
      pattern: 'O{SEQ}',
    });
    expect(await refusalOf(quotes.draft({ numberSeries: 'web' }))).toMatchObject({
      reason: 'NUMBER_SERIES_NOT_FOUND',
      fields: ['quote.number_series'],
    });
    expect(await refusalOf(quotes.draft({ invoice: { numberSeries: 'offers' } }))).toMatchObject({
      reason: 'NUMBER_SERIES_NOT_FOUND',
      fields: ['quote.invoice.number_series'],
    });
    const quote = await quotes.draft({ numberSeries: 'offers', invoice: { numberSeries: 'web' } });
    expect(quote).toMatchObject({ numberSeries: 'offers', invoice: { numberSeries: 'web' } });
  });

  test('refuses nobody', async () => {
    const quote = { invoice: { customerId: service.newOwner().customerId } };
    expect(await refusalOf(service.client(QuoteService).createQuote({ quote }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
