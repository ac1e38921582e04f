import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ListInvoicesRequest_View as View } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { inTransaction } from '../../../runtime/testing/in-transaction.ts';
import { FULL_DRAFT } from '../testing/full-draft.ts';
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

test('an opened invoice keeps its lines as they are read, and a draft does not', async () => {
  const owner = service.newOwner();
  const draft = await owner.draft(FULL_DRAFT);
  const [opened, other] = [await owner.open(FULL_DRAFT), await owner.open()];
  const kept = await service.db.$client`
    select id, json_array_length(frozen_lines::json) as lines from invoices where owner_id = ${owner.identity.userId} order by id`;
  expect(kept).toEqual([
    { id: draft.id, lines: null },
    { id: opened.id, lines: 3 },
    { id: other.id, lines: 1 },
  ]);
  const withoutId = ({ id: _id, ...line }: (typeof draft.lines)[number]) => line;
  expect((await owner.get(opened.id)).lines.map(withoutId)).toEqual(draft.lines.map(withoutId));
});

test('a change of an opened invoice does not store its lines again', async () => {
  const owner = service.newOwner();
  const line = () => ({ description: randomUUID(), quantity: '1', unitPrice: '1' });
  const { id } = await owner.open({ lines: Array.from({ length: 100 }, line) });
  const storedBeside = async () => {
    const [found] = await service.db
      .$client`select reltoastrelid::regclass as name from pg_class where relname = 'invoices'`;
    return service.db.$client.unsafe(`select distinct chunk_id from ${found?.name} order by chunk_id`);
  };
  const before = await storedBeside();
  expect(before).not.toHaveLength(0);
  await owner.invoices.recordPayment({ invoiceId: id, amountMinor: 1n });
  expect(await storedBeside()).toEqual(before);
});

test('an invoice that was opened before lines were kept is read with its lines', async () => {
  const owner = service.newOwner();
  const { id } = await owner.open(FULL_DRAFT);
  const list = () => owner.invoices.listInvoices({ view: View.FULL });
  const [invoice, page] = [await owner.get(id), await list()];
  await inTransaction(service.db, async (sql) => {
    await sql`alter table invoices disable trigger invoices_frozen`;
    await sql`update invoices set frozen_lines = null where id = ${id}`;
    await sql`alter table invoices enable trigger invoices_frozen`;
  });
  expect(invoice.lines).toHaveLength(3);
  expect([await owner.get(id), await list()]).toEqual([invoice, page]);
});
