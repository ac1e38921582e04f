import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NumberSeries_DocumentType, NumberSeries_Reset } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { NumberSeriesService } from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { seriesOf } from '../testing/series-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

const { NEVER, YEARLY } = NumberSeries_Reset;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('UpdateNumberSeries', () => {
  test('changes the pattern of numbers that are yet to be given, and goes on counting', async () => {
    const owner = service.newOwner();
    const before = await owner.open();
    const changed = await seriesOf(service, owner).change({ name: 'invoice', pattern: 'RE-{YYYY}-{SEQ:4}' });
    expect(changed).toMatchObject({ pattern: 'RE-{YYYY}-{SEQ:4}', nextSequence: 2n, nextNumber: 'RE-2026-0002' });
    expect((await owner.open()).number).toBe('RE-2026-0002');
    expect((await owner.invoices.getInvoice({ invoiceId: before.id })).invoice?.number).toBe('INV-00001');
    expect(await service.eventsOf(owner.identity.userId)).toMatchObject([
      {
        topic: 'number-series.updated',
        message: { changes: [{ field: 'pattern', oldValue: 'INV-{SEQ:5}', newValue: 'RE-{YYYY}-{SEQ:4}' }] },
      },
    ]);
  });

  test('raises the next sequence, and never lowers it', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    expect((await series.change({ name: 'invoice', nextSequence: 500n })).nextNumber).toBe('INV-00500');
    expect((await owner.open()).number).toBe('INV-00500');
    for (const nextSequence of [1n, 500n]) {
      expect(await refusalOf(series.change({ name: 'invoice', pattern: '{SEQ}', nextSequence }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'SEQUENCE_USED',
        metadata: { nextSequence: '501' },
        fields: ['number_series.next_sequence'],
      });
    }
    expect(await series.get('invoice')).toMatchObject({ pattern: 'INV-{SEQ:5}', nextSequence: 501n });
  });

  test('lets a series start again, from then on or from a sequence of its own', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await owner.open();
    const yearly = { name: 'invoice', reset: YEARLY, pattern: '{YYYY}-{SEQ}' };
    expect(await series.change({ ...yearly, nextSequence: 7n })).toMatchObject({ reset: YEARLY, nextNumber: '2026-7' });
    expect((await owner.open()).number).toBe('2026-7');
    service.clock.set('2027-01-01T12:00:00Z');
    expect((await series.get('invoice')).nextNumber).toBe('2027-1');
    expect((await owner.open({ dueDate: '2027-02-01' })).number).toBe('2027-1');
    service.clock.set('2026-03-01T12:00:00Z');
    expect(await series.change({ name: 'invoice', reset: NEVER })).toMatchObject({ nextSequence: 2n });
  });

  test('lets a series go on from the sequence that it has when it starts again otherwise from then on', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await series.add({ name: 'web', reset: YEARLY, pattern: '{YYYY}-{SEQ}', nextSequence: 43n });
    for (const reset of [NEVER, YEARLY]) {
      expect(await series.change({ name: 'web', reset, nextSequence: 43n })).toMatchObject({
        reset,
        nextSequence: 43n,
        nextNumber: '2026-43',
      });
    }
    expect((await owner.open({ numberSeries: 'web' })).number).toBe('2026-43');
    await series.change({ name: 'web', reset: NEVER, pattern: 'N{YYYY}-{SEQ}' });
    // The next sequence of the year is 44, and that without a reset is still 43.
    expect(await refusalOf(series.change({ name: 'web', reset: YEARLY, nextSequence: 43n }))).toMatchObject({
      reason: 'SEQUENCE_USED',
      metadata: { nextSequence: '44' },
    });
  });

  test('refuses a change with which the next number would be one that was given already, and says how to go on', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await series.change({ name: 'invoice', pattern: 'RE-{YYYY}-{SEQ:4}' });
    for (const number of ['RE-2026-0001', 'RE-2026-0002']) expect((await owner.open()).number).toBe(number);
    const before = await series.get('invoice');
    const events = (await service.eventsOf(owner.identity.userId)).length;
    const startAgain = { name: 'invoice', reset: YEARLY };
    for (const nextSequence of [undefined, 1n, 2n]) {
      const asked = { ...startAgain, ...(nextSequence && { nextSequence }) };
      expect(await refusalOf(series.change(asked))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'NUMBER_TAKEN',
        message: expect.stringContaining(`RE-2026-000${nextSequence ?? 1}`),
        metadata: { nextSequence: '3' },
        fields: ['number_series.pattern'],
      });
    }
    expect(await series.get('invoice')).toEqual(before);
    expect(await service.eventsOf(owner.identity.userId)).toHaveLength(events);
    expect(await series.change({ ...startAgain, nextSequence: 3n })).toMatchObject({ nextNumber: 'RE-2026-0003' });
    expect((await owner.open()).number).toBe('RE-2026-0003');
    // Without a reset, the next sequence is still 3.
    expect(await refusalOf(series.change({ name: 'invoice', reset: NEVER }))).toMatchObject({
      reason: 'NUMBER_TAKEN',
      metadata: { nextSequence: '4' },
    });
  });

  test('refuses it for credit notes and quotes by their own numbers, and another pattern is a way out', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    const { id } = await owner.open();
    await series.change({ name: 'credit-note', pattern: 'C{YYYY}-{SEQ}' });
    await creditNotesOf(service, owner).issue(id, { amountMinor: 1n });
    await series.change({ name: 'quote', pattern: 'C{YYYY}-{SEQ}' });
    expect(await series.change({ name: 'quote', reset: YEARLY })).toMatchObject({ nextNumber: 'C2026-1' });
    expect(await refusalOf(series.change({ name: 'credit-note', reset: YEARLY }))).toMatchObject({
      reason: 'NUMBER_TAKEN',
      metadata: { nextSequence: '2' },
    });
    const other = { name: 'credit-note', reset: YEARLY, pattern: 'CN{YY}-{SEQ}' };
    expect(await series.change(other)).toMatchObject({ nextNumber: 'CN26-1' });
  });

  test('refuses a pattern with which it would give the numbers of another series', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await series.add({ name: 'web', pattern: 'W-{SEQ}' });
    const refused = { code: Code.FailedPrecondition, reason: 'NUMBER_RESERVED', fields: ['number_series.pattern'] };
    expect(await refusalOf(series.change({ name: 'web', pattern: 'INV-{SEQ:4}' }))).toMatchObject({
      ...refused,
      metadata: { numberSeries: 'invoice' },
    });
    expect(await refusalOf(series.change({ name: 'invoice', pattern: 'W-{SEQ:3}', nextSequence: 7n }))).toMatchObject({
      ...refused,
      metadata: { numberSeries: 'web' },
    });
    // What is so already, as it can be from before, can go on.
    await service.db.$client`
      update number_series set pattern = 'INV-{SEQ:5}' where owner_id = ${owner.identity.userId} and name = 'web'`;
    expect(await series.change({ name: 'web', nextSequence: 500n })).toMatchObject({ nextNumber: 'INV-00500' });
    expect(await series.change({ name: 'web', pattern: 'WEB-{SEQ}' })).toMatchObject({ nextNumber: 'WEB-500' });
  });

  test('of raised sequences and opened invoices at once, no number is given twice and none below the start', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    const drafts = await Promise.all(Array.from({ length: 30 }, () => owner.draft()));
    const [numbers] = await Promise.all([
      Promise.all(
        drafts.map(async ({ id: invoiceId }) => (await owner.invoices.sendInvoice({ invoiceId })).invoice?.number),
      ),
      ...[100n, 200n].map((nextSequence) => series.change({ name: 'invoice', nextSequence }).catch(() => undefined)),
    ]);
    expect(new Set(numbers).size).toBe(30);
    const next = (await series.get('invoice')).nextSequence;
    expect(next).toBeGreaterThan(BigInt(Math.max(...numbers.map((number) => Number(number?.slice(4))))));
  });

  test('two editors never overwrite each other: of changes at once, none is lost', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await Promise.all([
      series.change({ name: 'invoice', pattern: 'A-{SEQ}' }),
      series.change({ name: 'invoice', nextSequence: 9n }),
    ]);
    expect(await series.get('invoice')).toMatchObject({ pattern: 'A-{SEQ}', nextSequence: 9n, etag: '"2-A-9"' });
    const stale = seriesOf(service, owner, { 'if-match': '"1"' });
    expect(await refusalOf(stale.change({ name: 'invoice', pattern: 'B-{SEQ}' }))).toMatchObject({
      reason: 'ETAG_MISMATCH',
    });
  });

  test('changes nothing, and tells of nothing, when nothing is asked for', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    const present = await series.get('invoice');
    expect(present.etag).toBe('"0-INV-00001"');
    expect(await series.change({ name: 'invoice' })).toEqual(present);
    expect(await series.change({ name: 'invoice', pattern: present.pattern, nextSequence: 0n })).toEqual(present);
    expect(await service.eventsOf(owner.identity.userId)).toEqual([]);
  });

  test('leaves a series that every user has as it was, when the first change of it is refused', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await owner.open();
    const present = await series.get('invoice');
    expect(await refusalOf(series.change({ name: 'invoice', nextSequence: 1n }))).toMatchObject({
      reason: 'SEQUENCE_USED',
    });
    expect(await series.get('invoice')).toEqual(present);
    expect(await series.change({ name: 'invoice', nextSequence: 9n })).toMatchObject({ nextNumber: 'INV-00009' });
  });

  test('answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner, { 'idempotency-key': 'series-2' });
    const first = await series.change({ name: 'invoice', nextSequence: 5n });
    await owner.open();
    expect(await series.change({ name: 'invoice', nextSequence: 5n })).toEqual(first);
  });

  test.each([
    ['pattern', { pattern: 'X' }],
    ['pattern', { reset: YEARLY }],
    ['document_type', { documentType: NumberSeries_DocumentType.QUOTE }],
    ['next_sequence', { nextSequence: 1_000_000_000_000n }],
  ])('refuses a bad %s: %o', async (field, init) => {
    const series = seriesOf(service, service.newOwner());
    expect(await refusalOf(series.change({ name: 'invoice', ...init }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: [`number_series.${field}`],
    });
  });

  test('behind its largest number it can still be changed, and says of what is refused what it was', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await series.change({ name: 'invoice', nextSequence: 999_999_999_999n });
    await owner.open();
    const bad = { name: 'invoice', documentType: NumberSeries_DocumentType.QUOTE };
    expect(await refusalOf(series.change(bad))).toMatchObject({ fields: ['number_series.document_type'] });
    const yearly = { name: 'invoice', pattern: '{YYYY}-{SEQ}', reset: YEARLY };
    expect((await series.change(yearly)).nextNumber).toBe('2026-1');
  });

  test("refuses another owner's series, and nobody", async () => {
    const [owner, other] = [service.newOwner(), service.newOwner()];
    await seriesOf(service, owner).add({ name: 'web', pattern: '{SEQ}' });
    for (const name of ['web', '']) {
      expect(await refusalOf(seriesOf(service, other).change({ name, pattern: 'X-{SEQ}' }))).toMatchObject({
        code: Code.NotFound,
        reason: 'NUMBER_SERIES_NOT_FOUND',
      });
    }
    const anybody = service.client(NumberSeriesService);
    expect(
      await refusalOf(anybody.updateNumberSeries({ numberSeries: { name: 'invoice' }, updateMask: { paths: [] } })),
    ).toMatchObject({ code: Code.Unauthenticated });
  });
});
