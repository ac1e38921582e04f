import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { NumberSeries_Reset } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import {
  Occurrence_State,
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import { seriesOf } from '../testing/series-of.ts';
import { type InvoiceTestService, LINE } from '../testing/start-invoice-service.ts';
import { type OccurrenceJob, startOccurrenceJob } from '../testing/start-occurrence-job.ts';

const { DAY } = RecurringInvoice_Frequency;
const { FINALIZE, SEND } = RecurringInvoice_Mode;
const { PENDING, DONE, LEFT_AS_DRAFT } = Occurrence_State;
const { DRAFT, OPEN } = Invoice_State;

let job: OccurrenceJob;
let service: InvoiceTestService;
beforeAll(async () => {
  job = await startOccurrenceJob();
  service = job.service;
});
afterEach(() => job.reset());
afterAll(() => job.stop());

describe('opening', () => {
  test('numbers the invoice with the parties as they are by then, and mails it when it is to be sent', async () => {
    const owner = service.newOwner({ timeZone: 'Asia/Tokyo', user: { companyName: 'Ada & Co' } });
    const recurring = recurringOf(service, owner);
    const finalized = await recurring.make({ mode: FINALIZE });
    const sent = await recurring.make({ mode: SEND, startDate: '2026-04-01' });
    service.userService.changeCustomer(owner.customerId, { name: 'Grace' });
    await job.runAt('2026-03-31T15:30:00Z');
    const [one] = await recurring.invoices(finalized.id);
    expect(one).toMatchObject({
      state: OPEN,
      number: 'INV-00001',
      issueDate: '2026-04-01',
      dueDate: '2026-04-15',
      seller: { name: 'Ada & Co' },
      customer: { name: 'Grace' },
      etag: '"2"',
    });
    expect(one?.sendTime).toBeUndefined();
    const [other] = await recurring.invoices(sent.id);
    expect(other).toMatchObject({ state: OPEN, number: 'INV-00002', sendTime: other?.openTime });
    expect(await service.eventsOf(other?.id ?? '')).toMatchObject([
      { topic: 'invoice.created', version: 1n },
      {
        topic: 'invoice.sent',
        version: 2n,
        ownerId: owner.identity.userId,
        actor: 'service:invoice',
        message: { invoice: { number: 'INV-00002' }, timeZone: 'Asia/Tokyo' },
      },
    ]);
    expect(await recurring.occurrences(sent.id)).toMatchObject([{ state: DONE, mode: SEND }]);
  });

  test('takes the number from the series of the template, for the day of the owner', async () => {
    const owner = service.newOwner({ timeZone: 'Asia/Tokyo' });
    await seriesOf(service, owner).add({
      name: 'abo',
      pattern: 'A{YYYY}{MM}-{SEQ}',
      reset: NumberSeries_Reset.MONTHLY,
    });
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ mode: FINALIZE, invoice: { numberSeries: 'abo' } });
    await job.runAt('2026-03-30T15:00:00Z');
    await job.runAt('2026-04-29T15:00:00Z');
    expect((await recurring.invoices(id)).map(({ number }) => number)).toEqual(['A202603-1', 'A202604-1']);
  });

  test('of an invoice over nothing makes it paid', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make({ mode: SEND, invoice: { lines: [{ ...LINE, unitPrice: '0' }] } });
    await job.runAt('2026-03-31T00:00:00Z');
    expect((await recurring.invoices(id))[0]).toMatchObject({ state: Invoice_State.PAID, number: 'INV-00001' });
  });

  test('waits for the user service, while invoices are made, and moves the due date with the day', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make({ mode: SEND });
    service.userService.isDown.value = true;
    expect(await refusalOf(job.runAt('2026-03-31T00:00:00Z'))).toMatchObject({ code: Code.Unavailable });
    expect((await recurring.invoices(id))[0]).toMatchObject({ state: DRAFT, dueDate: '2026-04-14' });
    expect(await recurring.occurrences(id)).toMatchObject([{ state: PENDING }]);
    expect((await recurring.get(id)).lastFailure).toBeUndefined();
    service.userService.isDown.value = false;
    await job.runAt('2026-04-02T00:00:00Z');
    const [invoice] = await recurring.invoices(id);
    expect(invoice).toMatchObject({ state: OPEN, issueDate: '2026-04-02', dueDate: '2026-04-16' });
    expect((await service.eventsOf(invoice?.id ?? ''))[1]?.message.changes).toContainEqual(
      expect.objectContaining({ field: 'dueDate', oldValue: '2026-04-14', newValue: '2026-04-16' }),
    );
  });

  test('moves the due date of what a version before made, which stored no payment term', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make({ mode: SEND });
    service.userService.isDown.value = true;
    expect(await refusalOf(job.runAt('2026-03-31T00:00:00Z'))).toMatchObject({ code: Code.Unavailable });
    await service.db.$client`update invoices set due_days = null where recurring_invoice_id = ${id}`;
    service.userService.isDown.value = false;
    await job.runAt('2026-04-02T00:00:00Z');
    const [invoice] = await recurring.invoices(id);
    expect(invoice).toMatchObject({ state: OPEN, issueDate: '2026-04-02', dueDate: '2026-04-16', dueDays: 14 });
  });

  test('goes on after a crash between making and opening, and after one between opening and noting it', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ mode: SEND, frequency: DAY });
    service.userService.isDown.value = true;
    await expect(job.runAt('2026-04-01T00:00:00Z')).rejects.toThrow();
    service.userService.isDown.value = false;
    const [first, second] = await recurring.invoices(id);
    // The state that a process leaves when it is killed after it opened the first one.
    await owner.invoices.sendInvoice({ invoiceId: first?.id ?? '' });
    await job.run();
    const after = await recurring.invoices(id);
    expect(after.map(({ number, etag }) => [number, etag])).toEqual([
      ['INV-00001', '"2"'],
      ['INV-00002', '"2"'],
    ]);
    expect(after.map((invoice) => invoice.id)).toEqual([first?.id, second?.id]);
    expect((await recurring.occurrences(id)).map(({ state }) => state)).toEqual([DONE, DONE]);
    expect(await job.countEvents(owner, 'invoice.sent')).toBe(2);
  });

  test('leaves to the user what the user has changed or deleted meanwhile', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ mode: SEND, frequency: DAY });
    service.userService.isDown.value = true;
    await expect(job.runAt('2026-04-01T00:00:00Z')).rejects.toThrow();
    service.userService.isDown.value = false;
    const [changed, deleted] = await recurring.invoices(id);
    const change = { invoice: { id: changed?.id ?? '', memo: 'Mine' }, updateMask: { paths: ['memo'] } };
    await owner.invoices.updateInvoice(change);
    await owner.invoices.deleteInvoice({ invoiceId: deleted?.id ?? '' });
    await job.run();
    expect(await recurring.occurrences(id)).toMatchObject([
      { occurrenceDate: '2026-04-01', invoiceId: '', state: LEFT_AS_DRAFT },
      { occurrenceDate: '2026-03-31', invoiceId: changed?.id, state: LEFT_AS_DRAFT },
    ]);
    expect((await owner.invoices.getInvoice({ invoiceId: changed?.id ?? '' })).invoice?.state).toBe(DRAFT);
    await job.runAt('2026-04-01T12:00:00Z');
    expect(await recurring.dates(id)).toEqual(['2026-03-31', '2026-04-01']);
  });
});
