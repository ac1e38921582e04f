import type { MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ImportInvoicesRequest_DecimalSeparator,
  InvoiceBulkService,
} from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import type { InvoiceSettingsSchema } from '../../../gen/numer/invoice/v1/invoice_settings_pb.ts';
import { InvoiceSettingsService } from '../../../gen/numer/invoice/v1/invoice_settings_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import {
  type InvoiceTestService,
  LINE,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set('2026-03-01T12:00:00Z'));

const DISCOUNT = { percent: '2', days: 14 };
const OTHER = { percent: '3', days: 7 };
/** Says that there is no discount. */
const NONE = {};
const TERM = { dueDate: '', dueDays: 30 };

type SettingsInit = Exclude<MessageInitShape<typeof InvoiceSettingsSchema>, { readonly $typeName: string }>;

function change(owner: Owner, settings: SettingsInit, ...paths: string[]) {
  return service
    .client(InvoiceSettingsService, owner.identity)
    .updateInvoiceSettings({ settings, updateMask: { paths } });
}

const setDefault = async (owner: Owner, earlyPaymentDiscount: SettingsInit['earlyPaymentDiscount'] = DISCOUNT) =>
  required(
    (await change(owner, { ...(earlyPaymentDiscount && { earlyPaymentDiscount }) }, 'early_payment_discount')).settings,
  );

async function newOwner(): Promise<Owner> {
  const owner = service.newOwner();
  await setDefault(owner);
  return owner;
}

