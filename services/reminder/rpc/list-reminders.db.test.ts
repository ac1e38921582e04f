import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Reminder, Reminder_State } from '../../../gen/numer/reminder/v1/reminder_pb.ts';
import { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import {
  type Owner,
  type ReminderTestService,
  required,
  startReminderService,
} from '../testing/start-reminder-service.ts';

let service: ReminderTestService;
let owner: Owner;
let invoiceIds: readonly string[];
/** All reminders of the owner, soonest first. Those of the two invoices are at the same times. */
let all: readonly Reminder[];
beforeAll(async () => {
  service = await startReminderService();
  owner = service.newOwner();
  invoiceIds = [1, 2].map(() => service.invoices.add(owner.identity).message.id);
  const made: Reminder[] = [];
  for (const value of [9, 2, 5, 7, 1]) {
    for (const invoiceId of invoiceIds) {
      const answer = await owner.reminders.createReminder({ invoiceId, schedule: { case: 'daysBeforeDue', value } });
      made.push(required(answer.reminder));
    }
  }
  all = made.toSorted(
    (a, b) => Number(a.remindTime?.seconds) - Number(b.remindTime?.seconds) || (a.id < b.id ? -1 : 1),
  );
});
afterAll(() => service.stop());

type Request = Parameters<Owner['reminders']['listReminders']>[0];

async function pages(request: Request): Promise<Reminder[][]> {
  const found: Reminder[][] = [];
  let pageToken = '';
  do {
    const page = await owner.reminders.listReminders({ ...request, pageToken });
    found.push(page.reminders);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return found;
}

describe('ListReminders', () => {
  test('lists what is due first first', async () => {
    expect(await pages({})).toEqual([all]);
  });

  test.each([1, 3, 5, 9, 10, 100])('gives each once in pages of %i', async (pageSize) => {
    const found = await pages({ pageSize });
    expect(found.flat()).toEqual(all);
    expect(found).toHaveLength(Math.ceil(all.length / pageSize));
  });

  test('has pages of 20 by default', async () => {
    const many = service.newOwner();
    const { id: invoiceId } = service.invoices.add(many.identity).message;
    for (let value = 0; value < 21; value++) {
      await many.reminders.createReminder({ invoiceId, schedule: { case: 'daysBeforeDue', value } });
    }
    const first = await many.reminders.listReminders({});
    expect(first.reminders).toHaveLength(20);
    const second = await many.reminders.listReminders({ pageToken: first.nextPageToken });
    expect(second).toMatchObject({ reminders: { length: 1 }, nextPageToken: '' });
  });

  test('filters by invoice and by state', async () => {
    const [invoiceId = ''] = invoiceIds;
    const cancelled = required(all.find((reminder) => reminder.invoiceId === invoiceId));
    await owner.reminders.cancelReminder({ reminderId: cancelled.id });
    const ofInvoice = all.filter((reminder) => reminder.invoiceId === invoiceId).map(({ id }) => id);
    const idsOf = async (request: Request) => (await pages({ pageSize: 2, ...request })).flat().map(({ id }) => id);

    expect(await idsOf({ invoiceId })).toEqual(ofInvoice);
    expect(await idsOf({ state: Reminder_State.CANCELLED })).toEqual([cancelled.id]);
    expect(await idsOf({ state: Reminder_State.SENT })).toEqual([]);
    expect(await idsOf({ invoiceId, state: Reminder_State.SCHEDULED })).toEqual(ofInvoice.slice(1));
    expect(await idsOf({ state: Reminder_State.SCHEDULED })).toHaveLength(all.length - 1);
  });

  test('shows nobody else’s', async () => {
    const other = service.newOwner();
    expect(await other.reminders.listReminders({})).toMatchObject({ reminders: [], nextPageToken: '' });
    expect(await other.reminders.listReminders({ invoiceId: invoiceIds[0] ?? '' })).toMatchObject({ reminders: [] });
  });

  test('refuses a token that is made up, of other filters, or of another user', async () => {
    const { nextPageToken: pageToken } = await owner.reminders.listReminders({ pageSize: 1 });
    const [invoiceId = ''] = invoiceIds;
    for (const call of [
      () => owner.reminders.listReminders({ pageToken: 'made-up' }),
      () => owner.reminders.listReminders({ pageToken, invoiceId }),
      () => service.newOwner().reminders.listReminders({ pageToken }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_PAGE_TOKEN' });
    }
  });

  test.each([
    ['a page that is too large', { pageSize: 101 }, 'page_size'],
    ['an invoice that is no id', { invoiceId: 'x' }, 'invoice_id'],
    ['a state that does not exist', { state: 9 as Reminder_State }, 'state'],
  ])('refuses %s', async (_, request, field) => {
    const refusal = await refusalOf(owner.reminders.listReminders(request));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: [field] });
  });

  test('refuses callers who are nobody', async () => {
    const call = service.client(ReminderService).listReminders({});
    expect(await refusalOf(call)).toMatchObject({ code: Code.Unauthenticated });
  });
});
