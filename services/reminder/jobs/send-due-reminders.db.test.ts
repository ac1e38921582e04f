import { Code } from '@connectrpc/connect';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { errorWithReason } from '../../../runtime/call/errors.ts';
import { isDatabaseUnavailable } from '../../../runtime/database/postgres-error.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { onInvoiceChanged } from '../consumers/on-invoice-changed.ts';
import {
  eventOf,
  type Owner,
  type ReminderTestService,
  startReminderService,
} from '../testing/start-reminder-service.ts';
import { sendDueReminders } from './send-due-reminders.ts';

const { OPEN, DRAFT, PAID, VOID, UNCOLLECTIBLE } = Invoice_State;

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
afterEach(() => {
  service.invoices.isDown = false;
  service.invoices.onBatchGet = () => undefined;
  service.invoices.room = Number.POSITIVE_INFINITY;
  service.clock.set('2026-03-01T12:00:00Z');
});
afterAll(() => service.stop());

/** How many reminders of an owner are in each state, and how many events report them. */
async function tallyOf({ identity: { userId } }: Owner) {
  const rows = await service.db.execute<{ state: string; count: number }>(
    sql`select state, count(*)::integer from reminders where owner_id = ${userId} group by 1 order by 1`,
  );
  const events = await service.db.execute<{ topic: string; count: number; subjects: number }>(
    sql`select topic, count(*)::integer, count(distinct subject)::integer as subjects
      from outbox where owner_id = ${userId} group by 1 order by 1`,
  );
  return {
    states: Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    events: Object.fromEntries(events.map(({ topic, count, subjects }) => [topic, [count, subjects]])),
  };
}

describe('what is due', () => {
  test('is sent once, in time and no sooner, with the invoice as it is at that moment', async () => {
    const owner = service.newOwner('Europe/Berlin');
    const id = await service.send(owner);
    await service.scanAt('2026-03-24T07:59:59.999Z');
    expect((await service.planOf(id))[0]).toBe('-7 2026-03-24T08:00 SCHEDULED');
    await service.scanAt('2026-03-24T08:00:00Z');
    await service.scanAt('2026-03-24T08:00:05Z');

    expect((await service.planOf(id)).slice(0, 2)).toEqual([
      '-7 2026-03-24T08:00 SENT',
      '-3 2026-03-28T08:00 SCHEDULED',
    ]);
    const [row] = await service.rowsOf(id);
    expect(row).toMatchObject({ sendTime: new Date('2026-03-24T08:00:00Z'), version: 2n });
    const { userId } = owner.identity;
    expect(await service.eventsOf(userId, 'reminder.due')).toMatchObject([
      {
        subject: row?.id,
        version: 2n,
        ownerId: userId,
        actor: 'service:reminder',
        message: {
          reminder: { id: row?.id, invoiceId: id },
          invoice: { id, state: OPEN },
          timeZone: 'Europe/Berlin',
          changes: [{ field: 'state', oldValue: 'SCHEDULED', newValue: 'SENT' }],
        },
      },
    ]);
  });

  test('goes out once with two scans at the same moment and 1,000 reminders', async () => {
    const owner = service.newOwner();
    await service.sendMany(owner, 1_000);
    service.clock.set('2026-03-24T09:00:00Z');
    await Promise.all([service.scan(), service.scan()]);
    await service.scan();
    expect(await tallyOf(owner)).toEqual({
      states: { SENT: 1_000, SCHEDULED: 3_000 },
      events: { 'reminder.due': [1_000, 1_000] },
    });
  });

  test('is sent once when the invoices are so large that they come in several answers', async () => {
    const owner = service.newOwner();
    const ids = await service.sendMany(owner, 7);
    const gone = ids[3] ?? '';
    service.invoices.remove(gone);
    service.invoices.room = 2;
    await service.scanAt('2026-03-24T09:00:00Z');
    expect((await service.planOf(gone))[0]).toBe('-7 2026-03-24T09:00 CANCELLED INVOICE_DELETED');
    const { states, events } = await tallyOf(owner);
    expect(states).toMatchObject({ SENT: 6 });
    expect(events['reminder.due']).toEqual([6, 6]);
  });

  test('is, after an outage, only the latest step of each invoice', async () => {
    const owner = service.newOwner();
    const [first, second] = [await service.send(owner), await service.send(owner)];
    await service.scanAt('2026-03-31T10:00:00Z');
    for (const id of [first, second]) {
      expect(await service.planOf(id)).toEqual([
        '-7 2026-03-24T09:00 CANCELLED SUPERSEDED',
        '-3 2026-03-28T09:00 CANCELLED SUPERSEDED',
        '0 2026-03-31T09:00 SENT',
        '7 2026-04-07T09:00 SCHEDULED',
      ]);
    }
    expect((await tallyOf(owner)).events).toEqual({ 'reminder.cancelled': [4, 4], 'reminder.due': [2, 2] });
  });

  test('is not sent again when the clock jumps back', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    await service.scanAt('2026-03-24T09:00:00Z');
    for (const time of ['2026-03-01T12:00:00Z', '2026-03-24T08:59:59Z', '2026-03-24T09:00:00Z'])
      await service.scanAt(time);
    expect((await tallyOf(owner)).events).toEqual({ 'reminder.due': [1, 1] });
    expect((await service.rowsOf(id))[0]?.sendTime).toEqual(new Date('2026-03-24T09:00:00Z'));
  });
});

