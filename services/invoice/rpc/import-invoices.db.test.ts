import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ImportInvoicesRequest_DateFormat as DateFormat,
  ImportInvoicesRequest_DecimalSeparator as DecimalSeparator,
  InvoiceBulkService,
} from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { type Invoice, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  ListInvoicesRequest_Order as Order,
  ListInvoicesRequest_View as View,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import {
  type InvoiceTestService,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const bulkOf = (owner: Owner, headers: Record<string, string> = {}) =>
  service.client(InvoiceBulkService, owner.identity, headers);
const fileOf = (text: string) => ({ contentType: 'text/csv', data: new TextEncoder().encode(text) });

async function invoicesOf(owner: Owner): Promise<Invoice[]> {
  const list = { view: View.FULL, order: Order.DUE_DATE_ASC, pageSize: 100 };
  return (await owner.invoices.listInvoices(list)).invoices;
}

/** What a row says about supply and order, in the order of its columns. */
const ROW = {
  deliveryDate: '2026-02-27',
  periodStartDate: '2026-02-01',
  periodEndDate: '2026-02-28',
  buyerReference: '04011000-12345-34',
  purchaseOrderReference: 'PO-4711',
};

const HEADER = 'invoice,customer_reference,customer_id,due_date,description,quantity,unit_price,tax_percent';

/** A file with these rows, each a numbered invoice of one line, and the client to import it. */
function recording(owner: Owner, rows: readonly string[]) {
  const header = 'invoice,number,total,issue_date,due_date,customer_id,unit_price,description,quantity,tax_percent';
  return { file: fileOf(`${header}\n${rows.map((row) => `${row},Design,1,19`).join('\n')}\n`), bulk: bulkOf(owner) };
}

describe('ImportInvoices', () => {
  test('makes a draft of the rows of each invoice, in the order of the file', async () => {
    const owner = service.newOwner();
    const other = service.userService.addCustomer(owner.identity.userId, { name: 'Ada', reference: 'K-1' });
    const file = fileOf(
      'invoice;customer_id;customer_reference;currency_code;issue_date;due_date;memo;tags;description;quantity;unit_price;unit_code;tax_percent;discount_percent\r\n' +
        `A;${owner.customerId};;USD;2026-03-02;2026-04-01;"'=Thanks";a, b;Design;2;49.995;HUR;19;10\r\n` +
        'B;;K-1;;;2026-05-01;;;Bread;1;3;;;\r\nA;;;USD;;;;;Travel;1;10;;7;\r\n',
    );
    const { invoices, errors } = await bulkOf(owner).importInvoices({ file });
    expect(errors).toEqual([]);
    const made = await invoicesOf(owner);
    expect(invoices).toMatchObject([
      { key: 'A', invoiceId: made[0]?.id, currencyCode: 'USD', totalMinor: made[0]?.totalMinor },
      { key: 'B', invoiceId: made[1]?.id, currencyCode: 'EUR', totalMinor: 300n },
    ]);
    expect(made[0]).toMatchObject({
      ...{ state: Invoice_State.DRAFT, customerId: owner.customerId, issueDate: '2026-03-02', dueDate: '2026-04-01' },
      ...{ memo: '=Thanks', tags: ['a', 'b'], subtotalMinor: 9_999n },
      lines: [
        {
          description: 'Design',
          quantity: '2',
          unitPrice: '49.995',
          unitCode: 'HUR',
          discountPercent: '10',
          netMinor: 8_999n,
        },
        { description: 'Travel', taxPercent: '7', netMinor: 1_000n },
      ],
    });
    expect(made[1]).toMatchObject({ customerId: other.id, lines: [{ description: 'Bread', unitCode: 'C62' }] });
    expect((await owner.invoices.listInvoices({ text: 'ada bread' })).invoices).toHaveLength(1);
  });

  test('refuses a file with errors as a whole, and tells of them by row; a dry run lists them', async () => {
    const owner = service.newOwner();
    const stranger = service.newOwner();
    const rows = [
      `A,,${owner.customerId},2026-04-01,Design,2,50,19`,
      'A,,,2026-04-02,,two,50,101',
      'B,K-9,,2026-02-30,Design,1,1,19',
      `C,,${stranger.customerId},2026-04-01,Design,1,1,19`,
      ',K-9,,2026-04-01,Design,1,1,19',
      `D,K-1,${owner.customerId},2026-04-01,Design,1,1,19`,
      `E,,${owner.customerId},2026-04-01,Design,999999999999,999999999999,19`,
      'F,,INV-1,2026-04-01,Design,1,1,19',
    ];
    const file = fileOf(`${HEADER}\n${rows.join('\n')}\n`);
    const { errors, invoices } = await bulkOf(owner).importInvoices({ file, dryRun: true });
    expect(invoices).toEqual([]);
    expect(errors.map(({ row, column }) => `${row} ${column}`)).toEqual([
      ...['3 quantity', '3 due_date', '3 description', '3 tax_percent', '4 due_date', '4 customer_reference'],
      ...['5 customer_id', '6 invoice', '6 customer_reference', '7 customer_reference'],
      ...[expect.stringMatching(/^8 /), '9 customer_id'],
    ]);
    expect(errors[1]?.detail).toBe('must be empty or the same as in row 2');
    const refusal = await refusalOf(bulkOf(owner).importInvoices({ file }));
    expect(refusal).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'IMPORT_INVALID',
      metadata: { errorCount: '12' },
    });
    expect(await invoicesOf(owner)).toEqual([]);
  });

  test('takes what an invoice says of supply and order from its first row', async () => {
    const owner = service.newOwner();
    const columns = 'delivery_date,period_start_date,period_end_date,buyer_reference,purchase_order_reference';
    const fileWith = (first: string, second = ',,,,') => {
      const rows = [`A,,${owner.customerId},2026-04-01,Design,2,50,19,${first}`, `A,,,,Travel,1,10,7,${second}`];
      return fileOf(`${HEADER},${columns}\n${rows.join('\n')}\n`);
    };
    await bulkOf(owner).importInvoices({ file: fileWith(Object.values(ROW).join()) });
    expect(await invoicesOf(owner)).toMatchObject([ROW]);
    const wrong = fileWith('2026-02-30,,,,', ',,,,PO-2');
    const { errors } = await bulkOf(owner).importInvoices({ file: wrong, dryRun: true });
    expect(errors.map(({ row, column }) => `${row} ${column}`)).toEqual([
      '2 delivery_date',
      '3 purchase_order_reference',
    ]);
    const period = fileWith(',2026-03-02,2026-03-01,,');
    const { errors: ofPeriod } = await bulkOf(owner).importInvoices({ file: period, dryRun: true });
    expect(ofPeriod).toMatchObject([{ row: 2, column: 'period_end_date' }]);
  });

  test('calls dates by no name that the file does not have', async () => {
    const owner = service.newOwner();
    const header =
      'invoice,customer_id,issue_date,due_date,period_start_date,period_end_date,description,quantity,unit_price';
    const rows = ['A,2026-04-02,2026-04-01,,', 'B,,2026-04-01,2026-03-02,2026-03-01'].map((row) =>
      row.replace(',', `,${owner.customerId},`),
    );
    const file = fileOf(`${header}\n${rows.map((row) => `${row},Design,1,1`).join('\n')}\n`);
    const { errors } = await bulkOf(owner).importInvoices({ file, dryRun: true });
    expect(errors.map(({ column, detail }) => `${column} ${detail}`)).toEqual([
      'due_date must not be before the issue date',
      'period_end_date must not be before the first day of the period',
    ]);
  });

  test('a dry run stores nothing, and tells what there would be', async () => {
    const owner = service.newOwner();
    const file = fileOf(`${HEADER}\nA,,${owner.customerId},2026-04-01,Design,2,50,19\n`);
    const { invoices } = await bulkOf(owner).importInvoices({ file, dryRun: true });
    expect(invoices).toMatchObject([{ key: 'A', invoiceId: '', currencyCode: 'EUR', totalMinor: 11_900n }]);
    expect(await invoicesOf(owner)).toEqual([]);
  });

  test('retried with the same key makes none twice, also at once and where the first request was cut off', async () => {
    const owner = service.newOwner();
    const rows = ['A', 'B', 'C'].map((key) => `${key},,${owner.customerId},2026-04-01,Design,2,50,19`);
    const file = fileOf(`${HEADER}\n${rows.join('\n')}\n`);
    const bulk = bulkOf(owner, { 'idempotency-key': 'import-1' });
    const answers = await Promise.all(Array.from({ length: 3 }, () => bulk.importInvoices({ file })));
    for (const { invoices } of answers) expect(invoices).toEqual(answers[0]?.invoices);
    // As if the process had ended before it could keep the whole answer.
    await service.db
      .$client`delete from idempotency_records where owner_id = ${owner.identity.userId} and key = 'import-1'`;
    expect((await bulk.importInvoices({ file })).invoices).toEqual(answers[0]?.invoices);
    expect(await invoicesOf(owner)).toHaveLength(3);
  });

  test('records what has a number as issued elsewhere, under it and its dates, and leaves the others drafts', async () => {
    const owner = service.newOwner();
    const fileWith = (unitPrice: string) =>
      recording(owner, [
        `A,OLD-1,119,2026-01-15,2026-02-14,${owner.customerId},50`,
        `A,,,,,,${unitPrice}`,
        `B,,59.50,,2026-04-01,${owner.customerId},50`,
        `C,OLD-2,,2025-12-01,2025-12-15,${owner.customerId},100`,
      ]);
    const { file: wrong, bulk } = fileWith('49.99');
    const { errors } = await bulk.importInvoices({ file: wrong, dryRun: true });
    expect(errors).toMatchObject([
      { row: 2, column: 'total', detail: 'must be 118.99, the total calculated from the lines' },
    ]);
    const { file } = fileWith('50');
    const { invoices: checked } = await bulk.importInvoices({ file, dryRun: true });
    expect(checked).toMatchObject([{ number: 'OLD-1', invoiceId: '' }, { number: '' }, { number: 'OLD-2' }]);
    const { invoices } = await bulk.importInvoices({ file });
    expect(invoices).toMatchObject(checked.map(({ invoiceId: _none, ...each }) => each));
    const [c, a, b] = await invoicesOf(owner);
    expect([a?.id, b?.id, c?.id]).toEqual(invoices.map(({ invoiceId }) => invoiceId));
    const issued = { state: Invoice_State.OPEN, issuedElsewhere: true, overdue: true };
    expect(a).toMatchObject({ ...issued, number: 'OLD-1', issueDate: '2026-01-15', totalMinor: 11_900n });
    expect(b).toMatchObject({ state: Invoice_State.DRAFT, issuedElsewhere: false, number: '' });
    expect(c).toMatchObject({ ...issued, number: 'OLD-2', dueDate: '2025-12-15' });
    expect(c?.sendTime).toBeUndefined();
  });

  test('reads decimal commas and days first when the request says so', async () => {
    const owner = service.newOwner();
    const file = fileOf(
      'invoice;number;total;issue_date;due_date;customer_id;description;quantity;unit_price;tax_percent\r\n' +
        `A;OLD-1;4.403,01;15.01.2026;14/2/2026;${owner.customerId};Design;1,5;2.466,67;19,00\r\n` +
        `B;;;;31-12-2026;${owner.customerId};Bread;2;49,995;7\r\n`,
    );
    const formats = { decimalSeparator: DecimalSeparator.COMMA, dateFormat: DateFormat.DAY_MONTH_YEAR };
    const { invoices } = await bulkOf(owner).importInvoices({ file, ...formats });
    expect(invoices).toMatchObject([{ number: 'OLD-1', totalMinor: 440_301n }, { totalMinor: 10_699n }]);
    expect(await invoicesOf(owner)).toMatchObject([
      {
        ...{ issueDate: '2026-01-15', dueDate: '2026-02-14' },
        lines: [{ quantity: '1.5', unitPrice: '2466.67', taxPercent: '19' }],
      },
      { dueDate: '2026-12-31', lines: [{ quantity: '2', unitPrice: '49.995' }] },
    ]);
  });

  test('guesses no number and no date, and tells once how each could be read', async () => {
    const owner = service.newOwner();
    const header =
      'invoice;total;issue_date;due_date;customer_id;description;quantity;unit_price;tax_percent;discount_percent';
    const file = fileOf(
      `${header}\n1;119,00;15.01.2026;03/04/2026;${owner.customerId};Design;1,000;1.234,56;19;ten\n1;;;;;Paper;1;2;;\n`,
    );
    const { errors } = await bulkOf(owner).importInvoices({ file, dryRun: true });
    expect(errors).toHaveLength(6);
    expect(errors).toMatchObject([
      {
        row: 2,
        column: 'issue_date',
        detail: expect.stringContaining('dateFormat=DAY_MONTH_YEAR to read it as 2026-01-15'),
      },
      {
        row: 2,
        column: 'due_date',
        detail: expect.stringContaining('dateFormat=MONTH_DAY_YEAR to read it as 2026-03-04'),
      },
      { row: 2, column: 'total', detail: expect.stringContaining('decimalSeparator=COMMA to read it as 119.00') },
      { row: 2, column: 'quantity', detail: expect.stringContaining('"1,000", which could mean 1000 or 1.000') },
      { row: 2, column: 'unit_price', detail: expect.stringContaining('decimalSeparator=COMMA to read it as 1234.56') },
      { row: 2, column: 'discount_percent', detail: 'must be a number such as 1234.56, not "ten"' },
    ]);
  });

  test.each([
    ['invoices', View.BASIC, 'it has totals of invoices, but not their lines'],
    ['lines', View.FULL, 'it does not have all that invoices consist of'],
  ])('refuses an export of %s, and tells why and what to do', async (_, view, reason) => {
    const owner = service.newOwner();
    await owner.open();
    const { file } = await bulkOf(owner).downloadInvoices({ filter: { view } });
    const { errors } = await bulkOf(owner).importInvoices({ file: required(file), dryRun: true });
    expect(errors).toMatchObject([{ row: 0, column: '', detail: expect.stringContaining(reason) }]);
    expect(errors[0]?.detail).toContain('Write a file with a row for each line and the columns invoice, ');
  });

  test('tells by its row why an invoice cannot be recorded under its number', async () => {
    const owner = service.newOwner();
    await owner.open();
    const row = (key: string, number: string, issueDate = '2026-01-15') =>
      `${key},${number},,${issueDate},2026-04-01,${owner.customerId},50`;
    const rows = [
      row('A', 'INV-00001'),
      row('B', 'INV-00007'),
      row('C', 'OLD-1'),
      row('D', 'OLD-1'),
      row('E', 'OLD-2', ''),
      row('F', 'OLD-3', '2026-03-02'),
      row('G', 'N'.repeat(51)),
      row('H', 'a\0b'),
      `H,OLD-4,,,,${owner.customerId},1`,
      row('I', 'OLD-5\u3164'),
    ];
    const { file, bulk } = recording(owner, rows);
    const { errors } = await bulk.importInvoices({ file, dryRun: true });
    expect(errors.map(({ row: place, column, detail }) => `${place} ${column} ${detail}`)).toEqual([
      '2 number must not be the number of another invoice',
      expect.stringMatching(/^3 number .* number series invoice .* raise its next sequence to 8/),
      '5 number must not be the number of two invoices in the file',
      expect.stringMatching(/^6 issue_date must be given/),
      expect.stringMatching(/^7 issue_date must not be in the future/),
      expect.stringMatching(/^8 number /),
      expect.stringMatching(/^9 number /),
      ...[expect.stringMatching(/^9 number /), '10 number must be empty or the same as in row 9'],
      '11 number must not contain invisible characters',
    ]);
    expect((await refusalOf(bulk.importInvoices({ file }))).reason).toBe('IMPORT_INVALID');
    expect(await invoicesOf(owner)).toHaveLength(1);
  });

  test('goes on where it was cut off while recording, with the same key, and refuses the same file with another', async () => {
    const owner = service.newOwner();
    const rows = ['A', 'B', 'C'].map((key) => `${key},OLD-${key},,2026-01-15,2026-02-14,${owner.customerId},50`);
    const { file } = recording(owner, rows);
    const bulk = bulkOf(owner, { 'idempotency-key': 'record-1' });
    const answers = await Promise.all(Array.from({ length: 3 }, () => bulk.importInvoices({ file })));
    for (const { invoices } of answers) expect(invoices).toEqual(answers[0]?.invoices);
    // As if the process had ended before it could keep the whole answer.
    await service.db
      .$client`delete from idempotency_records where owner_id = ${owner.identity.userId} and key = 'record-1'`;
    expect((await bulk.importInvoices({ file })).invoices).toEqual(answers[0]?.invoices);
    expect(await invoicesOf(owner)).toHaveLength(3);
    const again = bulkOf(owner, { 'idempotency-key': 'record-2' }).importInvoices({ file });
    expect(await refusalOf(again)).toMatchObject({ reason: 'IMPORT_INVALID', metadata: { errorCount: '3' } });
  });

  test('made many times at once with keys of their own, is done once, and the others leave nothing behind', async () => {
    const owner = service.newOwner();
    const rows = ['A', 'B', 'C'].map((key) => `${key},OLD-${key},,2026-01-15,2026-02-14,${owner.customerId},50`);
    const { file } = recording(owner, rows);
    const importWith = (key: string) => bulkOf(owner, { 'idempotency-key': key }).importInvoices({ file });
    const keys = Array.from({ length: 6 }, (_, index) => `many-${index}`);
    const outcomes = await Promise.allSettled(keys.map(importWith));
    const refused = keys.filter((_, index) => outcomes[index]?.status === 'rejected');
    expect(refused).toHaveLength(5);
    for (const key of refused) expect((await refusalOf(importWith(key))).reason).toBe('IMPORT_INVALID');
    expect((await invoicesOf(owner)).map(({ number }) => number).toSorted()).toEqual(['OLD-A', 'OLD-B', 'OLD-C']);
  });

  test('takes the longest key and the longest name of an invoice, also when retried', async () => {
    const owner = service.newOwner();
    const name = 'N'.repeat(100);
    const file = fileOf(`${HEADER}\n${name},,${owner.customerId},2026-04-01,Design,2,50,19\n`);
    const bulk = bulkOf(owner, { 'idempotency-key': 'k'.repeat(255) });
    const { invoices } = await bulk.importInvoices({ file });
    expect(invoices).toMatchObject([{ key: name }]);
    expect((await bulk.importInvoices({ file })).invoices).toEqual(invoices);
  });

  test.each([
    ['is too long', 'K'.repeat(101), 'must have at most 100 characters'],
    ['cannot be stored', 'a\0b', 'must be text without the character U+0000'],
  ])('tells of a customer whose reference %s by its row', async (_, reference, detail) => {
    const file = fileOf(`${HEADER}\nA,${reference},,2026-04-01,Design,2,50,19\n`);
    const { errors } = await bulkOf(service.newOwner()).importInvoices({ file, dryRun: true });
    expect(errors).toMatchObject([{ row: 2, column: 'customer_reference', detail }]);
  });

  test.each([
    ['is too long', 'N'.repeat(101), 'must have at most 100 characters'],
    ['cannot be stored', 'a\0b', 'must be text without the character U+0000'],
  ])('tells of an invoice whose name %s by its row', async (_, name, detail) => {
    const owner = service.newOwner();
    const rows = ['A', name, name].map((key) => `${key},,${owner.customerId},2026-04-01,Design,2,50,19`);
    const { errors } = await bulkOf(owner).importInvoices({
      file: fileOf(`${HEADER}\n${rows.join('\n')}\n`),
      dryRun: true,
    });
    expect(errors).toMatchObject([{ row: 3, column: 'invoice', detail }]);
  });

  test.each([
    ['no file', '', 'row 1: invoice must be there'],
    ['a column that there is not', `${HEADER},sum\nA`, 'row 1: sum must be one of the columns'],
    ['too many rows', `${HEADER}\n${'A,K-1\n'.repeat(2_001)}`, 'must have at most 2000 rows'],
    [
      'too many invoices',
      `${HEADER}\n${Array.from({ length: 201 }, (_, n) => `${n},K-1\n`).join('')}`,
      'at most 200 invoices',
    ],
  ])('refuses %s', async (_, text, expected) => {
    const bulk = bulkOf(service.newOwner());
    const { errors } = await bulk.importInvoices({ file: fileOf(text), dryRun: true });
    expect(errors.map(({ row, column, detail }) => `row ${row}: ${column} ${detail}`).join()).toContain(expected);
    expect((await refusalOf(bulk.importInvoices({ file: fileOf(text) }))).reason).toBe('IMPORT_INVALID');
  });

  test('refuses nobody, and who sends no file', async () => {
    const nobody = service.client(InvoiceBulkService).importInvoices({ file: fileOf(randomUUIDv7()) });
    expect(await refusalOf(nobody)).toMatchObject({ code: Code.Unauthenticated });
    const empty = bulkOf(service.newOwner()).importInvoices({});
    expect(await refusalOf(empty)).toMatchObject({ code: Code.InvalidArgument, fields: ['file'] });
  });
});
