import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_RoundingPolicy } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceSettingsService } from '../../../gen/numer/invoice/v1/invoice_settings_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('GetInvoiceSettings', () => {
  test('gives the default settings to whoever has not changed them', async () => {
    const { settings } = await service
      .client(InvoiceSettingsService, service.newOwner().identity)
      .getInvoiceSettings({});
    expect(settings).toMatchObject({ roundingPolicy: Invoice_RoundingPolicy.DOCUMENT, etag: '"0"' });
    expect(settings?.updateTime).toBeUndefined();
  });

  test('refuses nobody', async () => {
    expect(await refusalOf(service.client(InvoiceSettingsService).getInvoiceSettings({}))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
