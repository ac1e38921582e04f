import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreditNote } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import { CreditEntry_Type } from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import { Invoice_Action, Invoice_State, UnavailableAction_Reason } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { NumberSeries_DocumentType } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { FULL_DRAFT } from '../testing/full-draft.ts';
import { discrepanciesOf, ledgerOf } from '../testing/ledger-of.ts';
import { seriesOf } from '../testing/series-of.ts';
import { type InvoiceTestService, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const sumOf = (notes: readonly CreditNote[], name: 'totalMinor' | 'taxMinor' | 'payableMinor' | 'appliedMinor') =>
  notes.reduce((sum, note) => sum + note[name], 0n);

describe('IssueCreditNote', () => {
  test('takes back a part of an invoice over nothing but its rounding', async () => {
    const owner = service.newOwner();
    const lines = [{ description: 'Bread', quantity: '1', unitPrice: '0' }];
    const { id, payableMinor } = await owner.open({ lines, roundingAmountMinor: 500n });
    expect(payableMinor).toBe(500n);
    const { issue } = creditNotesOf(service, owner);
    const part = await issue(id, { amountMinor: 200n });
    expect(part).toMatchObject({ totalMinor: 0n, roundingMinor: 200n, payableMinor: 200n, invoiceDueMinor: 300n });
    expect(await issue(id)).toMatchObject({ roundingMinor: 300n, payableMinor: 300n, invoiceDueMinor: 0n });
    expect(await owner.get(id)).toMatchObject({ state: Invoice_State.PAID, creditableMinor: 0n });
  });

  test('takes back a quantity of a line, reduces what is due, and tells of it', async () => {
    const owner = service.newOwner();
    const opened = await owner.open();
    const { id: invoiceId } = opened;
    const [line] = opened.lines;
    const creditNote = await creditNotesOf(service, owner).issue(invoiceId, {
      reason: 'One hour too many',
      lines: [{ invoiceLineId: required(line).id, quantity: '1' }],
      message: 'We are sorry.',
    });
    expect(creditNote).toMatchObject({
      number: 'CN-00001',
      invoiceId,
      invoiceNumber: 'INV-00001',
      invoiceIssueDate: '2026-03-01',
      customerId: owner.customerId,
      currencyCode: 'EUR',
      issueDate: '2026-03-01',
      reason: 'One hour too many',
      numberSeries: 'credit-note',
      lines: [
        { invoiceLineId: line?.id, description: 'Consulting', quantity: '1', taxPercent: '19', netMinor: 5_000n },
      ],
      subtotalMinor: 5_000n,
      taxes: [{ taxPercent: '19', netMinor: 5_000n, taxMinor: 950n }],
      taxMinor: 950n,
      totalMinor: 5_950n,
      payableMinor: 5_950n,
      appliedMinor: 5_950n,
      creditMinor: 0n,
      invoiceState: Invoice_State.OPEN,
      invoiceDueMinor: 5_950n,
      seller: opened.seller,
      customer: opened.customer,
    });
    const invoice = await owner.get(invoiceId);
    expect(invoice).toMatchObject({
      state: Invoice_State.OPEN,
      totalMinor: 11_900n,
      creditedMinor: 5_950n,
      creditNoteMinor: 5_950n,
      creditableMinor: 5_950n,
      dueMinor: 5_950n,
      partiallyPaid: false,
    });
    expect((await service.eventsOf(invoiceId)).slice(2)).toMatchObject([
      {
        topic: 'credit-note.issued',
        version: 3n,
        message: {
          invoice,
          creditNote,
          changes: [
            { field: 'creditNoteMinor', newValue: '5950' },
            { field: 'creditedMinor', newValue: '5950' },
            { field: `creditNotes.${creditNote?.id}.issueDate`, newValue: creditNote?.issueDate },
            { field: `creditNotes.${creditNote?.id}.totalMinor`, newValue: '5950' },
            { field: `creditNotes.${creditNote?.id}.reason` },
          ],
          message: 'We are sorry.',
        },
      },
    ]);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('of all that remains settles the invoice, and what was paid becomes credit', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 4_000n });
    const creditNote = await creditNotesOf(service, owner).issue(invoiceId);
    expect(creditNote).toMatchObject({
      lines: [{ quantity: '2', netMinor: 10_000n }],
      payableMinor: 11_900n,
      appliedMinor: 7_900n,
      creditMinor: 4_000n,
      invoiceState: Invoice_State.PAID,
      invoiceDueMinor: 0n,
    });
    expect(await owner.get(invoiceId)).toMatchObject({
      state: Invoice_State.PAID,
      paidMinor: 4_000n,
      creditedMinor: 7_900n,
      creditNoteMinor: 11_900n,
      creditableMinor: 0n,
      dueMinor: 0n,
      payTime: creditNote.createTime,
      availableActions: [Invoice_Action.RESEND, Invoice_Action.DUPLICATE],
    });
    const ledger = ledgerOf(service, owner);
    expect(await ledger.entries()).toMatchObject([
      {
        type: CreditEntry_Type.CREDIT_NOTE,
        amountMinor: 4_000n,
        invoiceId,
        creditNoteId: creditNote.id,
        paymentId: '',
      },
    ]);
    const other = await owner.open();
    await ledger.client.applyCredit({ invoiceId: other.id });
    expect(await ledger.credit()).toBe(0n);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('of a paid invoice becomes credit as a whole, which can be paid out', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 11_900n });
    const creditNote = await creditNotesOf(service, owner).issue(invoiceId, { amountMinor: 1_190n });
    expect(creditNote).toMatchObject({
      lines: [{ quantity: '', netMinor: 1_000n }],
      taxMinor: 190n,
      payableMinor: 1_190n,
      appliedMinor: 0n,
      creditMinor: 1_190n,
      invoiceState: Invoice_State.PAID,
    });
    const { client } = ledgerOf(service, owner);
    await client.refundCredit({ customerId: owner.customerId, currencyCode: 'EUR', amountMinor: 1_190n });
    expect(await owner.get(invoiceId)).toMatchObject({
      paidMinor: 11_900n,
      creditedMinor: 0n,
      creditableMinor: 10_710n,
    });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('adds up to the invoice to the cent, with every tax, discount, allowance, charge and rounding', async () => {
    const owner = service.newOwner();
    const invoice = await owner.open({ ...FULL_DRAFT, customerId: owner.customerId });
    const { issue } = creditNotesOf(service, owner);
    const [screws, advice] = invoice.lines.map(({ id }) => id);
    const notes = [
      await issue(invoice.id, {
        lines: [{ invoiceLineId: screws ?? '', quantity: '417' }],
        charges: [{ position: 0 }],
      }),
      await issue(invoice.id, { amountMinor: 10_001n }),
      await issue(invoice.id, { lines: [{ invoiceLineId: advice ?? '', amountMinor: 33_333n }] }),
      await issue(invoice.id),
    ];
    expect(sumOf(notes, 'totalMinor')).toBe(invoice.totalMinor);
    expect(sumOf(notes, 'taxMinor')).toBe(invoice.taxMinor);
    // What was prepaid is given back too, as credit.
    expect(sumOf(notes, 'payableMinor')).toBe(invoice.payableMinor + invoice.prepaidMinor);
    expect(sumOf(notes, 'appliedMinor')).toBe(invoice.payableMinor);
    expect(notes[1]?.payableMinor).toBe(10_001n);
    expect(await owner.get(invoice.id)).toMatchObject({
      state: Invoice_State.PAID,
      dueMinor: 0n,
      creditableMinor: 0n,
    });
    expect(await ledgerOf(service, owner).credit()).toBe(10_000n);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('keeps an invoice from being voided and revised', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await creditNotesOf(service, owner).issue(invoiceId, { amountMinor: 1n });
    for (const action of ['voidInvoice', 'reviseInvoice'] as const) {
      expect(await refusalOf(owner.invoices[action]({ invoiceId }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_HAS_CREDIT_NOTES',
        metadata: { cause: 'HAS_CREDIT_NOTES' },
      });
    }
    expect((await owner.get(invoiceId)).unavailableActions).toContainEqual(
      expect.objectContaining({
        action: Invoice_Action.VOID_INVOICE,
        reason: UnavailableAction_Reason.HAS_CREDIT_NOTES,
      }),
    );
  });

  test('takes its number from a series for credit notes, and refuses one that is another document’s', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const series = seriesOf(service, owner);
    const documentType = NumberSeries_DocumentType.CREDIT_NOTE;
    await series.add({ name: 'returns', documentType, pattern: 'R{YYYY}-{SEQ:2}' });
    await series.add({ name: 'clash', documentType, pattern: 'R{YYYY}-0{SEQ}' });
    const { issue } = creditNotesOf(service, owner);
    const first = await issue(invoiceId, { amountMinor: 1n, numberSeries: 'returns' });
    expect(first).toMatchObject({ number: 'R2026-01', numberSeries: 'returns' });
    expect(await refusalOf(issue(invoiceId, { amountMinor: 1n, numberSeries: 'clash' }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'NUMBER_TAKEN',
    });
    expect(await refusalOf(issue(invoiceId, { numberSeries: 'nowhere' }))).toMatchObject({
      code: Code.NotFound,
      reason: 'NUMBER_SERIES_NOT_FOUND',
    });
  });
});
