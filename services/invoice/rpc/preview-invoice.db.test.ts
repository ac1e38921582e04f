import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_RoundingPolicy, Invoice_State, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { FACTS, FULL_DRAFT } from '../testing/full-draft.ts';
import { type InvoiceTestService, LINE, required, startInvoiceService } from '../testing/start-invoice-service.ts';

/** A number that the enum does not have, such as a newer client may send. */
const UNKNOWN_POLICY = 9 as Invoice_RoundingPolicy;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('PreviewInvoice', () => {
  test('calculates without a customer, a due date, or anything to be stored', async () => {
    const owner = service.newOwner();
    const { invoice } = await owner.invoices.previewInvoice({ invoice: { currencyCode: 'EUR', lines: [LINE] } });
    expect(invoice).toMatchObject({
      id: '',
      state: Invoice_State.DRAFT,
      customerId: '',
      dueDate: '',
      etag: '',
      availableActions: [],
      roundingPolicy: Invoice_RoundingPolicy.DOCUMENT,
      totalMinor: 11900n,
      payableMinor: 11900n,
      dueMinor: 11900n,
      lines: [{ id: '', baseQuantity: '1', unitCode: 'C62', netMinor: 10000n }],
    });
    expect([invoice?.createTime, invoice?.updateTime]).toEqual([undefined, undefined]);
    expect((await owner.invoices.listInvoices({})).invoices).toEqual([]);
    expect(await service.db.$client`select 1 from outbox where owner_id = ${owner.identity.userId}`).toHaveLength(0);
  });

  test('gives the amounts that creating gives', async () => {
    const owner = service.newOwner();
    const given = { ...FULL_DRAFT, ...FACTS };
    const preview = required((await owner.invoices.previewInvoice({ invoice: given })).invoice);
    const draft = await owner.draft(given);
    const { id, customerId, createTime, updateTime, etag, availableActions, unavailableActions } = draft;
    const lines = preview.lines.map((line, index) => ({ ...line, id: draft.lines[index]?.id }));
    expect({
      ...preview,
      id,
      customerId,
      createTime,
      updateTime,
      etag,
      availableActions,
      unavailableActions,
      lines,
    }).toEqual(draft);
  });

  test("takes the user's currency when it is given none", async () => {
    const owner = service.newOwner({ user: { defaultCurrencyCode: 'JPY' } });
    const { invoice } = await owner.invoices.previewInvoice({ invoice: { lines: [LINE] } });
    expect(invoice).toMatchObject({ currencyCode: 'JPY', totalMinor: 119n });
  });

  test('allows a negative total only when it is asked for', async () => {
    const { invoices } = service.newOwner();
    const invoice = create(InvoiceSchema, { currencyCode: 'EUR', lines: [{ ...LINE, quantity: '-2' }] });
    expect(await refusalOf(invoices.previewInvoice({ invoice }))).toMatchObject({ reason: 'NEGATIVE_TOTAL' });
    const preview = await invoices.previewInvoice({ invoice, allowNegative: true });
    expect(preview.invoice).toMatchObject({ taxMinor: -1900n, totalMinor: -11900n, payableMinor: -11900n });
  });

  test.each<[string, MessageInitShape<typeof InvoiceSchema>, string]>([
    ['a malformed quantity', { lines: [{ ...LINE, quantity: 'x' }] }, 'invoice.lines[0].quantity'],
    ['a line without description', { lines: [{ ...LINE, description: '' }] }, 'invoice.lines[0].description'],
    ['a base quantity of 0', { lines: [{ ...LINE, baseQuantity: '0' }] }, 'invoice.lines[0].base_quantity'],
    ['an unknown unit', { lines: [{ ...LINE, unitCode: 'hr' }] }, 'invoice.lines[0].unit_code'],
    ['an allowance without a reason', { allowances: [{ taxPercent: '0' }] }, 'invoice.allowances[0]'],
    ['a charge without a tax', { charges: [{ reason: 'Freight' }] }, 'invoice.charges[0]'],
    ['two kinds of tax', { lines: [{ ...LINE, taxes: [{ percent: '7' }] }] }, 'invoice.lines[0].tax_percent'],
    ['a rounding policy that does not exist', { roundingPolicy: UNKNOWN_POLICY }, 'invoice.rounding_policy'],
    ['more prepaid than there is to pay', { prepaidMinor: 1n }, 'invoice.prepaid_minor'],
    ['a due date that does not exist', { dueDate: '2026-02-30' }, 'invoice.due_date'],
    ['a customer id that is none', { customerId: 'x' }, 'invoice.customer_id'],
  ])('refuses %s like creating does', async (_, init, field) => {
    const owner = service.newOwner();
    const refusal = await refusalOf(owner.invoices.previewInvoice({ invoice: { currencyCode: 'EUR', ...init } }));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_ARGUMENT', fields: [field] });
    const created = await refusalOf(owner.draft({ lines: [], ...init }));
    expect({ ...created, message: '' }).toEqual({ ...refusal, message: '' });
  });

  test('refuses a request without an invoice, and nobody', async () => {
    expect(await refusalOf(service.newOwner().invoices.previewInvoice({}))).toMatchObject({ fields: ['invoice'] });
    const nobody = service.client(InvoiceService);
    expect(await refusalOf(nobody.previewInvoice({ invoice: {} }))).toMatchObject({ code: Code.Unauthenticated });
  });

  test('is for those who may only read as well', async () => {
    const owner = service.newOwner();
    const reader = service.client(InvoiceService, { ...owner.identity, canWrite: false });
    const { invoice } = await reader.previewInvoice({ invoice: { currencyCode: 'EUR', lines: [LINE] } });
    expect(invoice?.totalMinor).toBe(11900n);
  });

  test('takes no notice of an idempotency key, having nothing to repeat', async () => {
    const client = service.newOwner().with({ 'idempotency-key': 'preview-1' });
    for (const [quantity, totalMinor] of [
      ['1', 5950n],
      ['2', 11900n],
    ] as const) {
      const { invoice } = await client.previewInvoice({
        invoice: { currencyCode: 'EUR', lines: [{ ...LINE, quantity }] },
      });
      expect(invoice?.totalMinor).toBe(totalMinor);
    }
  });
});
