import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_RoundingPolicy } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceSettingsService } from '../../../gen/numer/invoice/v1/invoice_settings_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, type Owner, startInvoiceService } from '../testing/start-invoice-service.ts';

const { DOCUMENT, LINE } = Invoice_RoundingPolicy;
/** Three times 0.005 of tax: 0.03 when rounded line by line, 0.02 when rounded once for the document. */
const LINES = Array.from({ length: 3 }, () => ({
  description: 'x',
  quantity: '1',
  unitPrice: '0.05',
  taxPercent: '10',
}));

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

function change(owner: Owner, roundingPolicy: Invoice_RoundingPolicy, headers: Record<string, string> = {}) {
  return service
    .client(InvoiceSettingsService, owner.identity, headers)
    .updateInvoiceSettings({ settings: { roundingPolicy }, updateMask: { paths: ['rounding_policy'] } });
}

describe('UpdateInvoiceSettings', () => {
  test('decides how the invoices are rounded that do not say, from the next one on', async () => {
    const owner = service.newOwner();
    const before = await owner.draft({ lines: LINES });
    const { settings } = await change(owner, LINE);
    expect(settings).toMatchObject({ roundingPolicy: LINE, etag: '"1"' });
    expect(settings?.updateTime).toBeDefined();
    expect(before).toMatchObject({ roundingPolicy: DOCUMENT, taxMinor: 2n });
    expect(await owner.draft({ lines: LINES })).toMatchObject({ roundingPolicy: LINE, taxMinor: 3n });
    expect(await owner.draft({ lines: LINES, roundingPolicy: DOCUMENT })).toMatchObject({ taxMinor: 2n });
    const { invoice: preview } = await owner.invoices.previewInvoice({ invoice: { lines: LINES } });
    expect(preview).toMatchObject({ roundingPolicy: LINE, taxMinor: 3n });
    const cleared = { invoice: { id: before.id }, updateMask: { paths: ['rounding_policy'] } };
    expect((await owner.invoices.updateInvoice(cleared)).invoice).toMatchObject({ roundingPolicy: LINE, taxMinor: 3n });
    const { invoice: copy } = await owner.invoices.duplicateInvoice({ invoiceId: before.id });
    expect(copy).toMatchObject({ roundingPolicy: LINE });
  });

  test('reaches a replica that remembers the settings of before', async () => {
    const owner = service.newOwner();
    await owner.draft();
    // Another replica changes the settings unnoticed by this one.
    await service.db.$client`
      insert into invoice_settings (owner_id, version, rounding_policy, update_time)
      values (${owner.identity.userId}, 1, 'LINE', now())`;
    expect(await owner.draft({ lines: LINES })).toMatchObject({ roundingPolicy: LINE, taxMinor: 3n });
  });

  test('tells of the change, and of nothing when nothing changed', async () => {
    const owner = service.newOwner();
    await change(owner, DOCUMENT);
    expect(await service.eventsOf(owner.identity.userId)).toEqual([]);
    await change(owner, LINE);
    expect(await service.eventsOf(owner.identity.userId)).toMatchObject([
      {
        topic: 'invoice-settings.updated',
        version: 1n,
        message: { changes: [{ field: 'roundingPolicy', oldValue: 'DOCUMENT', newValue: 'LINE' }] },
      },
    ]);
  });

  test('of changes at once none is lost, and a stale If-Match is refused', async () => {
    const owner = service.newOwner();
    await Promise.all([change(owner, LINE), change(owner, LINE), change(owner, LINE)]);
    expect(await refusalOf(change(owner, DOCUMENT, { 'if-match': '"0"' }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    expect((await change(owner, DOCUMENT, { 'if-match': '"1"' })).settings?.etag).toBe('"2"');
  });

  test('answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const headers = { 'idempotency-key': 'settings-1' };
    const first = await change(owner, LINE, headers);
    await change(owner, DOCUMENT);
    expect(await change(owner, LINE, headers)).toEqual(first);
  });

  test('refuses an unknown policy, a field that does not exist, and nobody', async () => {
    const owner = service.newOwner();
    const unknown = 9 as Invoice_RoundingPolicy; // no value of the enum
    expect(await refusalOf(change(owner, unknown))).toMatchObject({ fields: ['settings.rounding_policy'] });
    const client = service.client(InvoiceSettingsService, owner.identity);
    expect(await refusalOf(client.updateInvoiceSettings({ updateMask: { paths: ['x'] } }))).toMatchObject({
      fields: ['update_mask'],
    });
    const anybody = service.client(InvoiceSettingsService);
    expect(await refusalOf(anybody.updateInvoiceSettings({ updateMask: { paths: [] } }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
