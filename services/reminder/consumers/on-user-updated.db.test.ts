import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { UserUpdatedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import {
  envelopeOf,
  type Owner,
  type ReminderTestService,
  startReminderService,
} from '../testing/start-reminder-service.ts';
import { onUserUpdated } from './on-user-updated.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
beforeEach(() => service.clock.set('2026-03-25T00:00:00Z'));
afterAll(() => service.stop());

function updated({ identity: { userId } }: Owner, version: bigint, timeZone: string) {
  const message = create(UserUpdatedSchema, { user: { id: userId, timeZone } });
  return envelopeOf(UserUpdatedSchema, { subject: userId, version, ownerId: userId, message });
}

const deliver = (...events: ReturnType<typeof updated>[]) => onUserUpdated.apply(service.deps, events);

const send = (owner: Owner) => service.send(owner, { dueDate: '2026-03-30' });

test('reminders move to 9:00 of the new zone, across a change of clocks', async () => {
  const owner = service.newOwner();
  const id = await send(owner);
  const other = await send(service.newOwner());
  await deliver(updated(owner, 2n, 'Europe/Berlin'));
  expect(await service.planOf(id)).toEqual([
    '-3 2026-03-27T08:00 SCHEDULED',
    '0 2026-03-30T07:00 SCHEDULED',
    '7 2026-04-06T07:00 SCHEDULED',
  ]);
  expect((await service.planOf(other))[0]).toBe('-3 2026-03-27T09:00 SCHEDULED');
});

test('a fixed time stays', async () => {
  const owner = service.newOwner();
  const { id: invoiceId } = service.invoices.add(owner.identity, {
    state: Invoice_State.OPEN,
    dueDate: '2026-03-30',
  }).message;
  const seconds = BigInt(Date.parse('2026-03-28T10:00:00Z') / 1000);
  await owner.reminders.createReminder({ invoiceId, schedule: { case: 'remindTime', value: { seconds } } });
  await deliver(updated(owner, 2n, 'Asia/Tokyo'));
  expect(await service.planOf(invoiceId)).toEqual(['2026-03-28T10:00:00.000Z 2026-03-28T10:00 SCHEDULED']);
});

test('a time that has passed in the new zone is due at once', async () => {
  const owner = service.newOwner();
  const id = await send(owner);
  service.clock.set('2026-03-27T08:00:00Z');
  await deliver(updated(owner, 2n, 'Asia/Tokyo'));
  expect((await service.planOf(id))[0]).toBe('-3 2026-03-27T00:00 SCHEDULED');
});

test('of several changes the newest counts, in any order and twice', async () => {
  const owner = service.newOwner();
  const id = await send(owner);
  const [second, third, fourth] = [
    updated(owner, 2n, 'Asia/Tokyo'),
    updated(owner, 3n, 'America/New_York'),
    updated(owner, 4n, 'Europe/Berlin'),
  ];
  await deliver(fourth, second);
  await deliver(third);
  await deliver(second, third, fourth);
  expect((await service.rowsOf(id)).map(({ remindTime, version }) => [remindTime.toISOString(), version])).toEqual([
    ['2026-03-27T08:00:00.000Z', 2n],
    ['2026-03-30T07:00:00.000Z', 2n],
    ['2026-04-06T07:00:00.000Z', 2n],
  ]);
});

test('the zone of the account counts for what is planned later under older credentials', async () => {
  const owner = service.newOwner('Asia/Tokyo');
  await deliver(updated(owner, 2n, 'Europe/Berlin'));
  const id = await send(owner);
  expect((await service.planOf(id))[0]).toBe('-3 2026-03-27T08:00 SCHEDULED');
  const { reminder } = await owner.reminders.createReminder({
    invoiceId: id,
    schedule: { case: 'daysBeforeDue', value: 2 },
  });
  expect(reminder?.remindTime?.seconds).toBe(BigInt(Date.parse('2026-03-28T08:00:00Z') / 1000));
});

test('an invoice that is sent at the same moment ends up in the new zone', async () => {
  for (let round = 0; round < 10; round++) {
    const owner = service.newOwner('Asia/Tokyo');
    const [, id] = await Promise.all([deliver(updated(owner, 2n, 'Europe/Berlin')), send(owner)]);
    expect((await service.planOf(id))[0]).toBe('-3 2026-03-27T08:00 SCHEDULED');
  }
});

test('more invoices than fit one page move all', async () => {
  const owner = service.newOwner();
  await service.sendMany(owner, 501, { dueDate: '2026-03-30' });
  await deliver(updated(owner, 2n, 'Europe/Berlin'));
  const times = await service.db.$client`
    select remind_time, count(*)::integer from reminders where owner_id = ${owner.identity.userId} group by 1 order by 1`;
  expect(times.map(({ count }) => count)).toEqual([501, 501, 501]);
  expect(new Date(times[0]?.remind_time)).toEqual(new Date('2026-03-27T08:00:00Z'));
});

test('changes arrive through the bus', async () => {
  const owner = service.newOwner();
  const id = await send(owner);
  const { userId } = owner.identity;
  service.begin();
  await service.publish(
    UserUpdatedSchema,
    { user: { id: userId, timeZone: 'Europe/Berlin' } },
    { ownerId: userId, version: 2n },
  );
  expect((await service.planOf(id))[0]).toBe('-3 2026-03-27T08:00 SCHEDULED');
});
