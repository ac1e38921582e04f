import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NumberSeries_DocumentType, NumberSeries_Reset } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { NumberSeriesService } from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { seriesOf } from '../testing/series-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('GetNumberSeries', () => {
  test.each([
    ['invoice', NumberSeries_DocumentType.INVOICE, 'INV-00001'],
    ['credit-note', NumberSeries_DocumentType.CREDIT_NOTE, 'CN-00001'],
    ['quote', NumberSeries_DocumentType.QUOTE, 'Q-00001'],
  ])('gives the series %s, which every user has', async (name, documentType, nextNumber) => {
    const series = await seriesOf(service, service.newOwner()).get(name);
    expect(series).toMatchObject({ name, documentType, nextNumber, reset: NumberSeries_Reset.NEVER });
    expect(series.etag).toBe(`"0-${nextNumber}"`);
    expect(series.createTime).toBeUndefined();
  });

  test('tells the number that comes next', async () => {
    const owner = service.newOwner();
    await owner.open();
    expect(await seriesOf(service, owner).get('invoice')).toMatchObject({ nextSequence: 2n, nextNumber: 'INV-00002' });
  });

  test('has another etag once a number was given, of which a change takes the old one as well', async () => {
    const owner = service.newOwner();
    const { get } = seriesOf(service, owner);
    const { etag } = await get('invoice');
    expect((await get('invoice')).etag).toBe(etag);
    await owner.open();
    expect((await get('invoice')).etag).not.toBe(etag);
    const { change } = seriesOf(service, owner, { 'if-match': etag });
    expect((await change({ name: 'invoice', pattern: '{SEQ}' })).nextNumber).toBe('2');
  });

  test("refuses what is missing, another owner's series, and nobody", async () => {
    const [owner, other] = [service.newOwner(), service.newOwner()];
    await seriesOf(service, owner).add({ name: 'web', pattern: '{SEQ}' });
    for (const [user, name] of [
      [other, 'web'],
      [owner, 'none'],
    ] as const) {
      expect(await refusalOf(seriesOf(service, user).get(name))).toMatchObject({
        code: Code.NotFound,
        reason: 'NUMBER_SERIES_NOT_FOUND',
      });
    }
    const anybody = service.client(NumberSeriesService);
    expect(await refusalOf(anybody.getNumberSeries({ numberSeriesName: 'invoice' }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
