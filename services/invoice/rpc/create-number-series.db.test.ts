import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  NumberSeries_DocumentType,
  NumberSeries_Reset,
  type NumberSeriesSchema,
} from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { NumberSeriesService } from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { seriesOf } from '../testing/series-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

const { INVOICE, QUOTE } = NumberSeries_DocumentType;
const { NEVER, YEARLY, MONTHLY } = NumberSeries_Reset;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('CreateNumberSeries', () => {
  test('adds a series that invoices can be numbered in', async () => {
    const owner = service.newOwner();
    const series = await seriesOf(service, owner).add({ name: 'web', pattern: 'W{YY}-{SEQ:3}', nextSequence: 41n });
    expect(series).toMatchObject({
      name: 'web',
      documentType: INVOICE,
      pattern: 'W{YY}-{SEQ:3}',
      reset: NEVER,
      nextSequence: 41n,
      nextNumber: 'W26-041',
      etag: '"1-W26-041"',
    });
    expect(await seriesOf(service, owner).get('web')).toEqual(series);
    const numbers = [];
    for (const numberSeries of ['web', '', 'web', 'invoice']) numbers.push((await owner.open({ numberSeries })).number);
    expect(numbers).toEqual(['W26-041', 'INV-00001', 'W26-042', 'INV-00002']);
    const events = await service.eventsOf(owner.identity.userId);
    expect(events).toMatchObject([
      {
        topic: 'number-series.created',
        message: {
          changes: [
            { field: 'documentType', newValue: 'INVOICE' },
            { field: 'name', newValue: 'web' },
            { field: 'nextSequence', newValue: '41' },
            { field: 'pattern', newValue: 'W{YY}-{SEQ:3}' },
            { field: 'reset', newValue: 'NEVER' },
          ],
        },
      },
    ]);
  });

  test.each([
    [YEARLY, '{YYYY}/{SEQ}', ['2026-12-31T22:59:00Z', '2026-12-31T23:01:00Z', '2027-06-01T00:00:00Z'], [1, 1, 2]],
    [MONTHLY, '{YYYY}-{MM}/{SEQ}', ['2026-03-31T21:59:00Z', '2026-03-31T22:01:00Z', '2026-04-30T21:00:00Z'], [1, 1, 2]],
  ] as const)("starts again by the owner's local day: %s", async (reset, pattern, times, sequences) => {
    const owner = service.newOwner({ timeZone: 'Europe/Berlin' });
    await seriesOf(service, owner).add({ name: 'berlin', pattern, reset });
    const given = [];
    for (const time of times) {
      service.clock.set(time);
      given.push(Number((await owner.open({ numberSeries: 'berlin', dueDate: '2028-01-01' })).number.split('/')[1]));
    }
    expect(given).toEqual(sequences);
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('has room for 100 series', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    for (let count = 0; count < 100; count++) await series.add({ name: `s-${count}`, pattern: `S${count}-{SEQ}` });
    expect(await refusalOf(series.add({ name: 'one-more', pattern: '{SEQ}' }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'LIMIT_REACHED',
      metadata: { limit: '100' },
    });
  });

  test('has room for no more when several are added at the same moment', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await service.db.$client`
      insert into number_series
      select ${owner.identity.userId}, 's-' || n, 'INVOICE', 1, '{SEQ}', 'NEVER', now(), now() from generate_series(1, 98) as n`;
    const adding = Array.from({ length: 40 }, (_, n) => series.add({ name: `more-${n}`, pattern: `M${n}-{SEQ}` }));
    const outcomes = await Promise.allSettled(adding);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(await refusalOf(Promise.reject(outcome.reason))).toMatchObject({ reason: 'LIMIT_REACHED' });
    }
  });

  test('is refused once when two of a name are added at the same moment, and takes no room', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await service.db.$client`
      insert into number_series
      select ${owner.identity.userId}, 's-' || n, 'INVOICE', 1, '{SEQ}', 'NEVER', now(), now() from generate_series(1, 98) as n`;
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => series.add({ name: 'web', pattern: 'W-{SEQ}' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await series.add({ name: 'last', pattern: 'L-{SEQ}' });
  });

  test('answers a repetition with the same key as before, and one without as refused', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner, { 'idempotency-key': 'series-1' });
    const first = await series.add({ name: 'web', pattern: '{SEQ}' });
    expect(await series.add({ name: 'web', pattern: '{SEQ}' })).toEqual(first);
    expect(await refusalOf(seriesOf(service, owner).add({ name: 'web', pattern: '{SEQ}' }))).toMatchObject({
      code: Code.AlreadyExists,
      reason: 'NUMBER_SERIES_EXISTS',
      fields: ['number_series.name'],
    });
  });

  test('refuses one that would give the numbers of another series for such documents', async () => {
    const series = seriesOf(service, service.newOwner());
    await series.add({ name: 'web', pattern: 'W{YYYY}-{SEQ}', reset: YEARLY });
    for (const [numberSeries, pattern] of [
      ['invoice', 'INV-{SEQ:5}'],
      ['invoice', 'INV-{SEQ}'],
      ['web', 'W2026-{SEQ}'],
    ] as const) {
      expect(await refusalOf(series.add({ name: 'shop', pattern, nextSequence: 500n }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'NUMBER_RESERVED',
        metadata: { numberSeries },
        fields: ['number_series.pattern'],
      });
    }
    await series.add({ name: 'shop', pattern: 'INV-{SEQ:5}', documentType: QUOTE });
    // A series cannot be deleted, but another one can take its pattern over.
    await series.change({ name: 'web', pattern: 'OLD{YYYY}-{SEQ}' });
    await series.add({ name: 'web-2', pattern: 'W{YYYY}-{SEQ}' });
  });

  test('refuses one whose next number a document has, and says so of its pattern', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await owner.open();
    await series.change({ name: 'invoice', pattern: 'RE-{SEQ}' });
    expect(await refusalOf(series.add({ name: 'old', pattern: 'INV-{SEQ:5}' }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'NUMBER_TAKEN',
      message: expect.stringContaining('INV-00001'),
      fields: ['number_series.pattern'],
    });
    expect(await refusalOf(series.get('old'))).toMatchObject({ reason: 'NUMBER_SERIES_NOT_FOUND' });
    await series.add({ name: 'old', pattern: 'INV-{SEQ:5}', nextSequence: 2n });
    expect((await owner.open({ numberSeries: 'old' })).number).toBe('INV-00002');
  });

  test('refuses the name of a series that every user has', async () => {
    const series = seriesOf(service, service.newOwner());
    expect(await refusalOf(series.add({ name: 'invoice', pattern: '{SEQ}' }))).toMatchObject({
      reason: 'NUMBER_SERIES_EXISTS',
    });
  });

  test.each([
    ['name', { name: 'Web' }],
    ['name', { name: '' }],
    ['name', { name: 'a/2026' }],
    ['name', { name: 'a'.repeat(41) }],
    ['document_type', { documentType: NumberSeries_DocumentType.DOCUMENT_TYPE_UNSPECIFIED }],
    ['pattern', { pattern: 'INV' }],
    ['pattern', { pattern: '' }],
    ['pattern', { pattern: `${'A'.repeat(40)}{SEQ}` }],
    ['pattern', { pattern: '{SEQ}', reset: YEARLY }],
    ['reset', { reset: 9 as NumberSeries_Reset }], // no value of the enum
    ['next_sequence', { nextSequence: -1n }],
  ])('refuses a bad %s: %o', async (field, init: MessageInitShape<typeof NumberSeriesSchema>) => {
    const series = seriesOf(service, service.newOwner());
    expect(await refusalOf(series.add({ name: 'web', pattern: '{SEQ}', ...init }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: [`number_series.${field}`],
    });
  });

  test('refuses nobody', async () => {
    const anybody = service.client(NumberSeriesService);
    const numberSeries = { name: 'web', documentType: INVOICE, pattern: '{SEQ}' };
    expect(await refusalOf(anybody.createNumberSeries({ numberSeries }))).toMatchObject({ code: Code.Unauthenticated });
  });
});

describe('drafts', () => {
  test('can name only a series of their owner that is for invoices', async () => {
    const [owner, other] = [service.newOwner(), service.newOwner()];
    await seriesOf(service, other).add({ name: 'web', pattern: '{SEQ}' });
    await seriesOf(service, owner).add({ name: 'offers', pattern: '{SEQ}', documentType: QUOTE });
    const draft = await owner.draft();
    for (const numberSeries of ['web', 'offers', 'quote', 'none']) {
      const refused = { code: Code.NotFound, reason: 'NUMBER_SERIES_NOT_FOUND', fields: ['invoice.number_series'] };
      expect(await refusalOf(owner.draft({ numberSeries }))).toMatchObject(refused);
      const change = { invoice: { id: draft.id, numberSeries }, updateMask: { paths: ['number_series'] } };
      expect(await refusalOf(owner.invoices.updateInvoice(change))).toMatchObject(refused);
    }
    expect(await refusalOf(owner.draft({ numberSeries: 'No!' }))).toMatchObject({ fields: ['invoice.number_series'] });
  });

  test('that would get a number which another invoice has are refused, until the series is mended', async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await series.add({ name: 'again', pattern: 'INV-0000{SEQ}' });
    await owner.open();
    const { id: invoiceId } = await owner.draft({ numberSeries: 'again' });
    for (const open of ['sendInvoice', 'finalizeInvoice'] as const) {
      expect(await refusalOf(owner.invoices[open]({ invoiceId }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'NUMBER_TAKEN',
      });
    }
    expect((await series.get('again')).nextSequence).toBe(1n);
    await series.change({ name: 'again', nextSequence: 2n });
    expect((await owner.invoices.sendInvoice({ invoiceId })).invoice?.number).toBe('INV-00002');
  });
});
