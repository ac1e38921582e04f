import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Invoice, Invoice_Action, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { ListInvoicesRequest_Order as Order } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { NumberSeries_DocumentType, NumberSeries_Reset } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { DEFAULT_SERIES, formatNumber } from '../domain/number-series.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { listAll } from '../testing/list-all.ts';
import { seriesOf } from '../testing/series-of.ts';
import {
  type InvoiceTestService,
  LINE,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

const { NEVER, YEARLY, MONTHLY } = NumberSeries_Reset;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

/** The dates of an invoice that another system issued in January, due in February. */
const ISSUED = { issueDate: '2026-01-15', dueDate: '2026-02-14' };

async function record(owner: Owner, number: string, init: Parameters<Owner['draft']>[0] = {}): Promise<Invoice> {
  const { id: invoiceId } = await owner.draft({ ...ISSUED, ...init });
  return required((await owner.invoices.finalizeInvoice({ invoiceId, number })).invoice);
}

describe('FinalizeInvoice with the number of another system', () => {
  test('opens the draft under that number and its own dates, overdue by them, and says that it was issued elsewhere', async () => {
    const owner = service.newOwner();
    const invoice = await record(owner, '2026/17 b');
    expect(invoice).toMatchObject({
      ...ISSUED,
      number: '2026/17 b',
      issuedElsewhere: true,
      state: Invoice_State.OPEN,
      overdue: true,
      dueMinor: 11_900n,
      customer: { name: 'Example Ltd' },
    });
    expect(invoice.sendTime).toBeUndefined();
    expect(invoice.availableActions).toContain(Invoice_Action.SEND);
    expect(await owner.get(invoice.id)).toEqual(invoice);
    expect((await service.eventsOf(invoice.id))[1]).toMatchObject({
      topic: 'invoice.finalized',
      message: {
        invoice,
        changes: [
          { field: 'number', newValue: '2026/17 b' },
          { field: 'issuedElsewhere', newValue: 'true' },
          { field: 'state', oldValue: 'DRAFT', newValue: 'OPEN' },
          { field: 'seller' },
          { field: 'customer' },
        ],
      },
    });
  });
});

describe('what was issued elsewhere', () => {
  test('counts no series on, whose next invoice gets the next number as before', async () => {
    const owner = service.newOwner();
    await owner.open();
    await record(owner, 'OLD-17');
    expect((await owner.open()).number).toBe('INV-00002');
  });

  test('is frozen, paid, credited, sent once, voided and revised like any other; the revision is issued here', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await record(owner, 'OLD-1');
    const change = owner.invoices.updateInvoice({
      invoice: { id: invoiceId, dueDate: '2027-01-01' },
      updateMask: { paths: ['due_date'] },
    });
    expect(await refusalOf(change)).toMatchObject({ reason: 'INVOICE_STATE' });
    await expect(
      service.db.$client`update invoices set issued_elsewhere = false where id = ${invoiceId}`,
    ).rejects.toThrow('its document is frozen');
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 1_900n, paymentDate: '2026-02-01' });
    const note = await creditNotesOf(service, owner).issue(invoiceId, { amountMinor: 5_000n });
    expect(note.invoiceNumber).toBe('OLD-1');
    expect(await owner.get(invoiceId)).toMatchObject({ dueMinor: 5_000n, issuedElsewhere: true });
    expect((await owner.invoices.sendInvoice({ invoiceId })).invoice).toMatchObject({
      number: 'OLD-1',
      issuedElsewhere: true,
    });
    expect(await refusalOf(owner.invoices.sendInvoice({ invoiceId }))).toMatchObject({ reason: 'INVOICE_STATE' });

    const other = await record(owner, 'OLD-2');
    const revision = required((await owner.invoices.reviseInvoice({ invoiceId: other.id })).invoice);
    expect(revision).toMatchObject({ number: '', issuedElsewhere: false });
    expect((await owner.invoices.finalizeInvoice({ invoiceId: revision.id })).invoice).toMatchObject({
      ...{ number: 'INV-00001', issuedElsewhere: false, revisesInvoiceNumber: 'OLD-2' },
    });
    const copy = required((await owner.invoices.duplicateInvoice({ invoiceId })).invoice);
    expect(copy).toMatchObject({ state: Invoice_State.DRAFT, issuedElsewhere: false });
  });

  test('is in the statement on the day on which it was issued', async () => {
    const owner = service.newOwner();
    await record(owner, 'OLD-1');
    const rows = await service.db.$client`
      select entry_date::text, due_minor from ledger_entries where owner_id = ${owner.identity.userId}`;
    expect(rows).toEqual([{ entry_date: '2026-01-15', due_minor: 11_900n }]);
  });

  test('over nothing is paid at once, and a payment term counts from its issue date', async () => {
    const owner = service.newOwner();
    const nothing = await record(owner, 'OLD-1', { lines: [{ ...LINE, unitPrice: '0' }] });
    expect(nothing.state).toBe(Invoice_State.PAID);
    expect(await record(owner, 'OLD-2', { dueDate: '', dueDays: 14 })).toMatchObject({ dueDate: '2026-01-29' });
  });

  test.each([
    ['an issue date is missing', { issueDate: '' }],
    ['the issue date is tomorrow', { issueDate: '2026-03-02' }],
  ])('is refused when %s', async (_, init) => {
    const owner = service.newOwner();
    const refusal = await refusalOf(record(owner, 'OLD-1', { ...init, dueDate: '2026-03-31' }));
    expect(refusal).toMatchObject({ reason: 'INVALID_ARGUMENT', fields: ['issue_date'] });
    expect(await record(owner, 'OLD-1', { issueDate: '2026-03-01', dueDate: '2026-03-31' })).toMatchObject({
      overdue: false,
    });
  });

  test('is no revision', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await record(owner, 'OLD-1');
    const revision = required((await owner.invoices.reviseInvoice({ invoiceId })).invoice);
    const finalized = owner.invoices.finalizeInvoice({ invoiceId: revision.id, number: 'OLD-2' });
    expect(await refusalOf(finalized)).toMatchObject({ fields: ['revises_invoice_id'] });
    expect((await owner.get(invoiceId)).state).toBe(Invoice_State.OPEN);
  });

  test.each([
    ' OLD-1',
    'OLD-1 ',
    'OLD\n1',
    'OLD\u0001',
    'OLD\u0085',
    'OLD\u2028',
    '\u3000',
    '\u200b',
    '\u202e1',
    ...['OLD-1\u3164', 'OLD-1\ufe0f', 'O\u034fLD-1', 'OLD\u2800-1'],
    'N'.repeat(51),
  ])('is not numbered %j', async (number) => {
    const owner = service.newOwner();
    expect(await refusalOf(record(owner, number))).toMatchObject({ reason: 'INVALID_ARGUMENT', fields: ['number'] });
  });

  test.each(['№ 7/б', '=1+1', "O'Hara; drop", '{SEQ}', 'N'.repeat(50), '.*', 'é', 'a\u00a0b', '領収書 7', '🧾'])(
    'may be numbered %j',
    async (number) => {
      const owner = service.newOwner();
      expect(await record(owner, number)).toMatchObject({ number });
      expect((await owner.invoices.listInvoices({ number })).invoices).toHaveLength(1);
    },
  );

  test('is listed by number, page by page and by its beginning, whatever characters its number has', async () => {
    const owner = service.newOwner();
    const numbers = ['RE 1', 'RE 2/б', 'RE~3', 'REé', 'RE領収書', `RE${'🧾'.repeat(48)}`];
    for (const number of numbers) await record(owner, number);
    await record(owner, 'RF');
    const query = { order: Order.NUMBER_ASC, numberPrefix: 'RE', pageSize: 1 };
    expect((await listAll(owner, query)).map(({ number }) => number)).toEqual(numbers);
    expect(await listAll(owner, { order: Order.NUMBER_DESC, pageSize: 2 })).toHaveLength(numbers.length + 1);
    expect((await listAll(owner, { numberPrefix: 'RE 2/' })).map(({ number }) => number)).toEqual(['RE 2/б']);
  });

  test('answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft(ISSUED);
    const client = owner.with({ 'idempotency-key': 'record-1' });
    const first = await client.finalizeInvoice({ invoiceId, number: 'OLD-1' });
    expect(await client.finalizeInvoice({ invoiceId, number: 'OLD-1' })).toEqual(first);
    expect(await refusalOf(client.finalizeInvoice({ invoiceId, number: 'OLD-2' }))).toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect(await service.eventsOf(invoiceId)).toHaveLength(2);
  });
});

