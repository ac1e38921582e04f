import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDatabase, type Database, openDatabase } from '../../../runtime/database/database.ts';
import { migrate } from '../../../runtime/database/migrate.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { migrationsOf } from '../../../runtime/process/start-service.ts';
import { createTestDatabase, type TestDatabase } from '../../../runtime/testing/postgres.ts';
import { makeScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { activityService } from '../service.ts';
import { verifyAllChains } from '../verify-chain.ts';
import { prepareChainStore } from './chain-store.ts';
import { prepareEraseNext } from './erase-activities.ts';
import { prepareRecordActivities } from './record-activities.ts';

type Row = Parameters<ReturnType<typeof prepareRecordActivities>>[0][number];

let database: TestDatabase;
const opened: Database[] = [];

beforeAll(async () => {
  database = await createTestDatabase({ migrations: migrationsOf(activityService) });
});
afterAll(async () => {
  await Promise.all(opened.map((db) => closeDatabase(db)));
  await database.drop();
});

/** Another replica's pool. */
function open(url = database.url): Database {
  const db = openDatabase({ url, applicationName: 'activity-test', connectionsMax: 4 });
  opened.push(db);
  return db;
}

function rowOf(ownerId: string, more: Partial<Row> = {}): Row {
  return {
    eventId: randomUUIDv7(),
    type: 'session.created',
    ownerId,
    invoiceId: null,
    invoiceOpened: false,
    subjectId: randomUUIDv7(),
    actorType: 'USER',
    actorId: ownerId,
    requestId: randomUUID(),
    address: '192.0.2.1',
    addressSalt: randomUUID(),
    createTime: new Date(),
    changes: [{ field: 'dueDate', oldValue: '2026-01-01', newValue: '2026-02-01' }],
    ...more,
  };
}

/** The problems of the chains, by account. */
async function problemsIn(db: Database): Promise<Map<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  for await (const { ownerId, problem } of verifyAllChains(prepareChainStore(db), () => new Date())) {
    found.set(ownerId, problem && `${problem.kind} ${problem.sequence}`);
  }
  return found;
}

