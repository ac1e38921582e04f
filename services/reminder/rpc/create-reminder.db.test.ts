import { create } from '@bufbuild/protobuf';
import { TimestampSchema, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  InvoiceCreatedSchema,
  InvoiceSentSchema,
  InvoiceUpdatedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Reminder_State } from '../../../gen/numer/reminder/v1/reminder_pb.ts';
import { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { onInvoiceChanged } from '../consumers/on-invoice-changed.ts';
import {
  eventOf,
  type Owner,
  type ReminderTestService,
  required,
  startReminderService,
} from '../testing/start-reminder-service.ts';
import { REMINDERS_PER_INVOICE_MAX } from './create-reminder.ts';

const { DRAFT, OPEN, PAID, VOID, UNCOLLECTIBLE } = Invoice_State;

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
beforeEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

const before = (value: number) => ({ case: 'daysBeforeDue', value }) as const;
const after = (value: number) => ({ case: 'daysAfterDue', value }) as const;
const at = (time: string) => ({ case: 'remindTime', value: timestampFromDate(new Date(time)) }) as const;

function invoiceOf(owner: Owner, state: Invoice_State = OPEN): string {
  return service.invoices.add(owner.identity, { state }).message.id;
}

async function add(owner: Owner, invoiceId: string, schedule: ReturnType<typeof before | typeof after | typeof at>) {
  return required((await owner.reminders.createReminder({ invoiceId, schedule })).reminder);
}

describe('CreateReminder', () => {
  test.each([
    ['days before the due date', before(3), '2026-03-28T08:00:00.000Z', before(3)],
    ['the due date itself', before(0), '2026-03-31T07:00:00.000Z', before(0)],
    ['days after it', after(14), '2026-04-14T07:00:00.000Z', after(14)],
    ['a fixed time', at('2026-03-20T16:30:00.5Z'), '2026-03-20T16:30:00.500Z', undefined],
  ])('schedules %s, of a draft and of an open invoice', async (_, schedule, time, answered) => {
    const owner = service.newOwner('Europe/Berlin');
    for (const state of [DRAFT, OPEN]) {
      const invoiceId = invoiceOf(owner, state);
      const reminder = await add(owner, invoiceId, schedule);
      const remindTime = timestampFromDate(new Date(time));
      expect(reminder).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
        invoiceId,
        state: Reminder_State.SCHEDULED,
        remindTime,
        schedule: answered ?? { case: 'fixedTime', value: remindTime },
        planned: false,
        createTime: timestampFromDate(service.clock.now()),
      });
      expect(reminder.sendTime ?? reminder.cancelTime).toBeUndefined();
      expect((await owner.reminders.getReminder({ reminderId: reminder.id })).reminder).toEqual(reminder);
    }
  });

  test('counts from the due date that a draft with a payment term would have today, not from that of its last change', async () => {
    const owner = service.newOwner();
    const fields = { dueDays: 30, issueDate: '2026-03-01', dueDate: '2026-02-14' };
    const draft = service.invoices.add(owner.identity, fields);
    const invoiceId = draft.message.id;
    const reminder = await add(owner, invoiceId, before(3));
    expect(reminder).toMatchObject({
      dueDate: '2026-03-31',
      remindTime: timestampFromDate(new Date('2026-03-28T09:00Z')),
    });
    // A late event of the draft arrives, with the dates of its last change. Days later the draft is sent.
    const late = { ...draft, version: 1n, message: { ...draft.message, issueDate: '2026-01-15' } };
    await onInvoiceChanged.apply(service.deps, [eventOf(InvoiceCreatedSchema, late)]);
    service.clock.set('2026-03-05T12:00:00Z');
    const sent = service.invoices.change(invoiceId, {
      state: OPEN,
      dueDays: 30,
      issueDate: '2026-03-05',
      dueDate: '2026-04-04',
    });
    await onInvoiceChanged.apply(service.deps, [eventOf(InvoiceSentSchema, sent)]);
    const rows = await service.rowsOf(invoiceId);
    expect(rows.filter(({ offsetDays }) => offsetDays === -3)).toMatchObject([
      { id: reminder.id, state: 'SCHEDULED', dueDate: '2026-04-04', remindTime: new Date('2026-04-01T09:00Z') },
    ]);
  });

  test('is refused of a draft whose payment term leaves no time for it', async () => {
    const owner = service.newOwner();
    const fields = { dueDays: 2, issueDate: '2026-03-01', dueDate: '2026-02-14' };
    const invoiceId = service.invoices.add(owner.identity, fields).message.id;
    expect(await refusalOf(add(owner, invoiceId, before(3)))).toMatchObject({ reason: 'REMINDER_IN_PAST' });
  });

  test('tells of it', async () => {
    const owner = service.newOwner();
    const reminder = await add(owner, invoiceOf(owner), before(3));
    expect(await service.eventsOf(owner.identity.userId, 'reminder.scheduled')).toMatchObject([
      {
        subject: reminder.id,
        version: 1n,
        actor: owner.identity.actor,
        requestId: 'test-request',
        message: {
          reminder,
          changes: [
            { field: 'daysBeforeDue', newValue: '3' },
            { field: 'remindTime', newValue: '2026-03-28T09:00:00Z' },
            { field: 'state', newValue: 'SCHEDULED' },
          ],
        },
      },
    ]);
  });

  test('is needed by no event of the invoice, and hinders none', async () => {
    const owner = service.newOwner();
    const open = service.invoices.add(owner.identity, { state: OPEN });
    await add(owner, open.message.id, before(2));
    await onInvoiceChanged.apply(service.deps, [eventOf(InvoiceSentSchema, open)]);
    expect((await service.rowsOf(open.message.id)).map(({ offsetDays }) => offsetDays)).toEqual([-7, -3, -2, 0, 7]);
  });

  test('names the invoice as the invoice service does', async () => {
    const owner = service.newOwner();
    const invoiceId = invoiceOf(owner);
    const reminder = await add(owner, invoiceId.toUpperCase(), before(3));
    expect(reminder.invoiceId).toBe(invoiceId);
  });

  test('makes a step of the default plan the caller’s own', async () => {
    const owner = service.newOwner();
    const open = service.invoices.add(owner.identity, { state: OPEN });
    const invoiceId = open.message.id;
    await onInvoiceChanged.apply(service.deps, [eventOf(InvoiceSentSchema, open)]);
    const reminder = await add(owner, invoiceId, before(3));
    const rows = await service.rowsOf(invoiceId);
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatchObject({ id: reminder.id, planned: false, state: 'SCHEDULED', version: 1n });
    expect(await refusalOf(add(owner, invoiceId, before(3)))).toMatchObject({ reason: 'REMINDER_EXISTS' });

    await service.scanAt('2026-03-28T09:00:00Z');
    const events = await service.eventsOf(owner.identity.userId, 'reminder.due');
    expect(events.map(({ subject }) => subject)).toEqual([reminder.id]);
  });

  test('schedules again what was cancelled, as a new reminder', async () => {
    const owner = service.newOwner();
    const invoiceId = invoiceOf(owner);
    const first = await add(owner, invoiceId, before(3));
    await owner.reminders.cancelReminder({ reminderId: first.id });
    const second = await add(owner, invoiceId, before(3));
    expect(second.id).not.toBe(first.id);
    expect(await service.planOf(invoiceId)).toEqual(['-3 2026-03-28T09:00 SCHEDULED']);
  });

  test('follows a due date that changed while it was under way', async () => {
    const owner = service.newOwner();
    const created = service.invoices.add(owner.identity);
    const { id } = created.message;
    const updated = service.invoices.change(id, { dueDate: '2026-04-30' });
    // The event has arrived already, but the call still reads the version before it.
    await onInvoiceChanged.apply(service.deps, [eventOf(InvoiceUpdatedSchema, updated)]);
    let reads = 0;
    service.invoices.onGet = () => (reads++ === 0 ? created : undefined);
    await add(owner, id, before(3));
    service.invoices.onGet = () => undefined;
    expect(reads).toBe(2);
    expect(await service.planOf(id)).toEqual(['-3 2026-04-27T09:00 SCHEDULED']);
  });
});

