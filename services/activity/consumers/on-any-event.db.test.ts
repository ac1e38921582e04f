import { randomUUIDv7 } from 'node:crypto';
import { create, type DescMessage, getOption } from '@bufbuild/protobuf';
import { createRouterTransport } from '@connectrpc/connect';
import { eq, inArray, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  InvoiceCreatedSchema,
  InvoiceDeletedSchema,
  InvoiceSentSchema,
  InvoiceUpdatedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { NotificationSentSchema } from '../../../gen/numer/notification/v1/notification_events_pb.ts';
import { event as eventOption } from '../../../gen/numer/options/v1/options_pb.ts';
import { ReminderDueSchema } from '../../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { SessionCreatedSchema } from '../../../gen/numer/user/v1/session_events_pb.ts';
import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { postgresErrorOf } from '../../../runtime/database/postgres-error.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { inTransaction } from '../../../runtime/testing/in-transaction.ts';
import { startTestService, type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { contractFiles } from '../../../tests/contract/contracts.ts';
import { activityService } from '../service.ts';
import { prepareRecordActivities } from '../store/record-activities.ts';
import { activities, activityAddresses } from '../store/schema.ts';
import { onAnyEvent } from './on-any-event.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService(activityService, {
    transports: { invoice: createRouterTransport(() => undefined) },
  });
  service.begin();
});
afterAll(() => service.stop());

const allEvents = contractFiles.filter((file) => file.name.endsWith('_events')).flatMap((file) => file.messages);