describe('the default early-payment discount', () => {
  test('is set, changed and cleared as a whole or in parts, and each change is in the audit trail', async () => {
    const owner = service.newOwner();
    const { settings: before } = await change(owner, { dueDays: 30 }, 'due_days');
    expect(before?.earlyPaymentDiscount).toBeUndefined();
    const set = await setDefault(owner, { percent: '2.50', days: 10 });
    expect(set).toMatchObject({ dueDays: 30, earlyPaymentDiscount: { percent: '2.5', days: 10 }, etag: '"2"' });
    const { settings: longer } = await change(
      owner,
      { earlyPaymentDiscount: { days: 14 } },
      'early_payment_discount.days',
    );
    expect(longer?.earlyPaymentDiscount).toMatchObject({ percent: '2.5', days: 14 });
    const { settings: read } = await service.client(InvoiceSettingsService, owner.identity).getInvoiceSettings({});
    expect(read).toEqual(longer);
    const { settings: none } = await change(owner, {}, 'early_payment_discount');
    expect(none).toMatchObject({ dueDays: 30, etag: '"4"' });
    expect(none?.earlyPaymentDiscount).toBeUndefined();
    const changes = (await service.eventsOf(owner.identity.userId)).map(({ message }) => message.changes);
    expect(changes.slice(1)).toMatchObject([
      [
        { field: 'earlyPaymentDiscount.days', newValue: '10' },
        { field: 'earlyPaymentDiscount.percent', newValue: '2.5' },
      ],
      [{ field: 'earlyPaymentDiscount.days', oldValue: '10', newValue: '14' }],
      [
        { field: 'earlyPaymentDiscount.days', oldValue: '14' },
        { field: 'earlyPaymentDiscount.percent', oldValue: '2.5' },
      ],
    ]);
  });

  test.each([
    ['no percentage', { days: 10 }, 'percent'],
    ['0 %', { percent: '0.00', days: 10 }, 'percent'],
    ['three decimals', { percent: '2.125', days: 10 }, 'percent'],
    ['100 %', { percent: '100', days: 10 }, 'percent'],
    ['no days', { percent: '2' }, 'days'],
    ['more than a year', { percent: '2', days: 366 }, 'days'],
  ])('is refused with %s, as on a draft', async (_, discount, field) => {
    const owner = service.newOwner();
    expect(await refusalOf(setDefault(owner, discount))).toMatchObject({
      fields: [`settings.early_payment_discount.${field}`],
    });
    expect(await refusalOf(owner.draft({ ...TERM, earlyPaymentDiscount: discount }))).toMatchObject({
      fields: [`invoice.early_payment_discount.${field}`],
    });
    const preview = owner.invoices.previewInvoice({ invoice: { lines: [LINE], earlyPaymentDiscount: discount } });
    expect(await refusalOf(preview)).toMatchObject({ fields: [`invoice.early_payment_discount.${field}`] });
  });

  test('is on drafts that say nothing of it, but not on those with another or none', async () => {
    const owner = await newOwner();
    const draft = await owner.draft(TERM);
    expect(draft.earlyPaymentDiscount).toMatchObject({ ...DISCOUNT, lastDate: '2026-03-15', payableMinor: 11_662n });
    expect(await owner.get(draft.id)).toEqual(draft);
    const other = await owner.draft({ ...TERM, earlyPaymentDiscount: OTHER });
    expect(other.earlyPaymentDiscount).toMatchObject(OTHER);
    const none = await owner.draft({ ...TERM, earlyPaymentDiscount: NONE });
    expect(none.earlyPaymentDiscount).toBeUndefined();
    const preview = async (earlyPaymentDiscount?: object) =>
      (
        await owner.invoices.previewInvoice({
          invoice: { lines: [LINE], ...TERM, ...(earlyPaymentDiscount && { earlyPaymentDiscount }) },
        })
      ).invoice?.earlyPaymentDiscount;
    expect(await preview()).toMatchObject(DISCOUNT);
    expect(await preview(NONE)).toBeUndefined();
  });

  test('reaches a replica that remembers the settings of before, with the term of the account', async () => {
    const owner = service.newOwner();
    await owner.draft();
    // Another replica changes the settings unnoticed by this one.
    await service.db.$client`
      insert into invoice_settings
        (owner_id, version, rounding_policy, due_days, early_discount_percent, early_discount_days, update_time)
      values (${owner.identity.userId}, 1, 'DOCUMENT', 30, 2, 14, now())`;
    expect(await owner.draft({ dueDate: '' })).toMatchObject({ dueDays: 30, earlyPaymentDiscount: DISCOUNT });
  });

  test.each([
    ['a term of fewer days', { dueDate: '', dueDays: 13 }, false],
    ['a term of as many days', { dueDate: '', dueDays: 14 }, true],
    ['a due date alone, which does not move along with its last day', { dueDate: '2026-12-31' }, false],
    ['dates with fewer days between them', { issueDate: '2026-03-01', dueDate: '2026-03-14' }, false],
    ['dates with as many days between them', { issueDate: '2026-03-01', dueDate: '2026-03-15' }, true],
  ])('never makes a draft fail: with %s', async (_, term, isGiven) => {
    const owner = await newOwner();
    const draft = await owner.draft(term);
    expect(draft.earlyPaymentDiscount !== undefined).toBe(isGiven);
    expect((await owner.invoices.sendInvoice({ invoiceId: draft.id })).invoice?.earlyPaymentDiscount).toEqual(
      draft.earlyPaymentDiscount,
    );
  });

  test('leaves the fault of a draft with a wrong date to that date', async () => {
    const owner = await newOwner();
    const wrong = owner.draft({ issueDate: '2026-02-30', dueDate: '2026-03-31' });
    expect(await refusalOf(wrong)).toMatchObject({ fields: ['invoice.issue_date'] });
  });

  test('is for what is new: an update adds none, and removes one for good', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft(TERM);
    await setDefault(owner);
    const update = async (invoice: object, ...paths: string[]) =>
      required(
        (await owner.invoices.updateInvoice({ invoice: { id: draft.id, ...invoice }, updateMask: { paths } })).invoice,
      );
    expect((await update({ memo: 'Thanks' }, 'memo', 'rounding_policy')).earlyPaymentDiscount).toBeUndefined();
    const whole = await owner.get(draft.id);
    expect(await update(whole, 'early_payment_discount', 'due_date', 'due_days', 'memo')).toEqual(whole);
    expect(
      (await update({ earlyPaymentDiscount: OTHER }, 'early_payment_discount')).earlyPaymentDiscount,
    ).toMatchObject(OTHER);
    expect(
      (await update({ earlyPaymentDiscount: NONE }, 'early_payment_discount')).earlyPaymentDiscount,
    ).toBeUndefined();
    await update({ earlyPaymentDiscount: OTHER }, 'early_payment_discount');
    expect((await update({}, 'early_payment_discount')).earlyPaymentDiscount).toBeUndefined();
  });

  test('is handed on to copies and revisions as the invoice has it, not as the settings have it', async () => {
    const owner = service.newOwner();
    const { id: without } = await owner.open(TERM);
    await setDefault(owner);
    const { id: invoiceId } = await owner.open(TERM);
    await setDefault(owner, OTHER);
    expect((await owner.invoices.duplicateInvoice({ invoiceId })).invoice?.earlyPaymentDiscount).toMatchObject(
      DISCOUNT,
    );
    const copy = required((await owner.invoices.duplicateInvoice({ invoiceId: without })).invoice);
    expect(copy.earlyPaymentDiscount).toBeUndefined();
    const { invoice: revision } = await owner.invoices.reviseInvoice({ invoiceId: without });
    expect(revision?.earlyPaymentDiscount).toBeUndefined();
  });

  test('is on quotes and recurring invoices, which pass it on, and on none whose term is too short', async () => {
    const owner = await newOwner();
    const quotes = quotesOf(service, owner);
    const recurring = recurringOf(service, owner);
    const make = async (dueDays: number, invoice: object = {}) => {
      const made = await Promise.all([quotes.draft({ dueDays, invoice }), recurring.make({ dueDays, invoice })]);
      return made.map((each) => required(each.invoice));
    };
    for (const invoice of await make(14)) {
      expect(invoice).toMatchObject({ earlyPaymentDiscount: { ...DISCOUNT, lastDate: '' }, dueDate: '' });
      expect(invoice.dueDays).toBeUndefined();
    }
    for (const invoice of [...(await make(13)), ...(await make(14, { earlyPaymentDiscount: NONE }))]) {
      expect(invoice.earlyPaymentDiscount).toBeUndefined();
    }
    const { id: quoteId } = await quotes.accept({ dueDays: 14 });
    await setDefault(owner, OTHER);
    expect((await quotes.client.convertQuote({ quoteId })).invoice?.earlyPaymentDiscount).toMatchObject(DISCOUNT);
  });

  test('is not added by an update to a quote or a recurring invoice, nor by converting it', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const recurring = recurringOf(service, owner);
    const quote = await quotes.draft();
    const template = await recurring.make();
    await setDefault(owner);
    const memo = { invoice: { memo: 'Thanks' } };
    const changed = await Promise.all([
      quotes.change({ id: quote.id, ...memo }, 'invoice.memo'),
      recurring.change({ id: template.id, ...memo }, 'invoice.memo'),
    ]);
    for (const { invoice } of changed) expect(required(invoice).earlyPaymentDiscount).toBeUndefined();
    await quotes.client.sendQuote({ quoteId: quote.id });
    await quotes.client.acceptQuote({ quoteId: quote.id });
    const { invoice } = await quotes.client.convertQuote({ quoteId: quote.id });
    expect(required(invoice).earlyPaymentDiscount).toBeUndefined();
  });
});