describe('the invoice is read again, although no event has arrived:', () => {
  test.each([
    ['paid', PAID, 'INVOICE_PAID'],
    ['void', VOID, 'INVOICE_VOIDED'],
    ['given up on', UNCOLLECTIBLE, 'INVOICE_UNCOLLECTIBLE'],
    ['a draft', DRAFT, 'INVOICE_NOT_SENT'],
  ])('when it is %s nothing is sent', async (_, state, reason) => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    service.invoices.change(id, { state });
    await service.scanAt('2026-03-24T09:00:00Z');
    expect((await service.planOf(id))[0]).toBe(`-7 2026-03-24T09:00 CANCELLED ${reason}`);
    expect((await tallyOf(owner)).events).toEqual({ 'reminder.cancelled': [1, 1] });
  });

  test('when it is gone nothing is sent', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    service.invoices.remove(id);
    await service.scanAt('2026-03-24T09:00:00Z');
    expect((await service.planOf(id))[0]).toBe('-7 2026-03-24T09:00 CANCELLED INVOICE_DELETED');
  });

  test('of a draft whose due date counts from the day of its opening it waits for that, and moves with it', async () => {
    const owner = service.newOwner();
    const { message } = service.invoices.add(owner.identity, { dueDays: 30, issueDate: '2026-03-01' });
    const schedule = { case: 'daysBeforeDue', value: 10 } as const;
    await owner.reminders.createReminder({ invoiceId: message.id, schedule });
    // Read on a later day, it shows that day as its issue date.
    service.invoices.change(message.id, { dueDays: 30, issueDate: '2026-03-21' });
    await service.scanAt('2026-03-21T09:00:00Z');
    expect(await service.planOf(message.id)).toEqual(['-10 2026-03-22T09:00 SCHEDULED']);

    service.clock.set('2026-03-21T12:00:00Z');
    const opened = { state: OPEN, issueDate: '2026-03-21', dueDate: '2026-04-20', dueDays: 30 };
    await onInvoiceChanged.apply(service.deps, [
      eventOf(InvoiceSentSchema, service.invoices.change(message.id, opened)),
    ]);
    expect((await service.planOf(message.id))[0]).toBe('-10 2026-04-10T09:00 SCHEDULED');
    await service.scanAt('2026-04-10T09:00:00Z');
    expect((await service.planOf(message.id))[0]).toBe('-10 2026-04-10T09:00 SENT');
  });

  test('of a draft whose due date is settled it is cancelled, with a payment term or without', async () => {
    const owner = service.newOwner();
    const { message } = service.invoices.add(owner.identity, { dueDays: 30, issueDate: '2026-03-01' });
    const schedule = { case: 'daysBeforeDue', value: 10 } as const;
    await owner.reminders.createReminder({ invoiceId: message.id, schedule });
    await service.scanAt('2026-03-21T09:00:00Z');
    expect(await service.planOf(message.id)).toEqual(['-10 2026-03-21T09:00 CANCELLED INVOICE_NOT_SENT']);
  });

  test('when its due date is another one the reminder moves with it, or is cancelled', async () => {
    const owner = service.newOwner('Europe/Berlin');
    const later = await service.send(owner);
    const sooner = await service.send(owner);
    service.invoices.change(later, { dueDate: '2026-04-30' });
    service.invoices.change(sooner, { dueDate: '2026-03-27' });
    await service.scanAt('2026-03-24T08:00:00Z');
    const [moved] = (await service.rowsOf(later)).filter(({ offsetDays }) => offsetDays === -7);
    expect(moved).toMatchObject({
      state: 'SCHEDULED',
      dueDate: '2026-04-30',
      remindTime: new Date('2026-04-23T07:00:00Z'),
    });
    expect((await service.planOf(sooner))[0]).toBe('-7 2026-03-24T08:00 CANCELLED RESCHEDULED_TO_PAST');
    expect((await tallyOf(owner)).events).toEqual({ 'reminder.cancelled': [1, 1] });
  });
});