/** A message with nothing but an id in its subject field. */
function withSubject(desc: DescMessage, id: string) {
  const [first = '', second] = getOption(desc, eventOption).subject.split('.').map(camelCase);
  return second === undefined ? { [first]: id } : { [first]: { [second]: id } };
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function rowsOf(ownerId: string) {
  return service.db.select().from(activities).where(eq(activities.ownerId, ownerId)).orderBy(activities.id);
}

/** The stored addresses of an account. */
async function addressesOf(ownerId: string): Promise<string[]> {
  const rows = await service.db
    .select({ address: activityAddresses.address })
    .from(activityAddresses)
    .innerJoin(activities, eq(activities.id, activityAddresses.activityId))
    .where(eq(activities.ownerId, ownerId));
  return rows.map(({ address }) => address);
}

async function typesOf(ownerId: string): Promise<string[]> {
  return (await rowsOf(ownerId)).map(({ type }) => type).toSorted();
}

function draft(id: string) {
  return { invoice: { id, state: Invoice_State.DRAFT } };
}

function opened(id: string) {
  return { invoice: { id, state: Invoice_State.OPEN } };
}

describe('every event', () => {
  test('of the contracts is asked for', () => {
    const names = onAnyEvent.events.map(({ typeName }) => typeName);
    expect(names.toSorted()).toEqual(allEvents.map(({ typeName }) => typeName).toSorted());
  });

  test.each(allEvents.map((desc) => [desc.typeName, desc] as const))('%s becomes one activity', async (_, desc) => {
    const ownerId = testUser().userId;
    const subject = randomUUIDv7();
    const event = await service.publish(desc, withSubject(desc, subject), { ownerId, actor: `user:${ownerId}` });
    await service.publish(desc, withSubject(desc, subject), { ...event });
    expect(await rowsOf(ownerId)).toMatchObject([
      { id: event.id, type: event.topic, subjectId: subject, actorType: 'USER', actorId: ownerId },
    ]);
  });

  test('keeps the address of the caller, apart from the activity, and none when there was no caller', async () => {
    const ownerId = testUser().userId;
    const callerAddress = '192.0.2.7';
    const event = await service.publish(
      SessionCreatedSchema,
      { sessionId: randomUUIDv7() },
      { ownerId, callerAddress },
    );
    await service.publish(
      SessionCreatedSchema,
      { sessionId: randomUUIDv7() },
      { ...event, callerAddress: '192.0.2.8' },
    );
    const other = await service.publish(SessionCreatedSchema, { sessionId: randomUUIDv7() }, { ownerId });
    const addresses = await service.db
      .select()
      .from(activityAddresses)
      .where(inArray(activityAddresses.activityId, [event.id, other.id]));
    expect(addresses).toMatchObject([{ activityId: event.id, address: callerAddress }]);
    const rows = await rowsOf(ownerId);
    expect(rows.map(({ id, addressHash }) => [id, addressHash !== null])).toEqual([
      [event.id, true],
      [other.id, false],
    ]);
    expect(JSON.stringify(rows)).not.toContain(callerAddress);
  });

  test('without an owner, or with an actor of no kind, is kept for another try', async () => {
    const event = await service.publish(SessionCreatedSchema, { sessionId: randomUUIDv7() });
    const other = { ownerId: testUser().userId, actor: 'nobody' };
    const strange = await service.publish(SessionCreatedSchema, { sessionId: randomUUIDv7() }, other);
    const parked = await service.db.execute(
      sql`select event_id from inbox_retries where event_id in (${event.id}, ${strange.id})`,
    );
    expect(parked).toHaveLength(2);
  });

  test('is of the invoice that it is about', async () => {
    const ownerId = testUser().userId;
    const [invoiceId, id] = [randomUUIDv7(), randomUUIDv7()];
    await service.publish(InvoiceCreatedSchema, draft(invoiceId), { ownerId });
    await service.publish(ReminderDueSchema, { reminder: { id, invoiceId }, ...opened(invoiceId) }, { ownerId });
    await service.publish(NotificationSentSchema, { notification: { id, invoiceId } }, { ownerId });
    expect((await rowsOf(ownerId)).map((row) => row.invoiceId)).toEqual([invoiceId, invoiceId, invoiceId]);
  });
});

describe('a batch', () => {
  test('with events that were applied before adds only the others', async () => {
    const ownerId = testUser().userId;
    const events = Array.from({ length: 5 }, () => signIn(ownerId));
    const store = { recordActivities: prepareRecordActivities(service.db) };
    await onAnyEvent.apply({ store } as never, events.slice(0, 3)); // the consumer uses nothing else
    await onAnyEvent.apply({ store } as never, events);
    expect((await rowsOf(ownerId)).map(({ id }) => id)).toEqual(events.map(({ id }) => id).toSorted());
  });
});

describe('the trail', () => {
  test.each([
    ['an update', sql`update activities set actor_id = 'somebody else'`],
    ['a delete', sql`delete from activities`],
    ['a truncate', sql`truncate activities`],
    ['an update of the chain', sql`update activity_chain set sequence = sequence`],
    ['a delete from the chain', sql`delete from activity_chain`],
    ['a truncate of the chain', sql`truncate activity_chain`],
    ['a delete of the heads', sql`delete from activity_heads`],
    ['an update of the addresses', sql`update activity_addresses set address = ''`],
    ['a truncate of everything', sql`truncate activities, activity_chain, activity_heads, activity_addresses`],
    ['an upsert', sql`insert into activities select * from activities on conflict (id) do update set type = 'x'`],
  ])('refuses %s', async (_, statement) => {
    const ownerId = testUser().userId;
    await service.publish(SessionCreatedSchema, { sessionId: randomUUIDv7() }, { ownerId });
    const failure = await service.db.execute(statement).then(() => undefined, postgresErrorOf);
    expect(failure?.message).toContain('activities are append-only');
    expect(await rowsOf(ownerId)).toHaveLength(1);
  });
});

describe('the deletion of an account', () => {
  test('keeps the trail of opened invoices and of the deletion, and erases everything else of that account', async () => {
    const [ownerId, otherId] = [testUser().userId, testUser().userId];
    const [sentId, draftId] = [randomUUIDv7(), randomUUIDv7()];
    const address = '192.0.2.7';
    for (const owner of [ownerId, otherId]) {
      const by = { ownerId: owner, callerAddress: address };
      await service.publish(SessionCreatedSchema, { sessionId: randomUUIDv7() }, by);
    }
    await service.publish(InvoiceCreatedSchema, draft(sentId), { ownerId });
    await service.publish(InvoiceCreatedSchema, draft(draftId), { ownerId });
    await service.publish(InvoiceSentSchema, opened(sentId), { ownerId, callerAddress: address });
    const notification = { id: randomUUIDv7(), invoiceId: sentId };
    await service.publish(NotificationSentSchema, { notification }, { ownerId });

    const deletion = await service.publish(UserDeletedSchema, { userId: ownerId }, { ownerId });
    await service.publish(UserDeletedSchema, { userId: ownerId }, { ...deletion });

    const kept = ['invoice.created', 'invoice.sent', 'notification.sent', 'user.deleted'];
    expect(await typesOf(ownerId)).toEqual(kept);
    expect(await typesOf(otherId)).toEqual(['session.created']);

    // Events that were still under way when the account was deleted.
    await service.publish(InvoiceDeletedSchema, draft(draftId), { ownerId });
    await service.publish(SessionCreatedSchema, { sessionId: randomUUIDv7() }, { ownerId });
    const late = { ownerId, callerAddress: '192.0.2.7' };
    await service.publish(InvoiceUpdatedSchema, draft(sentId), late);
    expect(await typesOf(ownerId)).toEqual([...kept, 'invoice.updated'].toSorted());
    expect(await addressesOf(ownerId)).toEqual([]);
    expect(await addressesOf(otherId)).toEqual([address]);

    // The activities that stay are protected as before.
    const failure = await service.db
      .execute(sql`delete from activities where owner_id = ${ownerId}`)
      .then(() => undefined, postgresErrorOf);
    expect(failure?.message).toContain('activities are append-only');
  });

  test('waits for what another replica is writing at the same moment, and erases that too', async () => {
    const ownerId = testUser().userId;
    let deletion: Promise<unknown> = Promise.resolve();
    await inTransaction(service.db, async (replica) => {
      await replica`
        insert into activities (id, type, owner_id, invoice_opened, subject_id, actor_type, actor_id, request_id, create_time,
          changes)
        values (gen_random_uuid(), 'session.created', ${ownerId}, false, gen_random_uuid(), 'USER', ${ownerId}, '', now(),
          '[]')`;
      deletion = service.publish(UserDeletedSchema, { userId: ownerId }, { ownerId });
      await waitUntil(async () => {
        const waiting = await service.db.execute(
          sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return waiting.length > 0;
      });
    });
    await deletion;
    expect(await typesOf(ownerId)).toEqual(['user.deleted']);
  });
});

function signIn(ownerId: string): ReceivedEvent<typeof SessionCreatedSchema> {
  const sessionId = randomUUIDv7();
  return {
    id: randomUUIDv7(),
    type: SessionCreatedSchema.typeName,
    topic: 'session.created',
    source: 'user',
    subject: sessionId,
    version: 1n,
    ownerId,
    actor: `user:${ownerId}`,
    requestId: 'request-1',
    callerAddress: undefined,
    traceparent: undefined,
    time: service.clock.now(),
    message: create(SessionCreatedSchema, { sessionId }),
  };
}
