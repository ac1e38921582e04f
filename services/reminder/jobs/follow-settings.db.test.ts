import { randomUUIDv7 } from 'node:crypto';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { InvoiceCreatedSchema, InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { PaymentReversedSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { NO_IDEMPOTENCY } from '../../../runtime/call/idempotency.ts';
import { onInvoiceChanged } from '../consumers/on-invoice-changed.ts';
import type { Deps } from '../deps.ts';
import { DEFAULT_PLAN, type Plan, planReminders } from '../domain/plan.ts';
import { reminderSettings } from '../store/schema.ts';
import { changePlan } from '../testing/change-plan.ts';
import {
  eventOf,
  type Owner,
  type ReminderTestService,
  required,
  startReminderService,
} from '../testing/start-reminder-service.ts';
import { followSettings } from './follow-settings.ts';

const { OPEN, PAID } = Invoice_State;

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
beforeEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterEach(() => {
  service.invoices.onBatchGet = () => undefined;
});
afterAll(() => service.stop());

function follow(deps: Deps = service.deps, signal = new AbortController().signal): Promise<void> {
  return followSettings.run(deps, service.clock.now(), signal);
}

/** What a test does when the job reads a page of invoices. */
function depsListing(onList: (ownerId: string) => unknown): Deps {
  const { store } = service.deps;
  const listOpenInvoices: typeof store.listOpenInvoices = async (ownerId, ...others) => {
    const ids = await store.listOpenInvoices(ownerId, ...others);
    await onList(ownerId);
    return ids;
  };
  return { ...service.deps, store: { ...store, listOpenInvoices } };
}

async function isFollowed({ identity: { userId } }: Owner): Promise<boolean> {
  const [row] = await service.db.select().from(reminderSettings).where(eq(reminderSettings.ownerId, userId));
  return row?.followedUntil === null;
}

describe('when the plan of an account changes', () => {
  test('steps that are gone are cancelled, new ones are added, and those that stay move to the time of day', async () => {
    const [owner, other] = [service.newOwner('Europe/Berlin'), service.newOwner()];
    const [id, others] = [await service.send(owner), await service.send(other)];
    const before = await service.rowsOf(id);
    await changePlan(owner, { offsetsDays: [-60, -14, -3, 0], timeOfDay: '18:30' });
    await follow();
    expect(await service.planOf(id)).toEqual([
      '-14 2026-03-17T17:30 SCHEDULED',
      '-7 2026-03-24T08:00 CANCELLED PLAN_CHANGED',
      '-3 2026-03-28T17:30 SCHEDULED',
      '0 2026-03-31T16:30 SCHEDULED',
      '7 2026-04-07T07:00 CANCELLED PLAN_CHANGED',
    ]);
    const idsOf = (rows: typeof before, ...days: number[]) =>
      rows.filter(({ offsetDays }) => days.includes(offsetDays ?? 99)).map((row) => row.id);
    expect(idsOf(await service.rowsOf(id), -7, -3, 0, 7)).toEqual(idsOf(before, -7, -3, 0, 7));
    expect(await service.planOf(others)).toHaveLength(4);
    expect((await service.planOf(others))[0]).toBe('-7 2026-03-24T09:00 SCHEDULED');
  });

  test('it is told of each reminder that is cancelled, once, with the request that did it', async () => {
    const owner = service.newOwner();
    await service.send(owner);
    await changePlan(owner, { offsetsDays: [0] });
    await Promise.all([follow(), follow()]);
    await follow();
    const { userId } = owner.identity;
    const [change] = await service.eventsOf(userId, 'reminder-settings.updated');
    const told = await service.eventsOf(userId, 'reminder.cancelled');
    expect(told).toHaveLength(3);
    for (const { actor, requestId, message } of told) {
      expect([actor, requestId]).toEqual(['service:reminder', change?.requestId]);
      expect(message.changes).toMatchObject([
        { field: 'cancelReason', newValue: 'PLAN_CHANGED' },
        { field: 'state', oldValue: 'SCHEDULED', newValue: 'CANCELLED' },
      ]);
    }
  });

  test('what the user has added or cancelled and what was sent stays, but for the time of day', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    await service.scanAt('2026-03-24T09:00:00Z');
    await owner.reminders.createReminder({ invoiceId: id, schedule: { case: 'daysBeforeDue', value: 3 } });
    await owner.reminders.createReminder({ invoiceId: id, schedule: { case: 'daysAfterDue', value: 5 } });
    const seconds = BigInt(Date.parse('2026-03-30T10:00:00Z') / 1000);
    await owner.reminders.createReminder({ invoiceId: id, schedule: { case: 'remindTime', value: { seconds } } });
    const last = required((await service.rowsOf(id)).find(({ offsetDays }) => offsetDays === 7));
    await owner.reminders.cancelReminder({ reminderId: last.id });
    await changePlan(owner, { offsetsDays: [], timeOfDay: '20:00' });
    await follow();
    const expected = [
      '-7 2026-03-24T09:00 SENT',
      '-3 2026-03-28T20:00 SCHEDULED',
      '2026-03-30T10:00:00.000Z 2026-03-30T10:00 SCHEDULED',
      '0 2026-03-31T09:00 CANCELLED PLAN_CHANGED',
      '5 2026-04-05T20:00 SCHEDULED',
      '7 2026-04-07T09:00 CANCELLED USER_REQUEST',
    ];
    expect(await service.planOf(id)).toEqual(expected);
    await changePlan(owner, { offsetsDays: [-7, 7] });
    await follow();
    expect(await service.planOf(id)).toEqual(expected);
  });

  test('a step is scheduled again when the plan has it again, where its time is still to come', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    await changePlan(owner, { offsetsDays: [] });
    await follow();
    expect((await service.planOf(id)).filter((line) => line.endsWith('CANCELLED PLAN_CHANGED'))).toHaveLength(4);
    service.clock.set('2026-03-28T09:00:00Z');
    await changePlan(owner, { offsetsDays: [-7, -3, 0] });
    await follow();
    expect(await service.planOf(id)).toEqual([
      '-7 2026-03-24T09:00 CANCELLED PLAN_CHANGED',
      '-3 2026-03-28T09:00 CANCELLED PLAN_CHANGED',
      '0 2026-03-31T09:00 SCHEDULED',
      '7 2026-04-07T09:00 CANCELLED PLAN_CHANGED',
    ]);
    await service.scanAt('2026-03-31T09:00:00Z');
    expect(await service.eventsOf(owner.identity.userId, 'reminder.due')).toHaveLength(1);
  });

  test('a user can still ask for a step that is gone', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    await changePlan(owner, { offsetsDays: [], timeOfDay: '10:00' });
    await follow();
    await owner.reminders.createReminder({ invoiceId: id, schedule: { case: 'daysBeforeDue', value: 3 } });
    await changePlan(owner, { timeOfDay: '11:00' });
    await follow();
    expect((await service.planOf(id))[1]).toBe('-3 2026-03-28T11:00 SCHEDULED');
  });

  test('each instalment has the steps', async () => {
    const owner = service.newOwner();
    const days = ['2026-03-31', '2026-04-30'];
    const id = await service.send(owner, { instalments: days.map((dueDate) => ({ dueDate, dueMinor: 1n })) });
    await changePlan(owner, { offsetsDays: [-1], timeOfDay: '08:00' });
    await follow();
    const scheduled = (await service.planOf(id)).filter((line) => line.endsWith('SCHEDULED'));
    expect(scheduled).toEqual(['-1 2026-03-30T08:00 SCHEDULED', '-1 2026-04-29T08:00 SCHEDULED']);
  });

  test('a reminder that came due during a pause is not made up for, though its new time is still to come', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    await owner.reminders.pauseReminders({ invoiceId: id });
    await service.scanAt('2026-03-24T09:00:00Z');
    await owner.reminders.resumeReminders({ invoiceId: id });
    await changePlan(owner, { timeOfDay: '18:00' });
    await follow();
    expect((await service.planOf(id)).slice(0, 2)).toEqual([
      '-7 2026-03-24T09:00 CANCELLED PAUSED',
      '-3 2026-03-28T18:00 SCHEDULED',
    ]);
  });

  test('a time of day that has passed on the day itself is due at once', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    service.clock.set('2026-03-24T08:00:00Z');
    await changePlan(owner, { timeOfDay: '07:00' });
    await follow();
    await service.scanAt('2026-03-24T08:00:05Z');
    expect((await service.planOf(id))[0]).toBe('-7 2026-03-24T07:00 SENT');
  });

  test('a draft has what its user has added at the new time, and the new plan once it is opened', async () => {
    const owner = service.newOwner();
    const draft = service.invoices.add(owner.identity, { dueDays: 30, issueDate: '2026-03-01' });
    const { id } = draft.message;
    await onInvoiceChanged.apply(service.deps, [eventOf(InvoiceCreatedSchema, draft)]);
    await owner.reminders.createReminder({ invoiceId: id, schedule: { case: 'daysBeforeDue', value: 10 } });
    await changePlan(owner, { offsetsDays: [1], timeOfDay: '16:00' });
    await follow();
    expect(await service.planOf(id)).toEqual(['-10 2026-03-21T16:00 SCHEDULED']);
    const opened = service.invoices.change(id, { state: OPEN, issueDate: '2026-03-11', dueDate: '2026-04-10' });
    await onInvoiceChanged.apply(service.deps, [eventOf(InvoiceSentSchema, opened)]);
    expect(await service.planOf(id)).toEqual(['-10 2026-03-31T16:00 SCHEDULED', '1 2026-04-11T16:00 SCHEDULED']);
  });

  test('invoices that are opened later have the new one, and none when it is empty', async () => {
    const owner = service.newOwner('Asia/Tokyo');
    await changePlan(owner, { offsetsDays: [-30, 10] });
    expect(await service.planOf(await service.send(owner, { dueDate: '2026-04-30' }))).toEqual([
      '-30 2026-03-31T00:00 SCHEDULED',
      '10 2026-05-10T00:00 SCHEDULED',
    ]);
    await changePlan(owner, { offsetsDays: [] });
    expect(await service.rowsOf(await service.send(owner))).toEqual([]);
  });

  test('reminders that are added later go at its time of day', async () => {
    const owner = service.newOwner();
    await changePlan(owner, { timeOfDay: '17:45' });
    const { id: invoiceId } = service.invoices.add(owner.identity).message;
    const { reminder } = await owner.reminders.createReminder({
      invoiceId,
      schedule: { case: 'daysBeforeDue', value: 1 },
    });
    expect(reminder?.remindTime?.seconds).toBe(BigInt(Date.parse('2026-03-30T17:45:00Z') / 1000));
  });

  test('an invoice that is sent at the same moment ends up in line with it', async () => {
    for (let round = 0; round < 10; round++) {
      const owner = service.newOwner();
      const [, id] = await Promise.all([
        changePlan(owner, { offsetsDays: [-5], timeOfDay: '15:00' }).then(() => follow()),
        service.send(owner),
      ]);
      expect((await service.planOf(id)).filter((line) => line.endsWith('SCHEDULED'))).toEqual([
        '-5 2026-03-26T15:00 SCHEDULED',
      ]);
    }
  });
});