describe('CreateReminder refuses', () => {
  test.each([
    ['no invoice', { invoiceId: '', schedule: before(3) }, 'invoice_id'],
    ['no schedule', {}, 'days_before_due', 'days_after_due', 'remind_time'],
    ['days that are negative', { schedule: before(-1) }, 'days_before_due'],
    ['too many days', { schedule: before(366) }, 'days_before_due'],
    ['no days after the due date', { schedule: after(0) }, 'days_after_due'],
  ])('%s', async (_, request, ...fields) => {
    const owner = service.newOwner();
    const refusal = await refusalOf(owner.reminders.createReminder({ invoiceId: invoiceOf(owner), ...request }));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields });
  });

  test('callers who are nobody', async () => {
    const call = service.client(ReminderService).createReminder({ schedule: before(3) });
    expect(await refusalOf(call)).toMatchObject({ code: Code.Unauthenticated });
  });

  test('an invoice that is somebody else’s, or does not exist', async () => {
    const [owner, other] = [service.newOwner(), service.newOwner()];
    for (const invoiceId of [invoiceOf(other), '01a2030d-a9a1-741f-842e-51c63e6cba13']) {
      expect(await refusalOf(add(owner, invoiceId, before(3)))).toMatchObject({
        code: Code.NotFound,
        reason: 'INVOICE_NOT_FOUND',
        message: 'There is no such invoice.',
        fields: ['invoice_id'],
      });
    }
  });

  test.each([
    ['PAID', PAID],
    ['VOID', VOID],
    ['UNCOLLECTIBLE', UNCOLLECTIBLE],
  ])('an invoice that is %s', async (name, state) => {
    const owner = service.newOwner();
    expect(await refusalOf(add(owner, invoiceOf(owner, state), before(3)))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'INVOICE_STATE',
      metadata: { state: name, action: 'CREATE_REMINDER', cause: name === 'VOID' ? 'VOIDED' : name },
    });
  });

  test.each([
    ['a day whose 9:00 has passed', before(30), 'days_before_due'],
    ['a time that has passed', at('2026-03-01T12:00:00Z'), 'remind_time'],
  ])('%s', async (_, schedule, field) => {
    const owner = service.newOwner();
    const invoiceId = invoiceOf(owner);
    expect(await refusalOf(add(owner, invoiceId, schedule))).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'REMINDER_IN_PAST',
      fields: [field],
    });
    expect(await service.rowsOf(invoiceId)).toEqual([]);
  });

  test.each([
    [253_402_300_800n, 0],
    [253_402_300_799n, 999_900_000], // rounded up to milliseconds, as they are stored
    [400_000_000_000n, 0],
    [9_223_372_036_854_775_807n, 0],
    [-9_223_372_036_854_775_808n, 0],
    [4_000_000_000n, -1],
    [4_000_000_000n, 1_000_000_000],
  ])(
    'a time of %d seconds and %d nanoseconds, which is none, or not of the years 1 to 9999',
    async (seconds, nanos) => {
      const owner = service.newOwner();
      const invoiceId = invoiceOf(owner);
      const value = create(TimestampSchema, { seconds, nanos });
      expect(await refusalOf(add(owner, invoiceId, { case: 'remindTime', value }))).toMatchObject({
        code: Code.InvalidArgument,
        reason: 'INVALID_ARGUMENT',
        fields: ['remind_time'],
      });
    },
  );

  test('the same reminder twice, also at the same moment, and one that was sent', async () => {
    const owner = service.newOwner();
    const invoiceId = invoiceOf(owner);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => add(owner, invoiceId, before(3))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusal = { code: Code.AlreadyExists, reason: 'REMINDER_EXISTS' };
    expect(await refusalOf(add(owner, invoiceId, before(3)))).toMatchObject(refusal);

    await service.scanAt('2026-03-28T09:00:00Z');
    service.clock.set('2026-03-01T12:00:00Z'); // the clock jumps back
    expect(await refusalOf(add(owner, invoiceId, before(3)))).toMatchObject(refusal);
    expect(await service.planOf(invoiceId)).toEqual(['-3 2026-03-28T09:00 SENT']);
    expect(await service.eventsOf(owner.identity.userId, 'reminder.scheduled')).toHaveLength(1);
  });

  test('more reminders than an invoice can have', async () => {
    const owner = service.newOwner();
    const invoiceId = invoiceOf(owner);
    for (let days = 1; days <= REMINDERS_PER_INVOICE_MAX; days++) await add(owner, invoiceId, after(days));
    expect(await refusalOf(add(owner, invoiceId, after(200)))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'LIMIT_REACHED',
      metadata: { limit: '100' },
    });
  });

  test('everything while the invoice service is down, in a way that asks for another try', async () => {
    const owner = service.newOwner();
    const invoiceId = invoiceOf(owner);
    service.invoices.isDown = true;
    const refusal = await refusalOf(add(owner, invoiceId, before(3)));
    service.invoices.isDown = false;
    expect(refusal).toMatchObject({ code: Code.Unavailable });
  });
});

describe('CreateReminder with an idempotency key', () => {
  test('gives the first answer again, also at the same moment', async () => {
    const owner = service.newOwner();
    const invoiceId = invoiceOf(owner);
    const keyed = owner.with({ 'idempotency-key': 'first' });
    const call = () => keyed.createReminder({ invoiceId, schedule: before(3) });
    const answers = await Promise.all([call(), call(), call()]);
    service.invoices.change(invoiceId, { state: PAID });
    answers.push(await call());
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await service.eventsOf(owner.identity.userId, 'reminder.scheduled')).toHaveLength(1);
  });

  test('refuses the key with another request', async () => {
    const owner = service.newOwner();
    const invoiceId = invoiceOf(owner);
    const keyed = owner.with({ 'idempotency-key': 'first' });
    await keyed.createReminder({ invoiceId, schedule: before(3) });
    expect(await refusalOf(keyed.createReminder({ invoiceId, schedule: before(4) }))).toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
  });
});
