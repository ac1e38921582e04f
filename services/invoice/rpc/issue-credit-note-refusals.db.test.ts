import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { type InvoiceTestService, LINE, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('IssueCreditNote', () => {
  test('refuses more than what remains, and names the field and how much that is', async () => {
    const owner = service.newOwner();
    const { id: invoiceId, lines } = await owner.open({ lines: [LINE, LINE] });
    const [first, second] = lines.map(({ id }) => id);
    const { issue } = creditNotesOf(service, owner);
    await issue(invoiceId, { lines: [{ invoiceLineId: first ?? '', quantity: '1.5' }] });
    const refusal = (request: Parameters<typeof issue>[1]) => refusalOf(issue(invoiceId, request));
    expect(await refusal({ amountMinor: 14_876n })).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'CREDIT_EXCEEDS_REMAINING',
      fields: ['amount_minor'],
      metadata: { remainingMinor: '14875' },
    });
    expect(
      await refusal({ lines: [{ invoiceLineId: second ?? '' }, { invoiceLineId: first ?? '', quantity: '0.6' }] }),
    ).toMatchObject({
      reason: 'CREDIT_EXCEEDS_REMAINING',
      fields: ['lines[1].quantity'],
      metadata: { remainingQuantity: '0.5' },
    });
    expect(await refusal({ lines: [{ invoiceLineId: first ?? '', amountMinor: 2_501n }] })).toMatchObject({
      reason: 'CREDIT_EXCEEDS_REMAINING',
      fields: ['lines[0].amount_minor'],
      metadata: { remainingMinor: '2500' },
    });
    await issue(invoiceId);
    expect(await refusal({})).toMatchObject({ reason: 'CREDIT_EXCEEDS_REMAINING', metadata: { cause: 'CREDITED' } });
  });

  test('knows a line by its id in capital letters too, and refuses it twice', async () => {
    const owner = service.newOwner();
    const { id: invoiceId, lines } = await owner.open();
    const id = required(lines[0]).id;
    const { issue } = creditNotesOf(service, owner);
    const twice = issue(invoiceId, { lines: [id, id.toUpperCase()].map((invoiceLineId) => ({ invoiceLineId })) });
    expect(await refusalOf(twice)).toMatchObject({ fields: ['lines[1].invoice_line_id'] });
    const credited = await issue(invoiceId, { lines: [{ invoiceLineId: id.toUpperCase(), quantity: '1' }] });
    expect(credited.lines).toMatchObject([{ invoiceLineId: id, quantity: '1' }]);
  });

  test('refuses what comes to nothing with its rounding', async () => {
    const owner = service.newOwner();
    const lines = [{ description: 'Bread', quantity: '100', unitPrice: '0.01' }];
    const { id, payableMinor } = await owner.open({ lines, roundingAmountMinor: -99n });
    expect(payableMinor).toBe(1n);
    const { client, issue } = creditNotesOf(service, owner);
    const [line] = (await owner.invoices.getInvoice({ invoiceId: id })).invoice?.lines ?? [];
    const small = { lines: [{ invoiceLineId: line?.id ?? '', quantity: '1' }] };
    expect(await refusalOf(client.issueCreditNote({ invoiceId: id, reason: 'Returned', ...small }))).toMatchObject({
      reason: 'CREDIT_EXCEEDS_REMAINING',
      metadata: { remainingMinor: '1' },
    });
    expect((await issue(id)).payableMinor).toBe(1n);
  });

  test.each([
    ['no reason', { reason: '' }, 'reason'],
    ['a negative amount', { amountMinor: -1n }, 'amount_minor'],
    ['an amount beside parts', { amountMinor: 1n, charges: [{ position: 0 }] }, 'amount_minor'],
    [
      'a line of another invoice',
      { lines: [{ invoiceLineId: '01a20306-0400-7b32-833b-7f949d76e486' }] },
      'lines[0].invoice_line_id',
    ],
    ['an allowance that is not there', { allowances: [{ position: 3 }] }, 'allowances[0].position'],
    ['a charge that is not there', { charges: [{ position: 3 }] }, 'charges[0].position'],
    [
      'a quantity that is no number',
      { lines: [{ invoiceLineId: '01a20306-0400-7b32-833b-7f949d76e486', quantity: '1e3' }] },
      'lines[0].quantity',
    ],
    ['a series of invoices', { numberSeries: 'invoice' }, 'number_series'],
  ])('refuses %s', async (_, request, field) => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    expect(await refusalOf(creditNotesOf(service, owner).issue(invoiceId, request))).toMatchObject({ fields: [field] });
  });

  test('refuses the same line twice, and a quantity beside an amount', async () => {
    const owner = service.newOwner();
    const { id: invoiceId, lines } = await owner.open();
    const line = { invoiceLineId: required(lines[0]).id, quantity: '1' };
    const { issue } = creditNotesOf(service, owner);
    expect(await refusalOf(issue(invoiceId, { lines: [line, line] }))).toMatchObject({
      fields: ['lines[1].invoice_line_id'],
    });
    expect(await refusalOf(issue(invoiceId, { lines: [{ ...line, amountMinor: 1n }] }))).toMatchObject({
      fields: ['lines[0].amount_minor'],
    });
  });

  test('refuses drafts, void invoices and those with write-offs', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const voided = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    const { issue } = creditNotesOf(service, owner);
    for (const [{ id }, state] of [
      [draft, 'DRAFT'],
      [voided, 'VOID'],
    ] as const) {
      expect(await refusalOf(issue(id))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_STATE',
        metadata: { state, action: 'ISSUE_CREDIT_NOTE' },
      });
    }
    const writtenOff = await owner.open();
    await owner.invoices.writeOffInvoice({ invoiceId: writtenOff.id, amountMinor: 1n, reason: 'insolvent' });
    expect(await refusalOf(issue(writtenOff.id))).toMatchObject({ reason: 'INVOICE_HAS_WRITE_OFFS' });
  });

  test("refuses another owner's invoice, a stale If-Match, and nobody", async () => {
    const owner = service.newOwner();
    const request = { invoiceId: (await owner.open()).id, reason: 'Returned' };
    const stranger = creditNotesOf(service, service.newOwner());
    expect(await refusalOf(stranger.client.issueCreditNote(request))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    const stale = creditNotesOf(service, owner, { 'if-match': '"1"' });
    expect(await refusalOf(stale.client.issueCreditNote(request))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    expect(await refusalOf(service.client(CreditNoteService).issueCreditNote(request))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
