import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { InvoiceBulkService } from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { InvoiceSettingsService } from '../../../gen/numer/invoice/v1/invoice_settings_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import { type InvoiceTestService, LINE, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set('2026-03-01T12:00:00Z'));

const TERM = { dueDate: '', dueDays: 30 };

describe('an invoice with a payment term', () => {
  test('is due so many days after the day on which it is opened, however late that is', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft(TERM);
    expect(draft).toMatchObject({ dueDays: 30, dueDate: '2026-03-31', nextDueDate: '2026-03-31' });
    service.clock.set('2026-05-01T12:00:00Z');
    const { invoice } = await owner.invoices.sendInvoice({ invoiceId: draft.id });
    expect(invoice).toMatchObject({ issueDate: '2026-05-01', dueDays: 30, dueDate: '2026-05-31', overdue: false });
    expect(await owner.get(draft.id)).toMatchObject({ dueDate: '2026-05-31', nextDueDate: '2026-05-31' });
    const [, sent] = await service.eventsOf(draft.id);
    expect(sent?.message.changes).toContainEqual(
      expect.objectContaining({ field: 'dueDate', oldValue: '2026-03-31', newValue: '2026-05-31' }),
    );
  });

  test('keeps the date that follows from an issue date of its own', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft({ ...TERM, issueDate: '2026-02-01' });
    service.clock.set('2026-05-01T12:00:00Z');
    const { invoice } = await owner.invoices.finalizeInvoice({ invoiceId: id });
    expect(invoice).toMatchObject({ issueDate: '2026-02-01', dueDate: '2026-03-03', overdue: true });
  });

  test('takes a change of the days, of the date alone, and all of it as it was read', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft(TERM);
    const change = async (invoice: object, paths: string[]) =>
      required(
        (await owner.invoices.updateInvoice({ invoice: { id: draft.id, ...invoice }, updateMask: { paths } })).invoice,
      );

    expect(await change({ dueDays: 10 }, ['due_days'])).toMatchObject({ dueDays: 10, dueDate: '2026-03-11' });
    const byDate = await change({ dueDate: '2026-04-01' }, ['due_date']);
    expect(byDate).toMatchObject({ dueDate: '2026-04-01' });
    expect(byDate.dueDays).toBeUndefined();
    const back = await change({ dueDays: 0 }, ['due_days']);
    expect(back).toMatchObject({ dueDays: 0, dueDate: '2026-03-01' });
    const { invoice: same } = await owner.invoices.updateInvoice({
      invoice: back,
      updateMask: { paths: ['due_date', 'due_days'] },
    });
    expect(same).toEqual(back);
    const { invoice: dated } = await owner.invoices.updateInvoice({
      invoice: { ...back, issueDate: '2026-03-10' },
      updateMask: { paths: ['issue_date'] },
    });
    expect(dated).toMatchObject({ dueDays: 0, dueDate: '2026-03-10' });
  });

  test('hands it on to copies and revisions', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open(TERM);
    service.clock.set('2026-05-01T12:00:00Z');
    const copy = required((await owner.invoices.duplicateInvoice({ invoiceId })).invoice);
    expect(copy).toMatchObject({ dueDays: 30, dueDate: '2026-05-31' });
    const { invoice: revision } = await owner.invoices.reviseInvoice({ invoiceId });
    expect(revision).toMatchObject({ dueDays: 30 });
  });

  test('comes with the quote that it was, and counts from the day on which it is opened as well', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { id: quoteId } = await quotes.accept({ dueDays: 14 });
    const draft = required((await quotes.client.convertQuote({ quoteId })).invoice);
    expect(draft).toMatchObject({ dueDays: 14, dueDate: '2026-03-15' });
    service.clock.set('2026-03-10T12:00:00Z');
    const { invoice } = await owner.invoices.sendInvoice({ invoiceId: draft.id });
    expect(invoice).toMatchObject({ dueDate: '2026-03-24' });
  });

  test('comes from a file, where it may stand in place of the date', async () => {
    const owner = service.newOwner();
    const bulk = service.client(InvoiceBulkService, owner.identity);
    const fileOf = (dueDays: string) => ({
      contentType: 'text/csv',
      data: Buffer.from(
        `invoice,customer_id,due_days,description,quantity,unit_price\nA,${owner.customerId},${dueDays},Bread,1,3`,
      ),
    });
    const { invoices } = await bulk.importInvoices({ file: fileOf('30') });
    expect(await owner.get(invoices[0]?.invoiceId ?? '')).toMatchObject({ dueDays: 30, dueDate: '2026-03-31' });
    for (const [dueDays, column] of [
      ['soon', 'due_days'],
      ['3651', 'due_days'],
      ['', 'due_date'],
    ] as const) {
      const { errors } = await bulk.importInvoices({ file: fileOf(dueDays), dryRun: true });
      expect(errors[0]).toMatchObject({ row: 2, column });
    }
  });

  test('has that of the account, when it says nothing itself', async () => {
    const owner = service.newOwner();
    const settings = service.client(InvoiceSettingsService, owner.identity);
    await owner.draft();
    // Another replica changes the settings unnoticed by this one, which has cached that there is no term.
    await service.db.$client`
      insert into invoice_settings (owner_id, version, rounding_policy, due_days, update_time)
      values (${owner.identity.userId}, 1, 'DOCUMENT', 14, now())`;
    expect(await owner.draft({ dueDate: '' })).toMatchObject({ dueDays: 14, dueDate: '2026-03-15' });
    const { settings: after } = await settings.updateInvoiceSettings({
      settings: { dueDays: 7 },
      updateMask: { paths: ['due_days'] },
    });
    expect(after).toMatchObject({ dueDays: 7 });
    expect(await owner.draft({ dueDate: '' })).toMatchObject({ dueDays: 7, dueDate: '2026-03-08' });
    expect(await owner.draft({ dueDate: '', dueDays: 0 })).toMatchObject({ dueDays: 0, dueDate: '2026-03-01' });
    const dated = await owner.draft({ dueDate: '2026-03-02' });
    expect(dated.dueDays).toBeUndefined();
    const { settings: none } = await settings.updateInvoiceSettings({
      settings: {},
      updateMask: { paths: ['due_days'] },
    });
    expect(none?.dueDays).toBeUndefined();
    expect(await refusalOf(owner.draft({ dueDate: '' }))).toMatchObject({ fields: ['invoice.due_date'] });
    const changes = (await service.eventsOf(owner.identity.userId)).map(({ message }) => message.changes);
    expect(changes).toMatchObject([
      [{ field: 'dueDays', oldValue: '14', newValue: '7' }],
      [{ field: 'dueDays', oldValue: '7' }],
    ]);
  });

  test('has that of its quote or recurring invoice, whatever the term of the account: the template in it has none', async () => {
    const owner = service.newOwner();
    const settings = { settings: { dueDays: 7 }, updateMask: { paths: ['due_days'] } };
    await service.client(InvoiceSettingsService, owner.identity).updateInvoiceSettings(settings);
    const quotes = quotesOf(service, owner);
    const quote = await quotes.accept({ dueDays: 14 });
    expect(quote.invoice?.dueDays).toBeUndefined();
    expect((await recurringOf(service, owner).make()).invoice?.dueDays).toBeUndefined();
    const { invoice } = await quotes.client.convertQuote({ quoteId: quote.id });
    expect(invoice).toMatchObject({ dueDays: 14, dueDate: '2026-03-15' });
  });

  test('has that of the account once its own is cleared, as if it had been made without', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft();
    const clear = (...paths: string[]) => owner.invoices.updateInvoice({ invoice: { id }, updateMask: { paths } });
    expect(await refusalOf(clear('due_date'))).toMatchObject({ fields: ['invoice.due_date'] });
    const settings = { dueDays: 14 };
    await service
      .client(InvoiceSettingsService, owner.identity)
      .updateInvoiceSettings({ settings, updateMask: { paths: ['due_days'] } });

    expect((await clear('due_date')).invoice).toMatchObject({ dueDays: 14, dueDate: '2026-03-15' });
    await owner.invoices.updateInvoice({ invoice: { id, dueDays: 30 }, updateMask: { paths: ['due_days'] } });
    // The date follows from the days, which say when it is due.
    expect((await clear('due_date')).invoice).toMatchObject({ dueDays: 30, dueDate: '2026-03-31' });
    expect((await clear('due_date', 'due_days', 'rounding_policy')).invoice).toMatchObject({
      dueDays: 14,
      dueDate: '2026-03-15',
    });
    const { invoice: fixed } = await clear('due_days');
    expect([fixed?.dueDate, fixed?.dueDays]).toEqual(['2026-03-15', undefined]);
    expect((await service.eventsOf(id)).at(-1)?.message.changes).toMatchObject([{ field: 'dueDays', oldValue: '14' }]);
    expect(await owner.get(id)).toMatchObject({ dueDate: '2026-03-15' });
  });

  test('is frozen with the rest once it is open', async () => {
    const owner = service.newOwner();
    const { id } = await owner.open(TERM);
    await expect(
      service.db.$client`update invoices set due_days = 60, version = version + 1 where id = ${id}`,
    ).rejects.toThrow('its document is frozen');
  });

  test.each([
    ['neither date nor days', { dueDate: '' }, 'invoice.due_date'],
    ['days and another date', { dueDate: '2026-03-30', dueDays: 30 }, 'invoice.due_date'],
    ['days below nought', { dueDate: '', dueDays: -1 }, 'invoice.due_days'],
    ['more than ten years', { dueDate: '', dueDays: 3_651 }, 'invoice.due_days'],
    ['an issue date that is none', { ...TERM, issueDate: '2026-02-30' }, 'invoice.issue_date'],
  ])('is not %s', async (_, term, field) => {
    const owner = service.newOwner();
    const invoice = { customerId: owner.customerId, currencyCode: 'EUR', lines: [LINE], ...term };
    expect(await refusalOf(owner.invoices.createInvoice({ invoice }))).toMatchObject({
      reason: 'INVALID_ARGUMENT',
      fields: [field],
    });
  });

  test('is previewed with the date that comes of it, without which all is left open', async () => {
    const owner = service.newOwner();
    const preview = async (term: object) =>
      (await owner.invoices.previewInvoice({ invoice: { lines: [LINE], ...term } })).invoice;
    expect(await preview(TERM)).toMatchObject({ dueDays: 30, dueDate: '2026-03-31', nextDueDate: '2026-03-31' });
    const open = await preview({ issueDate: '2026-04-01' });
    expect(open).toMatchObject({ issueDate: '2026-04-01', dueDate: '', nextDueDate: '' });
    expect(open?.dueDays).toBeUndefined();
    await service
      .client(InvoiceSettingsService, owner.identity)
      .updateInvoiceSettings({ settings: { dueDays: 14 }, updateMask: { paths: ['due_days'] } });
    expect(await preview({})).toMatchObject({ dueDays: 14, dueDate: '2026-03-15' });
  });
});
