import { randomUUIDv7 } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RecurringInvoice_Frequency } from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { UserUpdatedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { type Replica, recurringOf, startReplica } from '../testing/recurring-of.ts';
import { type InvoiceTestService, type Owner, startInvoiceService } from '../testing/start-invoice-service.ts';
import { onUserUpdated } from './on-user-updated.ts';

let service: InvoiceTestService;
let job: Replica;
beforeAll(async () => {
  service = await startInvoiceService();
  job = startReplica(service);
});
afterEach(async () => {
  service.clock.set('2026-03-01T12:00:00Z');
  await service.db.execute(sql`delete from recurring_invoices`);
});
afterAll(async () => {
  await job.stop();
  await service.stop();
});

function userUpdated(
  { identity: { userId } }: Owner,
  version: bigint,
  timeZone: string,
): ReceivedEvent<typeof UserUpdatedSchema> {
  return {
    id: randomUUIDv7(),
    type: UserUpdatedSchema.typeName,
    topic: 'user.updated',
    source: 'user',
    subject: userId,
    version,
    ownerId: userId,
    actor: `user:${userId}`,
    requestId: 'test',
    callerAddress: undefined,
    traceparent: undefined,
    time: service.clock.now(),
    message: create(UserUpdatedSchema, { user: { id: userId, timeZone } }),
  };
}

const apply = (...events: ReceivedEvent<typeof UserUpdatedSchema>[]) => onUserUpdated.apply(job.deps, events);

async function datesAt(time: string, recurring: ReturnType<typeof recurringOf>, id: string): Promise<string[]> {
  service.clock.set(time);
  await job.run();
  return recurring.dates(id);
}

async function zonesOf({ identity: { userId } }: Owner) {
  const rows = await service.db.execute<{ zone: string; version: string }>(
    sql`select time_zone as zone, account_version::text as version from recurring_invoices where owner_id = ${userId}`,
  );
  return rows.map(({ zone, version }) => `${zone} ${version}`);
}

describe('when a user moves', () => {
  test.each([
    ['to the west, later', 'Asia/Tokyo', 'America/New_York', '2026-03-31T03:59:59Z', '2026-03-31T04:00:00Z'],
    ['to the east, sooner', 'America/New_York', 'Asia/Tokyo', '2026-03-30T14:59:59Z', '2026-03-30T15:00:00Z'],
  ])('the next invoice is made when its day begins there: %s', async (_, from, to, before, begins) => {
    const owner = service.newOwner({ timeZone: from });
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make();
    await apply(userUpdated(owner, 2n, to));
    expect(await datesAt(before, recurring, id)).toEqual([]);
    expect(await datesAt(begins, recurring, id)).toEqual(['2026-03-31']);
  });

  test('a date that was made is not made again, and none is left out', async () => {
    const owner = service.newOwner({ timeZone: 'Pacific/Kiritimati' });
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ frequency: RecurringInvoice_Frequency.DAY, startDate: '2026-03-10' });
    expect(await datesAt('2026-03-09T10:00:00Z', recurring, id)).toEqual(['2026-03-10']);
    // It is still 8 March there.
    await apply(userUpdated(owner, 2n, 'Pacific/Pago_Pago'));
    expect(await datesAt('2026-03-11T10:59:59Z', recurring, id)).toEqual(['2026-03-10']);
    expect(await datesAt('2026-03-11T11:00:00Z', recurring, id)).toEqual(['2026-03-10', '2026-03-11']);
    await apply(userUpdated(owner, 3n, 'Pacific/Kiritimati'));
    expect(await datesAt('2026-03-12T10:00:00Z', recurring, id)).toEqual([
      '2026-03-10',
      '2026-03-11',
      '2026-03-12',
      '2026-03-13',
    ]);
  });

  test('the newest version counts, in whatever order and however often events come', async () => {
    const owner = service.newOwner({ user: { etag: '"4"' } });
    await recurringOf(service, owner).make();
    expect(await zonesOf(owner)).toEqual(['UTC 4']);
    const [old, newer, newest] = [
      userUpdated(owner, 3n, 'Asia/Tokyo'),
      userUpdated(owner, 5n, 'Europe/Berlin'),
      userUpdated(owner, 7n, 'America/Lima'),
    ];
    await apply(old);
    expect(await zonesOf(owner)).toEqual(['UTC 4']);
    await apply(newest, newer);
    expect(await zonesOf(owner)).toEqual(['America/Lima 7']);
    await apply(newer, newest, newest, old);
    expect(await zonesOf(owner)).toEqual(['America/Lima 7']);
  });

  test('nothing changes for anybody else, nor for one whose zone is the same', async () => {
    const [owner, other] = [service.newOwner(), service.newOwner()];
    const recurring = recurringOf(service, owner);
    const made = await recurring.make();
    await recurringOf(service, other).make();
    await apply(userUpdated(owner, 2n, 'UTC'));
    expect(await zonesOf(owner)).toEqual(['UTC 2']);
    expect(await zonesOf(other)).toEqual(['UTC 0']);
    expect(await recurring.get(made.id)).toEqual(made);
  });

  test('what is paused or has ended follows too', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const ended = await recurring.make({ startDate: '2026-03-01', count: 1 });
    const paused = await recurring.make();
    await recurring.client.pauseRecurringInvoice({ recurringInvoiceId: paused.id });
    expect(await datesAt('2026-03-01T12:00:00Z', recurring, ended.id)).toEqual(['2026-03-01']);
    await apply(userUpdated(owner, 2n, 'Asia/Tokyo'));
    expect(await zonesOf(owner)).toEqual(['Asia/Tokyo 2', 'Asia/Tokyo 2']);
    await recurring.client.resumeRecurringInvoice({ recurringInvoiceId: paused.id });
    expect(await datesAt('2026-03-30T15:00:00Z', recurring, paused.id)).toEqual(['2026-03-31']);
  });
});