describe('before reminders have followed a change', () => {
  test('no step that is gone is sent, and the next scan cancels it', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    await changePlan(owner, { offsetsDays: [-3] });
    await service.scanAt('2026-03-24T09:00:00Z');
    expect((await service.planOf(id)).slice(0, 2)).toEqual([
      '-7 2026-03-24T09:00 CANCELLED PLAN_CHANGED',
      '-3 2026-03-28T09:00 SCHEDULED',
    ]);
    expect(await service.eventsOf(owner.identity.userId, 'reminder.due')).toEqual([]);
  });

  test('no step is sent that goes while it is being sent', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    service.invoices.onBatchGet = () => changePlan(owner, { offsetsDays: [-3] });
    await service.scanAt('2026-03-24T09:00:00Z');
    expect(await service.eventsOf(owner.identity.userId, 'reminder.due')).toEqual([]);
    await service.scanAt('2026-03-24T09:00:05Z');
    expect((await service.planOf(id))[0]).toBe('-7 2026-03-24T09:00 CANCELLED PLAN_CHANGED');
  });

  test('a service of the version before cannot send a step that is gone, and can send what a user has added', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    await owner.reminders.createReminder({ invoiceId: id, schedule: { case: 'daysBeforeDue', value: 3 } });
    await changePlan(owner, { offsetsDays: [0] });
    const sent = await service.db.$client`
      update reminders set state = 'SENT', send_time = now() where invoice_id = ${id} returning offset_days`;
    expect(sent.map(({ offset_days }) => offset_days).toSorted()).toEqual([-3, 0]);
  });

  test('nothing is sent at the old time of day when the new one is still to come', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    await changePlan(owner, { timeOfDay: '18:00' });
    await service.scanAt('2026-03-24T09:00:00Z');
    expect((await service.planOf(id))[0]).toBe('-7 2026-03-24T18:00 SCHEDULED');
    await service.scanAt('2026-03-24T18:00:00Z');
    expect((await service.planOf(id))[0]).toBe('-7 2026-03-24T18:00 SENT');
  });
});

