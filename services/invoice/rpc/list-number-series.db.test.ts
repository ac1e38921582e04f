import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NumberSeriesService } from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { seriesOf } from '../testing/series-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('ListNumberSeries', () => {
  test("lists the owner's series and those that every user has, by name, each once over any pages", async () => {
    const owner = service.newOwner();
    const series = seriesOf(service, owner);
    await seriesOf(service, service.newOwner()).add({ name: 'foreign', pattern: '{SEQ}' });
    await series.add({ name: 'web', pattern: 'W{SEQ}' });
    await series.add({ name: 'a-1', pattern: 'A{SEQ}' });
    await series.change({ name: 'invoice', pattern: 'RE{SEQ}' });
    const all = (await series.client.listNumberSeries({})).numberSeries;
    expect(all.map(({ name, nextNumber }) => [name, nextNumber])).toEqual([
      ['a-1', 'A1'],
      ['credit-note', 'CN-00001'],
      ['invoice', 'RE1'],
      ['quote', 'Q-00001'],
      ['web', 'W1'],
    ]);
    const paged = [];
    let pageToken = '';
    do {
      const page = await series.client.listNumberSeries({ pageSize: 2, pageToken });
      paged.push(...page.numberSeries);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(paged).toEqual(all);
  });

  test('refuses a made-up page token, too large a page, and nobody', async () => {
    const { client } = seriesOf(service, service.newOwner());
    expect(await refusalOf(client.listNumberSeries({ pageToken: 'x' }))).toMatchObject({
      reason: 'INVALID_PAGE_TOKEN',
    });
    expect(await refusalOf(client.listNumberSeries({ pageSize: 101 }))).toMatchObject({ fields: ['page_size'] });
    expect(await refusalOf(service.client(NumberSeriesService).listNumberSeries({}))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
