import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreditNote } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { CreditEntry_Type } from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import { Invoice_Action, Invoice_State, UnavailableAction_Reason } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { NumberSeries_DocumentType } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { inTransaction } from '../../../runtime/testing/in-transaction.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { FULL_DRAFT } from '../testing/full-draft.ts';
import { discrepanciesOf, ledgerOf } from '../testing/ledger-of.ts';
import { seriesOf } from '../testing/series-of.ts';
import {
  type InvoiceTestService,
  LINE,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const sumOf = (notes: readonly CreditNote[], name: 'totalMinor' | 'taxMinor' | 'payableMinor' | 'appliedMinor') =>
  notes.reduce((sum, note) => sum + note[name], 0n);

async function get(owner: Owner, invoiceId: string) {
  return required((await owner.invoices.getInvoice({ invoiceId })).invoice);
}

describe('IssueCreditNote', () => {
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

  test('takes back a quantity of a line, reduces what is due, and tells of it', async () => {
    const owner = service.newOwner();
    const opened = await owner.open();
    const { id: invoiceId } = opened;
    const [line] = opened.lines;
    const creditNote = await creditNotesOf(service, owner).issue(invoiceId, {
      reason: 'One hour too many',
      lines: [{ invoiceLineId: required(line).id, quantity: '1' }],
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
    const invoice = await get(owner, invoiceId);
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
    expect(await get(owner, invoiceId)).toMatchObject({
      state: Invoice_State.PAID,
      paidMinor: 4_000n,
      creditedMinor: 7_900n,
      creditNoteMinor: 11_900n,
      creditableMinor: 0n,
      dueMinor: 0n,
      payTime: creditNote.createTime,
      availableActions: [Invoice_Action.DUPLICATE],
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
    expect(await get(owner, invoiceId)).toMatchObject({
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
    // What was prepaid elsewhere is given back too, as credit.
    expect(sumOf(notes, 'payableMinor')).toBe(invoice.payableMinor + invoice.prepaidMinor);
    expect(sumOf(notes, 'appliedMinor')).toBe(invoice.payableMinor);
    expect(notes[1]?.payableMinor).toBe(10_001n);
    expect(await get(owner, invoice.id)).toMatchObject({
      state: Invoice_State.PAID,
      dueMinor: 0n,
      creditableMinor: 0n,
    });
    expect(await ledgerOf(service, owner).credit()).toBe(10_000n);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('of twenty at once takes back each once, never beyond what remains, and numbers have no gap', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { client, issue } = creditNotesOf(service, owner);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => issue(invoiceId, { amountMinor: 1_000n })),
    );
    const issued = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(issued).toHaveLength(11);
    expect(issued.map(({ number }) => number).toSorted()).toEqual(
      Array.from({ length: 11 }, (_, index) => `CN-${String(index + 1).padStart(5, '0')}`),
    );
    for (const result of results.filter(({ status }) => status === 'rejected')) {
      expect(String(Object.values(result))).toContain('what remains of the invoice');
    }
    expect(await get(owner, invoiceId)).toMatchObject({
      creditNoteMinor: 11_000n,
      creditableMinor: 900n,
      dueMinor: 900n,
    });
    expect((await client.listCreditNotes({ invoiceId })).creditNotes).toHaveLength(11);
    expect((await service.eventsOf(invoiceId)).map(({ version }) => version)).toEqual(
      Array.from({ length: 13 }, (_, index) => BigInt(index + 1)),
    );
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('among payments at once keeps paid, credited and due together', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { issue } = creditNotesOf(service, owner);
    await Promise.allSettled(
      Array.from({ length: 24 }, (_, index) =>
        index % 2 === 0
          ? issue(invoiceId, { amountMinor: 700n })
          : owner.invoices.recordPayment({ invoiceId, amountMinor: 900n }),
      ),
    );
    const { paidMinor, creditedMinor, dueMinor, totalMinor } = await get(owner, invoiceId);
    expect(paidMinor + creditedMinor + dueMinor).toBe(totalMinor);
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
    expect((await get(owner, invoiceId)).unavailableActions).toContainEqual(
      expect.objectContaining({
        action: Invoice_Action.VOID_INVOICE,
        reason: UnavailableAction_Reason.HAS_CREDIT_NOTES,
      }),
    );
  });

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

  test('takes its number from a series for credit notes, and refuses one that is another document’s', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const series = seriesOf(service, owner);
    const documentType = NumberSeries_DocumentType.CREDIT_NOTE;
    await series.add({ name: 'returns', documentType, pattern: 'R{YYYY}-{SEQ}' });
    await series.add({ name: 'clash', documentType, pattern: 'R2026-{SEQ}' });
    const { issue } = creditNotesOf(service, owner);
    const first = await issue(invoiceId, { amountMinor: 1n, numberSeries: 'returns' });
    expect(first).toMatchObject({ number: 'R2026-1', numberSeries: 'returns' });
    expect(await refusalOf(issue(invoiceId, { amountMinor: 1n, numberSeries: 'clash' }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'NUMBER_TAKEN',
    });
    expect(await refusalOf(issue(invoiceId, { numberSeries: 'nowhere' }))).toMatchObject({
      code: Code.NotFound,
      reason: 'NUMBER_SERIES_NOT_FOUND',
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

  test('issues once for one key, however fast it is repeated', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { issue } = creditNotesOf(service, owner, { 'idempotency-key': 'credit-note-1' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => issue(invoiceId, { amountMinor: 100n })));
    expect(new Set(answers.map(({ id, number }) => `${id} ${number}`)).size).toBe(1);
    expect((await get(owner, invoiceId)).creditNoteMinor).toBe(100n);
  });

  // Last, since it leaves connections behind that are broken.
  test('that is cut off takes no number and no part of the invoice', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { issue } = creditNotesOf(service, owner);
    const { issuing } = await inTransaction(service.db, async (sql) => {
      await sql`select 1 from customer_accounts where owner_id = ${owner.identity.userId} for update`;
      const started = Promise.allSettled([issue(invoiceId, { amountMinor: 500n })]);
      await waitUntil(async () => {
        const rows = await service.db.$client<{ isCut: boolean }[]>`
          select pg_terminate_backend(pid) as "isCut" from pg_stat_activity
          where datname = current_database() and application_name = 'numer-invoice' and wait_event_type = 'Lock'`;
        return rows.some(({ isCut }) => isCut);
      });
      return { issuing: started };
    });
    expect(await issuing).toMatchObject([{ status: 'rejected' }]);
    expect(await get(owner, invoiceId)).toMatchObject({ creditNoteMinor: 0n, dueMinor: 11_900n });
    expect((await issue(invoiceId)).number).toBe('CN-00001');
  });
});