async function countOf(db: Database, table: string, ownerId: string): Promise<number> {
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::integer as count from ${sql.identifier(table)} where owner_id = ${ownerId}`,
  );
  return row?.count ?? 0;
}

describe('recording', () => {
  test('chains whatever texts there are as the verification computes them', async () => {
    const db = open();
    const record = prepareRecordActivities(db);
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0') && value.isWellFormed());
    const change = fc.record({ field: text, oldValue: text, newValue: text }, { requiredKeys: ['field'] });
    const row = fc.record({
      requestId: text,
      actorId: text,
      changes: fc.array(change, { maxLength: 4 }),
      address: fc.option(fc.ipV6()),
      createTime: fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const { userId } = testUser();
        await record(rows.map((each) => rowOf(userId, each)));
        expect((await problemsIn(db)).get(userId)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  test('is refused in part by no repetition: an event that the inbox forgot is not recorded again', async () => {
    const db = open();
    const record = prepareRecordActivities(db);
    const { userId } = testUser();
    const [first, second] = [rowOf(userId), rowOf(userId)];
    await record([first]);
    await db.execute(sql`delete from inbox`);
    await record([first, second]);
    expect([await countOf(db, 'activities', userId), await countOf(db, 'activity_chain', userId)]).toEqual([2, 2]);
    expect((await problemsIn(db)).get(userId)).toBeUndefined();
  });

  test('of batches that name the same accounts in any order, in several replicas at once, leaves chains without gaps', async () => {
    const accounts = Array.from({ length: 12 }, () => testUser().userId);
    const replicas = Array.from({ length: 4 }, () => prepareRecordActivities(open()));
    const batches = Array.from({ length: 60 }, () =>
      fc
        .sample(fc.shuffledSubarray(accounts, { minLength: 5 }), 1)
        .flatMap((chosen) => chosen.flatMap((ownerId) => [rowOf(ownerId), rowOf(ownerId)])),
    );
    const leaving = accounts.slice(0, 3);
    const record = async (index: number) => replicas[index % replicas.length]?.(batches[index] ?? []);
    const recorded = batches.map((_, index) => record(index));
    for (const ownerId of leaving) {
      recorded.push(
        record(-1).then(() => replicas[0]?.([rowOf(ownerId, { type: 'user.deleted', subjectId: ownerId })])),
      );
    }
    await Promise.all(recorded);

    const db = open();
    const problems = await problemsIn(db);
    expect(accounts.map((ownerId) => problems.get(ownerId))).toEqual(accounts.map(() => undefined));
    for (const ownerId of accounts.slice(3)) {
      const expected = batches.flat().filter((row) => row.ownerId === ownerId).length;
      expect([ownerId, await countOf(db, 'activity_chain', ownerId)]).toEqual([ownerId, expected]);
    }
    for (const ownerId of leaving) expect(await countOf(db, 'activities', ownerId)).toBe(1);
    const [addresses] = await db.execute(sql`
      select from activity_addresses join activities on id = activity_id where owner_id in ${leaving}`);
    expect(addresses).toBeUndefined();
  });
});

describe('the erasure of a deleted account', () => {
  test('goes on in steps when there is too much for one statement', async () => {
    const db = open();
    const record = prepareRecordActivities(db);
    const { userId } = testUser();
    const addresses = () =>
      db.execute(sql`select from activity_addresses join activities on id = activity_id where owner_id = ${userId}`);
    await record([rowOf(userId)]);
    await db.execute(sql`
      insert into activities (id, type, owner_id, invoice_id, invoice_opened, subject_id, actor_type, actor_id, request_id,
        create_time, changes)
      select gen_random_uuid(), 'x', ${userId}, case when n % 100 = 0 then ${randomUUIDv7()}::uuid end, n % 100 = 0,
        ${userId}, 'USER', ${userId}, '', now() + n * interval '1 ms', '[]'
      from generate_series(1, 21000) as n`);
    await record([rowOf(userId)]);
    expect(await addresses()).toHaveLength(2);
    await record([rowOf(userId, { type: 'user.deleted', subjectId: userId })]);
    expect(await countOf(db, 'activities', userId)).toBe(21_003 - 9_901);
    expect((await problemsIn(db)).get(userId)).toBeUndefined();

    await db.execute(sql`
      insert into dead_letters (event_id, topic, type, source, subject, version, owner_id, actor, request_id, create_time, payload,
        reason, attempts)
      values (gen_random_uuid(), 'invoice.sent', 'x', 'test', 'x', 1, ${userId}, 'user:x', '', now(), '{}', 'it failed', 10)`);
    const erase = prepareEraseNext(db);
    while (await erase());
    expect(await countOf(db, 'dead_letters', userId)).toBe(0);
    expect(await countOf(db, 'activities', userId)).toBe(211);
    expect(await countOf(db, 'activity_chain', userId)).toBe(21_006);
    expect((await problemsIn(db)).get(userId)).toBeUndefined();
    expect(await addresses()).toHaveLength(0);
  }, 60_000);
});

describe('an upgrade', () => {
  /** The statement of the previous version. */
  function prepareFormerRecordActivities(db: Database) {
    return prepareEffect(db, 'record_activities_before', {
      columns: {
        type: 'text',
        ownerId: 'uuid',
        invoiceId: 'uuid',
        invoiceOpened: 'boolean',
        subjectId: 'uuid',
        actorType: 'text',
        actorId: 'text',
        requestId: 'text',
        createTime: 'timestamptz',
        changes: 'jsonb',
      },
      effect: (fresh) => sql`
        insert into activities
          (id, type, owner_id, invoice_id, invoice_opened, subject_id, actor_type, actor_id, request_id, create_time, changes)
        select ${fresh.eventId}, ${fresh.type}, ${fresh.ownerId}, ${fresh.invoiceId}, ${fresh.invoiceOpened},
          ${fresh.subjectId}, ${fresh.actorType}, ${fresh.actorId}, ${fresh.requestId}, ${fresh.createTime}, ${fresh.changes}
        from ${fresh.rows} order by ${fresh.eventId}
        on conflict (id) do nothing`,
    });
  }

  test('chains what was recorded before, and a replica of the version before goes on recording', async () => {
    const [runtime, folder] = migrationsOf(activityService);
    if (runtime === undefined || folder === undefined) throw new Error('there are two folders of migrations');
    const scratch = makeScratchDir('numer-activity-migrations');
    const former = join(scratch.path, 'activity', 'migrations');
    mkdirSync(former, { recursive: true });
    cpSync(new URL('0001_create_activities.sql', folder), join(former, '0001_create_activities.sql'));
    const old = await createTestDatabase({ migrations: [runtime, pathToFileURL(`${former}/`)] });
    try {
      const db = open(old.url);
      const recordBefore = prepareFormerRecordActivities(db);
      const [staying, leaving] = [testUser().userId, testUser().userId];
      const invoiceId = randomUUIDv7();
      const opened = { type: 'invoice.sent', invoiceId, invoiceOpened: true };
      await recordBefore([rowOf(staying), rowOf(leaving), rowOf(staying), rowOf(leaving, opened)]);
      await recordBefore([rowOf(leaving, { type: 'user.deleted', subjectId: leaving }), rowOf(staying)]);

      await migrate(old.url, migrationsOf(activityService));
      expect(await problemsIn(db)).toEqual(new Map([staying, leaving].toSorted().map((id) => [id, undefined])));
      expect([await countOf(db, 'activity_chain', staying), await countOf(db, 'activity_chain', leaving)]).toEqual([
        3, 2,
      ]);

      await recordBefore([rowOf(staying), rowOf(leaving), rowOf(leaving, opened)]);
      await prepareRecordActivities(db)([rowOf(staying)]);
      expect(await problemsIn(db)).toEqual(new Map([staying, leaving].toSorted().map((id) => [id, undefined])));
      expect([await countOf(db, 'activity_chain', staying), await countOf(db, 'activity_chain', leaving)]).toEqual([
        5, 3,
      ]);
      expect(await prepareEraseNext(db)()).toBe(true);
      expect(await countOf(db, 'activities', leaving)).toBe(3);
    } finally {
      await old.drop();
      scratch.remove();
    }
  });
});