test('a reminder that is added is worked out anew when the time of day has changed since', async () => {
  const owner = service.newOwner();
  const { message, version } = service.invoices.add(owner.identity);
  const { id: invoiceId } = message;
  await owner.reminders.createReminder({ invoiceId, schedule: { case: 'daysBeforeDue', value: 5 } });
  const [added] = await service.rowsOf(invoiceId);
  const row = { ...required(added), id: randomUUIDv7(), step: '-6', offsetDays: -6 };
  const { userId: ownerId, timeZone } = owner.identity;
  const read = { invoiceId, ownerId, version, state: 'DRAFT' as const, dueDates: ['2026-03-31'], timeZone };
  const add = (timeOfDay: string) =>
    service.deps.store.addReminder({ row, invoice: { ...read, timeOfDay }, events: [], idempotency: NO_IDEMPOTENCY });
  await changePlan(owner, { timeOfDay: '10:00' });
  expect(await add('09:00')).toBe('MOVED');
  expect(await add('10:00')).toBe('ADDED');
});

describe('many invoices', () => {
  test('follow page by page, and those of another account do not wait for all of them', async () => {
    const [large, small] = [service.newOwner(), service.newOwner()];
    const [ids, [id = '']] = [await service.sendMany(large, 120), await service.sendMany(small, 1)];
    await follow();
    await changePlan(large, { offsetsDays: [1] });
    await changePlan(small, { offsetsDays: [2] });
    const pages: string[] = [];
    await follow(depsListing((ownerId) => pages.push(ownerId)));
    const [{ userId }, { userId: other }] = [large.identity, small.identity];
    expect(pages).toEqual([userId, other, userId, userId]);
    const left = await service.db.$client`
      select offset_days, count(*)::integer from reminders where owner_id = ${userId} and state = 'SCHEDULED' group by 1`;
    expect(left).toEqual([{ offset_days: 1, count: ids.length }]);
    expect((await service.planOf(id)).at(-1)).toBe('7 2026-04-07T09:00 CANCELLED PLAN_CHANGED');
    expect([await isFollowed(large), await isFollowed(small)]).toEqual([true, true]);
  });

  test('follow a change that comes while they follow another, from the first to the last', async () => {
    const owner = service.newOwner();
    await service.sendMany(owner, 80);
    await changePlan(owner, { offsetsDays: [1] });
    let changes = 0;
    await follow(
      depsListing(async () => {
        if (++changes <= 3) await changePlan(owner, { offsetsDays: [changes + 1] });
      }),
    );
    const left = await service.db.$client`
      select offset_days, count(*)::integer from reminders
      where owner_id = ${owner.identity.userId} and state = 'SCHEDULED' group by 1`;
    expect(left).toEqual([{ offset_days: 4, count: 80 }]);
    expect(await isFollowed(owner)).toBe(true);
  });

  test('go on following after a process has stopped or died in between', async () => {
    const owner = service.newOwner();
    const { userId } = owner.identity;
    await service.sendMany(owner, 80);
    await changePlan(owner, { offsetsDays: [1] });
    const stopping = new AbortController();
    await follow(
      depsListing(() => stopping.abort()),
      stopping.signal,
    );
    const countOpen = async () => {
      const [row] = await service.db.$client`
        select count(*)::integer from reminders where owner_id = ${userId} and state = 'SCHEDULED' and offset_days <> 1`;
      return row?.count;
    };
    expect(await countOpen()).toBe(30 * 4);
    // A replica that dies leaves its claim behind, which others respect for a while.
    expect(await service.deps.store.claimChange()).toMatchObject({ ownerId: userId });
    await follow();
    expect(await countOpen()).toBe(30 * 4);
    await service.db
      .$client`update reminder_settings set follow_time = follow_time - interval '30 seconds' where owner_id = ${userId}`;
    await follow();
    expect(await countOpen()).toBe(0);
    expect(await isFollowed(owner)).toBe(true);
  });

  test('follow with as many steps for as many instalments as there can be', async () => {
    const owner = service.newOwner();
    const instalments = Array.from({ length: 60 }, (_, index) => {
      const day = new Date(Date.UTC(2027, 3, 1 + index));
      return { dueDate: day.toISOString().slice(0, 10), dueMinor: 1n };
    });
    await service.sendMany(owner, 6, { instalments });
    await changePlan(owner, { offsetsDays: Array.from({ length: 20 }, (_, index) => index - 10), timeOfDay: '10:00' });
    await follow();
    const counts = await service.db.$client`
      select state, count(*)::integer from reminders where owner_id = ${owner.identity.userId} group by 1 order by 1`;
    expect(counts).toEqual([{ state: 'SCHEDULED', count: 6 * 60 * 20 }]);
  });

  test('of which one cannot follow hold up no other account', async () => {
    const [broken, owner] = [service.newOwner(), service.newOwner()];
    const [, id] = [await service.send(broken), await service.send(owner)];
    const { userId } = broken.identity;
    await service.db.$client`update invoices set time_zone = 'No/Where' where owner_id = ${userId}`;
    await changePlan(broken, { offsetsDays: [1] });
    await changePlan(owner, { offsetsDays: [1] });
    await expect(follow()).rejects.toThrow(RangeError);
    await follow();
    expect((await service.planOf(id)).filter((line) => line.endsWith('SCHEDULED'))).toHaveLength(1);
    await service.db.$client`update reminder_settings set followed_until = null where owner_id = ${userId}`;
  });
});