describe('its number', () => {
  test('is that of one invoice of the owner, whoever gave it, and may be that of another owner', async () => {
    const owner = service.newOwner();
    await owner.open();
    await record(owner, 'OLD-1');
    for (const number of ['INV-00001', 'OLD-1']) {
      expect(await refusalOf(record(owner, number))).toMatchObject({ reason: 'NUMBER_TAKEN', fields: ['number'] });
    }
    await owner.invoices.voidInvoice({ invoiceId: (await record(owner, 'OLD-2')).id });
    expect(await refusalOf(record(owner, 'OLD-2'))).toMatchObject({ reason: 'NUMBER_TAKEN' });
    expect(await record(service.newOwner(), 'OLD-1')).toMatchObject({ number: 'OLD-1' });
  });

  test('is none that a series is yet to give, until its next sequence is raised beyond', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    expect(await refusalOf(record(owner, 'INV-00042'))).toMatchObject({
      reason: 'NUMBER_RESERVED',
      metadata: { numberSeries: 'invoice', nextSequence: '43' },
      fields: ['number'],
      message: expect.stringContaining('raise its next sequence to 43'),
    });
    await series.change({ name: 'invoice', nextSequence: 42n });
    expect(await refusalOf(record(owner, 'INV-00042'))).toMatchObject({ reason: 'NUMBER_RESERVED' });
    await series.change({ name: 'invoice', nextSequence: 43n });
    expect(await record(owner, 'INV-00042')).toMatchObject({ number: 'INV-00042' });
    expect((await owner.open()).number).toBe('INV-00043');
    expect(await refusalOf(record(owner, 'INV-00044'))).toMatchObject({ metadata: { nextSequence: '45' } });
  });

  test('is none of a series whose sequence it has as large as there is: only another pattern helps', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    expect(await refusalOf(record(owner, 'INV-999999999998'))).toMatchObject({
      metadata: { nextSequence: '999999999999' },
    });
    const reserved = await refusalOf(record(owner, 'INV-999999999999'));
    expect(reserved).toMatchObject({ reason: 'NUMBER_RESERVED', metadata: { numberSeries: 'invoice' } });
    expect(reserved.metadata).not.toHaveProperty('nextSequence');
    expect(reserved.message).toContain('first choose another pattern for it');
    await record(owner, 'R-999999999999');
    const taken = await refusalOf(series.change({ name: 'invoice', pattern: 'R-{SEQ}' }));
    expect(taken).toMatchObject({ reason: 'NUMBER_TAKEN', message: expect.stringContaining('choose another pattern') });
    expect(taken.metadata).not.toHaveProperty('nextSequence');
  });

  test.each(['INV-42', 'INV-000042', 'inv-00042', 'INV-00042x', 'INV-00000', 'CN-00042', 'Q-00042', 'INV-'])(
    'may look like one of a series: %s',
    async (number) => expect(await record(service.newOwner(), number)).toMatchObject({ number }),
  );

  test.each([
    ['R{YYYY}-{SEQ:3}', YEARLY, 'R2025-042', undefined],
    ['R{YYYY}-{SEQ:3}', YEARLY, 'R2026-042', { nextSequence: '43' }],
    ['R{YYYY}-{SEQ:3}', YEARLY, 'R2027-042', {}],
    ['R{YY}.{SEQ}', YEARLY, 'R25.42', undefined],
    ['R{YY}.{SEQ}', YEARLY, 'R26.42', { nextSequence: '43' }],
    ['R{YY}.{SEQ}', YEARLY, 'R26x42', undefined],
    ['{YYYY}{MM}{SEQ:2}', MONTHLY, '20260242', undefined],
    ['{YYYY}{MM}{SEQ:2}', MONTHLY, '20260342', { nextSequence: '43' }],
    ['{YYYY}{MM}{SEQ:2}', MONTHLY, '20260442', {}],
    ['{YYYY}{MM}{SEQ:2}', MONTHLY, '20261342', undefined],
    ['{YYYY}-{SEQ}', NEVER, '2025-42', undefined],
    ['{YYYY}-{SEQ}', NEVER, '2027-42', { nextSequence: '43' }],
    ['{SEQ}/{MM}', NEVER, '42/01', { nextSequence: '43' }],
    ['{YY}/{SEQ}/{YY}', NEVER, '26/42/27', undefined],
  ] as const)('of a series %s that starts again %i: %s', async (pattern, reset, number, metadata) => {
    const owner = service.newOwner();
    await seriesOf(service, owner).add({ name: 'web', pattern, reset });
    if (metadata === undefined) return expect(await record(owner, number)).toMatchObject({ number });
    const refusal = await refusalOf(record(owner, number));
    return expect(refusal).toMatchObject({ reason: 'NUMBER_RESERVED', metadata: { numberSeries: 'web', ...metadata } });
  });

  test('is of the year that it is for the owner', async () => {
    service.clock.set('2026-12-31T12:00:00Z');
    const [west, east] = [service.newOwner(), service.newOwner({ timeZone: 'Pacific/Kiritimati' })];
    for (const owner of [west, east])
      await seriesOf(service, owner).add({ name: 'web', pattern: '{YYYY}-{SEQ}', reset: YEARLY });
    expect(await refusalOf(record(west, '2026-5'))).toMatchObject({ reason: 'NUMBER_RESERVED' });
    expect(await record(east, '2026-5')).toMatchObject({ number: '2026-5' });
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('keeps series from being made or changed so that they come to it', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    for (const number of ['R-7', 'R-40', '2025-9', '2026-9']) await record(owner, number);
    const refused = {
      reason: 'NUMBER_TAKEN',
      metadata: { nextSequence: '41' },
      message: expect.stringContaining('R-40'),
    };
    expect(await refusalOf(series.change({ name: 'invoice', pattern: 'R-{SEQ}' }))).toMatchObject(refused);
    expect(await refusalOf(series.change({ name: 'invoice', pattern: 'R-{SEQ}', nextSequence: 8n }))).toMatchObject(
      refused,
    );
    expect(await refusalOf(series.add({ name: 'web', pattern: 'R-{SEQ}' }))).toMatchObject(refused);
    expect((await owner.open()).number).toBe('INV-00001');
    expect(await series.change({ name: 'invoice', pattern: 'R-{SEQ}', nextSequence: 41n })).toMatchObject({
      nextNumber: 'R-41',
    });
    expect((await owner.open()).number).toBe('R-41');
    await series.change({ name: 'invoice', pattern: '{YYYY}-{SEQ}' });
    const yearly = { name: 'invoice', reset: YEARLY };
    expect(await refusalOf(series.change(yearly))).toMatchObject({ metadata: { nextSequence: '10' } });
    expect(await series.change({ ...yearly, nextSequence: 10n })).toMatchObject({ nextNumber: '2026-10' });
    await series.add({ name: 'web', pattern: 'W-{YYYY}-{SEQ}', reset: YEARLY, nextSequence: 8n });
    await record(owner, 'W-2026-7');
    const never = { name: 'web', reset: NEVER };
    expect(await refusalOf(series.change(never))).toMatchObject({ metadata: { nextSequence: '8' } });
    expect(await series.change({ ...never, nextSequence: 8n })).toMatchObject({ nextNumber: 'W-2026-8' });
    // Quotes and credit notes have numbers of their own.
    for (const documentType of [NumberSeries_DocumentType.QUOTE, NumberSeries_DocumentType.CREDIT_NOTE]) {
      await series.add({ name: `of-${documentType}`, documentType, pattern: 'R-{SEQ}' });
    }
  });

  test('recorded many times at once is that of one', async () => {
    const owner = service.newOwner();
    const drafts = await Promise.all(Array.from({ length: 12 }, () => owner.draft(ISSUED)));
    const outcomes = await Promise.all(
      drafts.map(async ({ id: invoiceId }) => {
        const recorded = owner.invoices.finalizeInvoice({ invoiceId, number: 'OLD-1' });
        return recorded.then(
          ({ invoice }) => invoice?.number,
          async () => (await refusalOf(recorded)).reason,
        );
      }),
    );
    expect(outcomes.toSorted()).toEqual([...Array.from({ length: 11 }, () => 'NUMBER_TAKEN'), 'OLD-1']);
  });

  test('recorded while others are opened never stands in their way, and they have no gap', async () => {
    const owner = service.newOwner();
    const drafts = await Promise.all(Array.from({ length: 40 }, () => owner.draft(ISSUED)));
    const outcomes = await Promise.all(
      drafts.map(async ({ id: invoiceId }, index) => {
        const number = index % 2 === 0 ? '' : `INV-${String(index).padStart(5, '0')}`;
        const opened = owner.invoices.finalizeInvoice({ invoiceId, number });
        return opened.then(
          ({ invoice }) => required(invoice),
          async () => (await refusalOf(opened)).reason ?? '',
        );
      }),
    );
    const refusals = outcomes.filter((outcome) => typeof outcome === 'string');
    expect(refusals.filter((reason) => !['NUMBER_TAKEN', 'NUMBER_RESERVED'].includes(reason))).toEqual([]);
    const numbers = outcomes.flatMap((outcome) => (typeof outcome === 'string' ? [] : [outcome.number]));
    expect(numbers.toSorted()).toEqual(
      Array.from({ length: 20 }, (_, index) => `INV-${String(index + 1).padStart(5, '0')}`),
    );
  });

  test('recorded while a series is changed to come to it: one of the two is refused', async () => {
    for (let round = 0; round < 10; round++) {
      const owner = service.newOwner();
      const series = seriesOf(service, owner);
      const { id: invoiceId } = await owner.draft(ISSUED);
      await series.change({ name: 'invoice', nextSequence: 2n });
      const outcomes = await Promise.allSettled([
        series.change({ name: 'invoice', pattern: 'R-{SEQ}' }),
        owner.invoices.finalizeInvoice({ invoiceId, number: 'R-2' }),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect((await owner.open()).number).toMatch(/^(INV-0000|R-)2$/);
    }
  });
});

test('the series that everybody has is reserved as the domain knows it, before anything is stored of it', async () => {
  const { pattern } = DEFAULT_SERIES.invoice;
  const number = formatNumber(pattern, '2026-03-01', 1n);
  expect(await refusalOf(record(service.newOwner(), number))).toMatchObject({ reason: 'NUMBER_RESERVED' });
});
