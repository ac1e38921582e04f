import { create } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_Action, Invoice_State, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService, ListInvoicesRequest_View as View } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { FACTS, FULL_DRAFT } from '../testing/full-draft.ts';
import { type InvoiceTestService, LINE, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const { DELETE, DUPLICATE, FINALIZE, SEND, UPDATE } = Invoice_Action;

describe('CreateInvoice', () => {
  test('answers with the whole draft, totals included', async () => {
    const owner = service.newOwner();
    const invoice = await owner.draft({
      issueDate: '2026-03-02',
      memo: 'Thank you',
      discountPercent: '10.0',
      lines: [
        { description: 'Consulting', quantity: '2', unitPrice: '49.995', taxPercent: '19', discountPercent: '0' },
        { description: 'Book', quantity: '1', unitPrice: '9.99', taxPercent: '7', discountPercent: '15' },
      ],
    });
    expect(invoice).toMatchObject({
      number: '',
      state: Invoice_State.DRAFT,
      customerId: owner.customerId,
      currencyCode: 'EUR',
      issueDate: '2026-03-02',
      dueDate: '2026-03-31',
      memo: 'Thank you',
      discountPercent: '10',
      subtotalMinor: 10848n,
      discountMinor: 1085n,
      taxMinor: 1763n,
      totalMinor: 11526n,
      paidMinor: 0n,
      dueMinor: 11526n,
      overdue: false,
      partiallyPaid: false,
      etag: '"1"',
      availableActions: [UPDATE, DELETE, FINALIZE, SEND, DUPLICATE],
    });
    expect(invoice.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(invoice.createTime).toEqual(invoice.updateTime);
    expect(invoice.lines).toMatchObject([
      { quantity: '2', unitPrice: '49.995', grossMinor: 9999n, discountMinor: 0n, netMinor: 9999n },
      { unitPrice: '9.99', discountPercent: '15', grossMinor: 999n, discountMinor: 150n, netMinor: 849n },
    ]);
    expect(invoice.taxes.map(({ taxPercent }) => taxPercent)).toEqual(['7', '19']);
  });

  test('keeps everything that makes up amounts, and calculates it', async () => {
    const owner = service.newOwner();
    const invoice = await owner.draft(FULL_DRAFT);
    expect((await owner.invoices.getInvoice({ invoiceId: invoice.id })).invoice).toEqual(invoice);
    expect((await owner.invoices.listInvoices({ view: View.FULL })).invoices).toEqual([invoice]);
    expect(invoice.lines).toMatchObject([
      {
        ...{ baseQuantity: '100', unitCode: 'H87', taxPercent: '19', grossMinor: 4988n, discountMinor: 499n },
        ...{ allowances: [{ reason: 'Dented box', calculatedMinor: 150n }], allowanceMinor: 150n },
        ...{ charges: [{ reasonCode: 'ABL', percent: '2.5', calculatedMinor: 125n }], chargeMinor: 125n },
        netMinor: 4464n,
      },
      { taxPercent: '', discountAmountMinor: 500n, discountMinor: 500n, netMinor: 99500n },
      { taxPercent: '', taxes: [{ category: Tax_Category.EXEMPT, percent: '0' }], netMinor: 12000n },
    ]);
    expect(invoice.taxes).toMatchObject([
      { category: Tax_Category.EXEMPT, taxPercent: '0', exemptionReason: 'Article 132', taxMinor: 0n },
      { category: Tax_Category.STANDARD, name: 'GST', taxPercent: '5' },
      { category: Tax_Category.STANDARD, name: 'QST', taxPercent: '9.975' },
      { category: Tax_Category.STANDARD, name: '', taxPercent: '19' },
    ]);
    expect(invoice.retainedTaxes).toMatchObject([{ name: 'IRPF', category: Tax_Category.CATEGORY_UNSPECIFIED }]);
    expect(invoice).toMatchObject({
      ...{ subtotalMinor: 115964n, discountMinor: 1000n, allowanceMinor: 1160n, chargeMinor: 2500n },
      ...{ taxMinor: 15868n, totalMinor: 132172n, retainedMinor: 14796n, prepaidMinor: 10000n },
      ...{ roundingMinor: -1n, payableMinor: 107375n, paidMinor: 0n, dueMinor: 107375n },
    });
  });

  test('keeps what it says of the supply and the order, and tells of it', async () => {
    const owner = service.newOwner();
    const invoice = await owner.draft(FACTS);
    expect(invoice).toMatchObject(FACTS);
    expect(await owner.get(invoice.id)).toEqual(invoice);
    expect((await owner.invoices.listInvoices({})).invoices).toMatchObject([FACTS]);
    const [event] = await service.eventsOf(invoice.id);
    expect(event?.message.invoice).toMatchObject(FACTS);
    for (const [field, newValue] of Object.entries(FACTS)) {
      expect(event?.message.changes).toContainEqual(expect.objectContaining({ field, newValue }));
    }
  });

  test.each([
    ['delivery_date', { deliveryDate: '2026-02-30' }],
    ['delivery_date', { deliveryDate: '27.02.2026' }],
    ['period_start_date', { periodStartDate: '2026-13-01' }],
    ['period_end_date', { periodEndDate: '2026-02-29' }],
    ['period_end_date', { periodStartDate: '2026-03-02', periodEndDate: '2026-03-01' }],
    ['buyer_reference', { buyerReference: 'a\nb' }],
    ['buyer_reference', { buyerReference: 'a\u001bb' }],
    ['buyer_reference', { buyerReference: ' a' }],
    ['buyer_reference', { buyerReference: 'a\0' }],
    ['purchase_order_reference', { purchaseOrderReference: 'a ' }],
    ['purchase_order_reference', { purchaseOrderReference: 'x'.repeat(201) }],
    ['purchase_order_reference', { purchaseOrderReference: '\ud800' }],
  ])('refuses a wrong %s: %j', async (field, init) => {
    const refusal = await refusalOf(service.newOwner().draft(init));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_ARGUMENT' });
    expect(new Set(refusal.fields)).toEqual(new Set([`invoice.${field}`]));
  });

  test('answers with what is read afterwards', async () => {
    const owner = service.newOwner();
    const invoice = await owner.draft();
    expect((await owner.invoices.getInvoice({ invoiceId: invoice.id })).invoice).toEqual(invoice);
  });

  test('parts always add up, and survive the database exactly', async () => {
    const owner = service.newOwner();
    const cents = fc.integer({ min: 0, max: 99_999_999 }).map((number) => (number / 100).toFixed(2));
    const percent = fc.integer({ min: 0, max: 10_000 }).map((number) => (number / 100).toFixed(2));
    const line = fc.record({
      description: fc.constant('x'),
      quantity: cents,
      unitPrice: cents,
      taxPercent: percent,
      discountPercent: percent,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 5 }), percent, async (lines, discountPercent) => {
        const created = await owner.draft({ lines, discountPercent });
        const read = required((await owner.invoices.getInvoice({ invoiceId: created.id })).invoice);
        expect(read).toEqual(created);
        const nets = read.lines.reduce((sum, { netMinor }) => sum + netMinor, 0n);
        expect(read.subtotalMinor).toBe(nets);
        expect(read.totalMinor).toBe(nets - read.discountMinor + read.taxMinor);
      }),
      { numRuns: 20 },
    );
  });

  test('ignores what the request says of totals, state, number and line ids', async () => {
    const owner = service.newOwner();
    const invoice = await owner.draft({
      id: '1',
      number: 'INV-7',
      state: Invoice_State.PAID,
      totalMinor: 1n,
      paidMinor: 1n,
      lines: [{ ...LINE, id: '01900000-0000-7000-8000-000000000000', netMinor: 1n }],
    });
    expect(invoice).toMatchObject({ number: '', state: Invoice_State.DRAFT, totalMinor: 11900n, paidMinor: 0n });
    expect(invoice.lines[0]?.id).not.toBe('01900000-0000-7000-8000-000000000000');
  });

  test('takes the currency of the account when the request names none, and asks only then', async () => {
    const owner = service.newOwner({ user: { defaultCurrencyCode: 'JPY' } });
    const before = service.userService.calls.length;
    const invoice = await owner.draft({ currencyCode: '', lines: [{ ...LINE, unitPrice: '1000' }] });
    expect(invoice).toMatchObject({ currencyCode: 'JPY', subtotalMinor: 2000n });
    expect(service.userService.calls.slice(before).toSorted()).toEqual(['GetCustomer', 'GetUser']);
    // The customer was seen a moment ago.
    await owner.draft({ currencyCode: 'USD' });
    expect(service.userService.calls.slice(before + 2)).toEqual([]);
  });

  test('shows the local today of the user as the issue date of a draft without one', async () => {
    const owner = service.newOwner({ timeZone: 'Pacific/Kiritimati' });
    expect((await owner.draft()).issueDate).toBe('2026-03-02');
  });

  test('publishes what was made, by whom, in which request', async () => {
    const owner = service.newOwner({ timeZone: 'Europe/Berlin' });
    const invoice = await owner.draft();
    expect(await service.eventsOf(invoice.id)).toMatchObject([
      {
        topic: 'invoice.created',
        version: 1n,
        ownerId: owner.identity.userId,
        actor: owner.identity.actor,
        requestId: 'test-request',
        message: { invoice, timeZone: 'Europe/Berlin' },
      },
    ]);
    const { changes } = required((await service.eventsOf(invoice.id))[0]).message;
    expect(changes).toContainEqual(expect.objectContaining({ field: 'totalMinor', newValue: '11900' }));
    expect(changes.every(({ oldValue }) => oldValue === undefined)).toBe(true);
  });

  test('refuses a customer that does not exist and one of somebody else alike', async () => {
    const owner = service.newOwner();
    const stranger = service.newOwner();
    const refusals = await Promise.all(
      [stranger.customerId, '01900000-0000-7000-8000-000000000000'].map((customerId) =>
        refusalOf(owner.draft({ customerId })),
      ),
    );
    expect(refusals[0]).toEqual(refusals[1]);
    expect(refusals[0]).toMatchObject({
      code: Code.NotFound,
      reason: 'CUSTOMER_NOT_FOUND',
      fields: ['invoice.customer_id'],
    });
  });

  test.each([
    ['a currency that does not exist', { currencyCode: 'EUX' }, ['invoice.currency_code']],
    ['a due date that does not exist', { dueDate: '2026-02-30' }, ['invoice.due_date']],
    ['no due date', { dueDate: '' }, ['invoice.due_date']],
    ['a due date before the issue date', { issueDate: '2026-04-01' }, ['invoice.due_date']],
    ['a discount over 100 %', { discountPercent: '100.5' }, ['invoice.discount_percent']],
    ['a line without description', { lines: [{ ...LINE, description: '' }] }, ['invoice.lines[0].description']],
    ['a malformed price', { lines: [LINE, { ...LINE, unitPrice: '1e3' }] }, ['invoice.lines[1].unit_price']],
    ['a negative price', { lines: [{ ...LINE, unitPrice: '-1' }] }, ['invoice.lines[0].unit_price']],
    ['a text that cannot be stored', { memo: 'a\0b' }, ['invoice.memo']],
  ])('refuses %s and names the field', async (_, init, fields) => {
    const refusal = await refusalOf(service.newOwner().draft(init));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_ARGUMENT', fields });
  });

  test('refuses more than can be represented, and a negative total', async () => {
    const owner = service.newOwner();
    const huge = { ...LINE, quantity: '999999999999', unitPrice: '999999999999' };
    expect(await refusalOf(owner.draft({ lines: [huge] }))).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'AMOUNT_TOO_LARGE',
      fields: ['invoice.lines[0]'],
    });
    expect(await refusalOf(owner.draft({ lines: [{ ...LINE, quantity: '-1' }] }))).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'NEGATIVE_TOTAL',
    });
  });

  test('takes 500 lines, and no more', async () => {
    const owner = service.newOwner();
    const lines = Array.from({ length: 500 }, (_, index) => ({ ...LINE, description: `Line ${index}` }));
    const invoice = await owner.draft({ lines });
    expect(invoice.totalMinor).toBe(500n * 11900n);
    expect((await owner.invoices.getInvoice({ invoiceId: invoice.id })).invoice).toEqual(invoice);
    expect(await refusalOf(owner.draft({ lines: [...lines, LINE] }))).toMatchObject({ fields: ['invoice.lines'] });
  });

  test('is for users only', async () => {
    const invoice = create(InvoiceSchema, { customerId: service.newOwner().customerId, dueDate: '2026-03-31' });
    const nobody = service.client(InvoiceService);
    expect(await refusalOf(nobody.createInvoice({ invoice }))).toMatchObject({ code: Code.Unauthenticated });
  });

  test('makes one draft for one idempotency key, however often and fast it is repeated', async () => {
    const owner = service.newOwner();
    const client = owner.with({ 'idempotency-key': 'create-1' });
    const invoice = { customerId: owner.customerId, currencyCode: 'EUR', dueDate: '2026-03-31', lines: [LINE] };
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.createInvoice({ invoice })));
    expect(new Set(answers.map((answer) => answer.invoice?.id)).size).toBe(1);
    expect(answers.every((answer) => answer.invoice?.totalMinor === 11900n)).toBe(true);
    expect((await owner.invoices.listInvoices({})).invoices).toHaveLength(1);
    expect(await service.eventsOf(answers[0]?.invoice?.id ?? '')).toHaveLength(1);
    expect(await refusalOf(client.createInvoice({ invoice: { ...invoice, memo: 'other' } }))).toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
  });
});