describe('an early-payment discount in a file', () => {
  const COLUMNS =
    'invoice,number,issue_date,due_days,early_payment_discount_percent,early_payment_discount_days,customer_id,description,quantity,unit_price';

  function importing(owner: Owner, rows: readonly string[], separator = ',') {
    const text = [COLUMNS, ...rows.map((row) => `${row},${owner.customerId},Bread,1,100`)].join('\n');
    const data = Buffer.from(text.replaceAll(',', separator));
    return { bulk: service.client(InvoiceBulkService, owner.identity), file: { contentType: 'text/csv', data } };
  }

  test('is that of the row, or else that of the account, except for what another system issued', async () => {
    const owner = await newOwner();
    const rows = [
      ...['A,,,30,3,7', 'B,,,30,,', 'C,,,30,0,0', 'D,,,30,0.00,', 'E,,,10,,'],
      ...['F,OLD-1,2026-02-20,30,,', 'G,OLD-2,2026-02-20,30,2.5,10'],
    ];
    const { bulk, file } = importing(owner, rows);
    const { invoices } = await bulk.importInvoices({ file });
    const made = await Promise.all(invoices.map(({ invoiceId }) => owner.get(invoiceId)));
    expect(made.map(({ earlyPaymentDiscount }) => earlyPaymentDiscount)).toEqual([
      ...[expect.objectContaining(OTHER), expect.objectContaining(DISCOUNT), undefined, undefined, undefined],
      ...[undefined, expect.objectContaining({ percent: '2.5', days: 10, lastDate: '2026-03-02' })],
    ]);
  });

  test('may have a decimal comma', async () => {
    const owner = service.newOwner();
    const { bulk, file } = importing(owner, ['A,,,30,2.5,10'], ';');
    const commas = { ...file, data: Buffer.from(file.data.toString().replace('2.5', '2,5')) };
    const decimalSeparator = ImportInvoicesRequest_DecimalSeparator.COMMA;
    const { invoices } = await bulk.importInvoices({ file: commas, decimalSeparator });
    expect((await owner.get(invoices[0]?.invoiceId ?? '')).earlyPaymentDiscount).toMatchObject({
      percent: '2.5',
      days: 10,
    });
  });

  test.each([
    ['A,,,30,2,', ['2 early_payment_discount_days must be given with the percentage']],
    ['A,,,30,,10', ['2 early_payment_discount_percent must be given with the number of days']],
    ['A,,,30,2,soon', ['2 early_payment_discount_days must be a whole number of days']],
    ['A,,,30,two,10', ['2 early_payment_discount_percent must be a number such as 1234.56, not "two"']],
    ['A,,,30,2.125,10', [expect.stringMatching(/^2 early_payment_discount_percent must be a decimal number above 0/)]],
    ['A,,,30,2,366', [expect.stringMatching(/^2 early_payment_discount_days /)]],
    ['A,,,30,2,31', ['2 early_payment_discount_days must not lead to a day after the due date']],
  ])('is refused by its column: %s', async (row, faults) => {
    const { bulk, file } = importing(service.newOwner(), [row]);
    const { errors } = await bulk.importInvoices({ file, dryRun: true });
    expect(errors.map((error) => `${error.row} ${error.column} ${error.detail}`)).toEqual(faults);
  });

  test('is refused next to a due date alone, and when further rows have another', async () => {
    const owner = service.newOwner();
    const header = COLUMNS.replace('due_days', 'due_date');
    const rows = ['A,,,2026-04-01,2,10', 'A,,,,3,'].map((row) => `${row},${owner.customerId},Bread,1,100`);
    const file = { contentType: 'text/csv', data: Buffer.from([header, ...rows].join('\n')) };
    const bulk = service.client(InvoiceBulkService, owner.identity);
    const { errors } = await bulk.importInvoices({ file, dryRun: true });
    expect(errors).toMatchObject([
      {
        row: 2,
        column: 'early_payment_discount_days',
        detail: 'needs the issue date, or the days until the due date',
      },
      { row: 3, column: 'early_payment_discount_percent', detail: 'must be empty or the same as in row 2' },
    ]);
  });

  test('is in an export under the same names', async () => {
    const owner = await newOwner();
    await owner.open(TERM);
    const { file } = await service.client(InvoiceBulkService, owner.identity).downloadInvoices({});
    const [header = '', row = ''] = Buffer.from(required(file).data).toString().split('\r\n');
    const cells = new Map(header.split(',').map((name, index) => [name, row.split(',')[index]]));
    expect(cells.get('early_payment_discount_percent')).toBe('2');
    expect(cells.get('early_payment_discount_days')).toBe('14');
    expect(cells.get('early_payment_discount_date')).toBe('2026-03-15');
  });
});
