import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { prepareOutboxClaims, releaseOutbox } from './outbox-claims.ts';
import { openRelayConnection } from './relay-connection.ts';
import { countRows, raised, writeEvents } from './testing/counters.ts';
import { recordingBus } from './testing/recording-bus.ts';
import { useRelays } from './testing/use-relays.ts';

const CLAIMS = { batchSize: 10, bytesMax: 1_000_000, leaseMs: 60_000, retryMsMax: 100, keepsPublished: false };
const { database, relay, outboxIsEmpty } = useRelays();

test('claimed rows are left alone until their lease ends, then taken over', async () => {
  await writeEvents(database.db, [raised(1n)]);
  const claims = prepareOutboxClaims(database.db, CLAIMS);
  expect((await claims.claim(crypto.randomUUID())).rows).toHaveLength(1);
  expect((await claims.claim(crypto.randomUUID())).rows).toHaveLength(0);
  await database.db.execute(sql`update outbox set available_time = now() - interval '1 millisecond'`);
  expect((await claims.claim(crypto.randomUUID())).rows).toMatchObject([{ attempts: 2 }]);
});

test("a relay whose lease was taken over does not give back what is another one's", async () => {
  await writeEvents(database.db, [raised(1n)]);
  const claims = prepareOutboxClaims(database.db, CLAIMS);
  const lost = crypto.randomUUID();
  const [row] = (await claims.claim(lost)).rows;
  await database.db.execute(sql`update outbox set available_time = now()`);
  await claims.claim(crypto.randomUUID());
  await claims.release(lost, [{ id: row?.id ?? '', reason: 'too late' }]);
  expect((await claims.claim(crypto.randomUUID())).rows).toHaveLength(0);
});

test('a claim whose answer was lost is given back', async () => {
  await writeEvents(database.db, [raised(1n)]);
  const claims = prepareOutboxClaims(database.db, CLAIMS);
  const token = crypto.randomUUID();
  await claims.claim(token);
  await claims.releaseClaim(token);
  expect((await claims.claim(crypto.randomUUID())).rows).toHaveLength(1);
});

test('what a process that has ended had claimed is given back, and no pause after a failure is cut short', async () => {
  await writeEvents(database.db, [raised(1n), raised(2n)]);
  const claims = prepareOutboxClaims(database.db, { ...CLAIMS, batchSize: 1, retryMsMax: 60_000 });
  const token = crypto.randomUUID();
  const [failed] = (await claims.claim(token)).rows;
  await database.db.execute(sql`update outbox set attempts = 20`);
  await claims.release(token, [{ id: failed?.id ?? '', reason: 'no' }]);
  const [claimed] = (await claims.claim(crypto.randomUUID())).rows;
  await releaseOutbox(database.db);
  const next = prepareOutboxClaims(database.db, CLAIMS);
  expect((await next.claim(crypto.randomUUID())).rows).toMatchObject([{ id: claimed?.id }]);
});

test('a claim ends with the row that makes it too large, and the relay goes on with the rest at once', async () => {
  const textOf = (kilobytes: number) => randomBytes(kilobytes * 512).toString('hex');
  await writeEvents(database.db, [raised(1n, textOf(9))]);
  await writeEvents(database.db, [raised(2n, textOf(4)), raised(3n, textOf(4)), raised(4n, textOf(4))]);
  const claims = prepareOutboxClaims(database.db, { ...CLAIMS, batchSize: 500, bytesMax: 8_192 });
  for (const [count, isPartial] of [
    [1, true],
    [2, true],
    [1, false],
  ] as const) {
    const token = crypto.randomUUID();
    const claim = await claims.claim(token);
    expect({ count: claim.rows.length, isPartial: claim.isPartial }).toEqual({ count, isPartial });
  }
  await database.db.execute(sql`update outbox set available_time = now()`);
  const { bus, published } = recordingBus();
  relay(bus, { bytesMax: 8_192, pollMs: 60_000 });
  await outboxIsEmpty();
  expect(published).toHaveLength(4);
});

test('a claim in a backlog is quick also when its plan was made for an empty outbox', async () => {
  const connection = openRelayConnection(database.db, () => undefined);
  const claims = prepareOutboxClaims(connection.db, { ...CLAIMS, batchSize: 500 });
  await database.db.execute(sql`vacuum analyze outbox`);
  // After the fifth time Postgres keeps a plan.
  for (let count = 0; count < 6; count++) await claims.claim(crypto.randomUUID());
  const rows = Array.from({ length: 10_000 }, (_, index) => raised(BigInt(index)));
  for (let start = 0; start < rows.length; start += 2_500)
    await writeEvents(database.db, rows.slice(start, start + 2_500));
  await connection.db.execute(sql`set statement_timeout = '1s'`);
  const token = crypto.randomUUID();
  const claimed = (await claims.claim(token)).rows.map(({ id }) => id);
  expect(claimed).toHaveLength(500);
  await claims.release(token, [{ id: claimed[0] ?? '', reason: 'no' }]);
  await claims.remove(token, claimed);
  expect(await countRows(database.db, 'outbox')).toBe(9_501);
  await connection.close();
});

test('a row that committed late is claimed, although it comes before those that were claimed already', async () => {
  const claims = prepareOutboxClaims(database.db, { ...CLAIMS, batchSize: 2 });
  const late = raised(5n);
  await writeEvents(
    database.db,
    [1n, 2n, 3n, 4n].map((amount) => raised(amount)),
  );
  expect((await claims.claim(crypto.randomUUID())).rows).toHaveLength(2);
  await writeEvents(database.db, [late]);
  await database.db.execute(sql`update outbox set available_time = now() - interval '1 hour' where id = ${late.id}`);
  expect(await claims.claim(crypto.randomUUID())).toMatchObject({ rows: [{}, {}], isPartial: true });
  expect(await claims.claim(crypto.randomUUID())).toMatchObject({ rows: [], isPartial: true });
  expect(await claims.claim(crypto.randomUUID())).toMatchObject({ rows: [{ id: late.id }], isPartial: false });
});
