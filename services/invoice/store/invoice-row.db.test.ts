import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

test('an invoice that was stored before there were tax categories has them when it is read', async () => {
  const owner = service.newOwner();
  const { id } = await owner.draft();
  const taxes = [
    { taxPercent: '0', netMinor: '5', taxMinor: '0' },
    { taxPercent: '19', netMinor: '9995', taxMinor: '1900' },
  ];
  await service.db.$client`update invoices set taxes = ${JSON.stringify(taxes)}::text::jsonb where id = ${id}`;
  const { invoice } = await owner.invoices.getInvoice({ invoiceId: id });
  expect(invoice?.taxes).toMatchObject([
    { name: '', category: Tax_Category.ZERO_RATED, taxPercent: '0', netMinor: 5n },
    { name: '', category: Tax_Category.STANDARD, taxPercent: '19', netMinor: 9995n, taxMinor: 1900n },
  ]);
});