describe('trouble', () => {
  test('of the invoice service loses nothing, and the next run sends', async () => {
    const owner = service.newOwner();
    await service.send(owner);
    service.invoices.isDown = true;
    expect(await refusalOf(service.scanAt('2026-03-24T09:00:00Z'))).toMatchObject({ code: Code.Unavailable });
    expect((await tallyOf(owner)).states).toEqual({ SCHEDULED: 4 });
    service.invoices.isDown = false;
    await service.scanAt('2026-03-24T09:00:05Z');
    expect((await tallyOf(owner)).events).toEqual({ 'reminder.due': [1, 1] });
  });

  test('with one invoice holds up no other', async () => {
    const owner = service.newOwner();
    const [strange, other] = [await service.send(owner), await service.send(owner)];
    service.invoices.change(strange, { state: 99 as Invoice_State });
    await service.scanAt('2026-03-24T09:00:00Z');
    expect((await service.planOf(strange))[0]).toBe('-7 2026-03-24T09:00 SCHEDULED');
    expect((await service.planOf(other))[0]).toBe('-7 2026-03-24T09:00 SENT');
    service.invoices.change(strange, { state: OPEN });
    await service.scanAt('2026-03-24T09:01:00Z');
    expect((await service.planOf(strange))[0]).toBe('-7 2026-03-24T09:00 SENT');
  });

  test.each([
    ['larger than an answer may be', Code.ResourceExhausted],
    ['of which the invoice service cannot tell', Code.Internal],
  ])('with an invoice that is %s holds up no other, of whatever account', async (_, code) => {
    const [owner, neighbour] = [service.newOwner(), service.newOwner()];
    const ids = await service.sendMany(owner, 5);
    await service.sendMany(neighbour, 6);
    const bad = ids[2] ?? '';
    let calls = 0;
    service.invoices.onBatchGet = (asked) => {
      calls += 1;
      if (asked.includes(bad)) throw errorWithReason(code, 'INTERNAL', 'The answer cannot be given.');
    };
    await service.scanAt('2026-03-24T09:00:00Z');
    expect((await tallyOf(owner)).states).toEqual({ SCHEDULED: 16, SENT: 4 });
    expect((await tallyOf(neighbour)).states).toEqual({ SCHEDULED: 18, SENT: 6 });
    expect((await service.planOf(bad))[0]).toBe('-7 2026-03-24T09:00 SCHEDULED');
    // Two for each time that eleven can be halved, the first call, and one more scan for what is left.
    expect(calls).toBeLessThanOrEqual(2 * 4 + 2);
    service.invoices.onBatchGet = () => undefined;
    await service.scanAt('2026-03-24T09:01:00Z');
    expect((await tallyOf(owner)).events).toEqual({ 'reminder.due': [5, 5] });
  });

  test('with more invoices than are looked at in one go holds up none that came due later', async () => {
    const [owner, neighbour] = [service.newOwner(), service.newOwner()];
    const bad = new Set(await service.sendMany(owner, 600));
    service.invoices.onBatchGet = (asked) => {
      if (asked.some((id) => bad.has(id))) throw errorWithReason(Code.Internal, 'INTERNAL', 'It cannot be told.');
    };
    const later = service.invoices.add(neighbour.identity, { state: OPEN, dueDate: '2026-04-01' });
    await onInvoiceChanged.apply(service.deps, [eventOf(InvoiceSentSchema, later)]);
    await service.scanAt('2026-03-25T09:00:00Z');
    expect((await service.planOf(later.message.id))[0]).toBe('-7 2026-03-25T09:00 SENT');
    expect((await tallyOf(owner)).states).toEqual({ SCHEDULED: 2_400 });

    service.invoices.onBatchGet = () => undefined;
    await service.scanAt('2026-03-25T10:00:00Z');
    expect((await tallyOf(owner)).events).toEqual({ 'reminder.due': [600, 600] });
  });

  test('with an invoice is met with pauses that double, up to an hour, and in which it is not asked for', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner);
    const asked: string[] = [];
    service.invoices.onBatchGet = () => {
      asked.push(service.clock.now().toISOString().slice(11, 16));
      throw errorWithReason(Code.Internal, 'INTERNAL', 'It cannot be told.');
    };
    for (let minute = 0; minute < 5 * 60; minute += 1) {
      await service.scanAt(new Date(Date.UTC(2026, 2, 24, 9, minute)).toISOString());
    }
    expect(asked).toEqual([
      '09:00',
      '09:01',
      '09:02',
      '09:04',
      '09:08',
      '09:16',
      '09:32',
      '10:04',
      '11:04',
      '12:04',
      '13:04',
    ]);
    service.invoices.onBatchGet = () => undefined;
    await service.scanAt('2026-03-24T14:04:00Z');
    expect((await service.planOf(id))[0]).toBe('-7 2026-03-24T09:00 SENT');
    await service.scanAt('2026-03-28T09:00:00Z');
    expect((await service.planOf(id))[1]).toBe('-3 2026-03-28T09:00 SENT');
  });

  test('with an invoice while the clock was ahead is not waited out until then', async () => {
    const id = await service.send(service.newOwner());
    service.invoices.onBatchGet = () => {
      throw errorWithReason(Code.Internal, 'INTERNAL', 'It cannot be told.');
    };
    await service.scanAt('2027-03-24T09:00:00Z');
    await service.scanAt('2026-03-24T09:00:00Z');
    service.invoices.onBatchGet = () => undefined;
    await service.scanAt('2026-03-24T09:00:05Z');
    expect((await service.planOf(id))[0]).toBe('-7 2026-03-24T09:00 SCHEDULED');
    await service.scanAt('2026-03-24T09:01:00Z');
    expect((await service.planOf(id)).slice(0, 2)).toEqual([
      '-7 2026-03-24T09:00 SENT',
      '-3 2026-03-28T09:00 SCHEDULED',
    ]);
    await service.scanAt('2026-03-28T09:00:00Z');
    expect((await service.planOf(id))[1]).toBe('-3 2026-03-28T09:00 SENT');
  });

  test('of the database with what is written of one invoice holds up no other', async () => {
    const owner = service.newOwner();
    const [refused, ...others] = await service.sendMany(owner, 5);
    await service.db.execute(sql`
      create function refuse() returns trigger language plpgsql as $$ begin
        if new.invoice_id = tg_argv[0]::uuid and new.state = 'SENT' then raise exception 'it is refused'; end if;
        return new;
      end $$`);
    await service.db.execute(
      sql.raw(`create trigger refuse before update on reminders for each row execute function refuse('${refused}')`),
    );
    await service.scanAt('2026-03-24T09:00:00Z');
    await service.db.execute(sql`drop trigger refuse on reminders`);
    for (const id of others) expect((await service.planOf(id))[0]).toBe('-7 2026-03-24T09:00 SENT');
    expect((await service.planOf(refused ?? ''))[0]).toBe('-7 2026-03-24T09:00 SCHEDULED');
    await service.scanAt('2026-03-24T09:01:00Z');
    expect((await service.planOf(refused ?? ''))[0]).toBe('-7 2026-03-24T09:00 SENT');
  });

  test('such as the end of the process stops the scan', async () => {
    const owner = service.newOwner();
    await service.send(owner);
    service.clock.set('2026-03-24T09:00:00Z');
    await sendDueReminders.run(service.deps, service.clock.now(), AbortSignal.abort());
    expect((await tallyOf(owner)).states).toEqual({ SCHEDULED: 4 });
    await service.scan();
  });
});