describe('whatever changes, in whatever order', () => {
  const DAYS = ['2026-03-20', '2026-03-31', '2026-04-15'];
  const change = fc.oneof(
    fc.record({
      kind: fc.constant('plan' as const),
      plan: fc.record({
        offsetsDays: fc.uniqueArray(fc.constantFrom(-14, -7, -3, 0, 1, 7), { maxLength: 5 }),
        timeOfDay: fc.constantFrom('00:00', '09:00', '18:00'),
      }),
    }),
    fc.record({ kind: fc.constant('due' as const), due: fc.subarray(DAYS) }),
    fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 200 }) }),
    fc.record({ kind: fc.constant('follow' as const) }),
  );
  type Change = typeof change extends fc.Arbitrary<infer Each> ? Each : never;

  /** An invoice with instalments that are still due on some days, under a plan. */
  interface Reminded {
    readonly owner: Owner;
    readonly id: string;
    readonly due: readonly string[];
    readonly plan: Plan;
  }

  const dueOn = (due: readonly string[]) => due.map((dueDate) => ({ dueDate, dueMinor: 1n }));
  const sentOf = async (id: string) => (await service.rowsOf(id)).filter(({ state }) => state === 'SENT');

  async function make(before: Reminded, each: Change): Promise<Reminded> {
    const { owner, id, plan } = before;
    switch (each.kind) {
      case 'plan':
        await changePlan(owner, each.plan);
        return { ...before, plan: each.plan };
      case 'due': {
        const fields = { state: each.due.length === 0 ? PAID : OPEN, instalments: dueOn(each.due) };
        const event = eventOf(PaymentReversedSchema, service.invoices.change(id, fields));
        await onInvoiceChanged.apply(service.deps, [event]);
        return { ...before, due: each.due };
      }
      case 'wait': {
        const known = new Set((await sentOf(id)).map((row) => row.id));
        await service.scanAt(new Date(service.clock.now().getTime() + each.hours * 3_600_000).toISOString());
        const steps = (await sentOf(id)).filter((row) => !known.has(row.id)).map(({ offsetDays }) => offsetDays);
        expect(steps.filter((step) => !plan.offsetsDays.includes(step ?? 99))).toEqual([]);
        return before;
      }
      case 'follow':
        await follow();
        return before;
    }
  }

  test('each step of a due date is sent once at most, and what waits is what the plan says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 14 }), async (history) => {
        service.clock.set('2026-03-01T09:00:00Z');
        const owner = service.newOwner('Europe/Berlin');
        const id = await service.send(owner, { instalments: dueOn(DAYS) });
        let reminded: Reminded = { owner, id, due: DAYS, plan: DEFAULT_PLAN };
        for (const each of history) reminded = await make(reminded, each);
        await follow();
        await service.scanAt(service.clock.now().toISOString());

        const rows = await service.rowsOf(id);
        const { due: dueDates, plan } = reminded;
        const wanted = new Map(
          planReminders({ ...plan, dueDates, timeZone: 'Europe/Berlin' }, service.clock.now()).map((step) => [
            `${step.offsetDays} ${step.dueDate}`,
            step.remindTime,
          ]),
        );
        for (const { step, state, cancelReason, remindTime } of rows) {
          if (state === 'SCHEDULED') expect(remindTime).toEqual(wanted.get(step));
          // Its time had come before the time of day was changed to a later one.
          else if (wanted.has(step)) expect(['SENT', 'SUPERSEDED']).toContain(cancelReason ?? state);
          wanted.delete(step);
        }
        expect(wanted).toEqual(new Map());
        expect(await service.eventsOf(owner.identity.userId, 'reminder.due')).toHaveLength((await sentOf(id)).length);
      }),
      { numRuns: 40 },
    );
  });
});