// Last, because what it does to the pool would affect tests after it.
describe('a due reminder', () => {
  test('goes out once when connections to the database are killed all the time', async () => {
    const owner = service.newOwner();
    await service.sendMany(owner, 600);
    service.clock.set('2026-03-24T09:00:00Z');
    let kills = 0;
    const outcome = { isDone: false };
    const killing = (async () => {
      while (!outcome.isDone && kills < 200) {
        const killed = await service.db
          .execute(
            sql`select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid() and state = 'active'`,
          )
          .catch(() => []);
        kills += killed.length;
      }
    })();
    const scanUntilDone = async () => {
      while (!outcome.isDone) {
        try {
          await service.scan();
          const { states } = await tallyOf(owner);
          outcome.isDone = states.SENT === 600 && kills > 0;
        } catch (error) {
          if (!isDatabaseUnavailable(error)) throw error;
        }
      }
    };
    await Promise.all([scanUntilDone(), scanUntilDone()]).finally(() => {
      outcome.isDone = true;
    });
    await killing;
    // The last kill may have hit a connection that was not used since.
    expect(await waitUntil(() => tallyOf(owner))).toEqual({
      states: { SENT: 600, SCHEDULED: 1_800 },
      events: { 'reminder.due': [600, 600] },
    });
  });
});
