import { createHash, randomUUID, randomUUIDv7 } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testUser } from '../../runtime/testing/start-test-service.ts';
import { hexOf } from './entry-hash.ts';
import { startActivityService, type TestActivityService } from './testing/start-activity-service.ts';
import { hasEntry, verifyAllChains, verifyChain } from './verify-chain.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let service: TestActivityService;
let ownerId: string;

beforeAll(async () => {
  service = await startActivityService();
});
afterAll(() => service.stop());

async function entryOf(account: string, sequence: number): Promise<{ id: string; hash: Uint8Array }> {
  const [row] = await service.db.execute<{ id: string; hash: Uint8Array }>(
    sql`select activity_id as id, hash from activity_chain where owner_id = ${account} and sequence = ${sequence}`,
  );
  if (row === undefined) throw new Error(`there is no entry ${sequence}`);
  return row;
}

describe('a chain', () => {
  test('of untouched activities is whole, and ends where its head says', async () => {
    ownerId = await service.account();
    const { problem, position, isComplete } = await service.verify(ownerId);
    expect({ problem, isComplete, sequence: position.sequence }).toEqual({
      problem: undefined,
      isComplete: true,
      sequence: 5n,
    });
    expect(position.hash).toEqual((await entryOf(ownerId, 5)).hash);
  });

  test('of an account without activities is whole', async () => {
    expect(await service.problemOf(testUser().userId)).toBeUndefined();
  });

  test('is in the order of recording, not in that of the events', async () => {
    const account = testUser().userId;
    const late = await service.signIn(account);
    const early = await service.signIn(account, { time: new Date(late.time.getTime() - DAY_MS) });
    expect([(await entryOf(account, 1)).id, (await entryOf(account, 2)).id]).toEqual([late.id, early.id]);
    expect(await service.problemOf(account)).toBeUndefined();
  });

  test('goes on over every page, and can be verified in parts', async () => {
    const account = testUser().userId;
    for (let count = 0; count < 7; count++) await service.signIn(account);
    const options = { ownerId: account, now: service.clock.now(), entriesMax: 3n };
    const first = await verifyChain(service.store, options);
    const second = await verifyChain(service.store, { ...options, after: first.position });
    const third = await verifyChain(service.store, { ...options, after: second.position });
    expect([first, second, third].map(({ position, isComplete }) => [position.sequence, isComplete])).toEqual([
      [3n, false],
      [6n, false],
      [7n, true],
    ]);
    await service.tamper(`update activities set actor_id = 'x' where id = '${(await entryOf(account, 5)).id}'`);
    expect((await verifyChain(service.store, { ...options, after: first.position })).problem).toMatchObject({
      kind: 'ENTRY_ALTERED',
      sequence: 5n,
    });
  });
});

describe('somebody who switches the triggers off is found', () => {
  beforeAll(async () => {
    ownerId = await service.account();
  });

  /** Runs a statement in which names such as OWNER and THIRD stand for ids: THIRD is the activity of entry 3. */
  async function tamper(statement: string): Promise<void> {
    const [third, fourth, fifth] = [await entryOf(ownerId, 3), await entryOf(ownerId, 4), await entryOf(ownerId, 5)];
    const names: Record<string, string> = {
      OWNER: `'${ownerId}'`,
      THIRD: `'${third.id}'`,
      FOURTH: `'${fourth.id}'`,
      FIFTH: `'${fifth.id}'`,
      OTHER: `'${randomUUIDv7()}'`,
    };
    await service.tamper(statement.replaceAll(/\b[A-Z]{5,}\b/g, (name) => names[name] ?? name));
  }

  test.each([
    ['who did it', `update activities set actor_id = 'somebody' where id = THIRD`, 'ENTRY_ALTERED 3'],
    ['what did it', `update activities set actor_type = 'SERVICE' where id = THIRD`, 'ENTRY_ALTERED 3'],
    ['what happened', `update activities set type = 'customer.deleted' where id = THIRD`, 'ENTRY_ALTERED 3'],
    ['what it was about', `update activities set subject_id = OTHER where id = THIRD`, 'ENTRY_ALTERED 3'],
    ['the invoice', `update activities set invoice_id = OTHER where id = FIFTH`, 'ENTRY_ALTERED 5'],
    ['that it was opened', `update activities set invoice_opened = false where id = FIFTH`, 'ENTRY_ALTERED 5'],
    ['the request', `update activities set request_id = 'other' where id = THIRD`, 'ENTRY_ALTERED 3'],
    ['when', `update activities set create_time = create_time - interval '1 ms' where id = THIRD`, 'ENTRY_ALTERED 3'],
    [
      'a value',
      `update activities set changes = jsonb_set(changes, '{1,newValue}', '"fr"') where id = THIRD`,
      'ENTRY_ALTERED 3',
    ],
    ['a change', `update activities set changes = changes - 0 where id = THIRD`, 'ENTRY_ALTERED 3'],
    [
      'an added fact',
      `update activities set changes = jsonb_set(changes, '{0,x}', 'null') where id = THIRD`,
      'ENTRY_ALTERED 3',
    ],
    ['the salt', `update activities set salt = OTHER where id = THIRD`, 'ENTRY_ALTERED 3'],
    ['the account', `update activities set owner_id = OTHER where id = THIRD`, 'ENTRY_ALTERED 3'],
    ['that there was an address', `update activities set address_hash = null where id = THIRD`, 'ENTRY_ALTERED 3'],
    [
      'the encoding',
      `update activity_chain set version = 2 where owner_id = OWNER and sequence = 3`,
      'ENTRY_ALTERED 3',
    ],
    [
      'a hash',
      `update activity_chain set hash = sha256('x') where owner_id = OWNER and sequence = 3`,
      'ENTRY_ALTERED 3',
    ],
    ['the address', `update activity_addresses set address = '6.6.6.6' where activity_id = THIRD`, 'ADDRESS_ALTERED 3'],
    [
      'the salt of the address',
      `update activity_addresses set salt = OTHER where activity_id = THIRD`,
      'ADDRESS_ALTERED 3',
    ],
    ['an erased address', `delete from activity_addresses where activity_id = THIRD`, 'ADDRESS_MISSING 3'],
    ['a deleted activity', `delete from activities where id = THIRD`, 'ACTIVITY_MISSING 3'],
    ['the last activity, deleted', `delete from activities where id = FIFTH`, 'ACTIVITY_MISSING 5'],
    ['a deleted entry', `delete from activity_chain where owner_id = OWNER and sequence = 3`, 'ENTRY_MISSING 3'],
    [
      'an activity, deleted with its entry',
      `delete from activities where id = THIRD; delete from activity_chain where owner_id = OWNER and sequence = 3`,
      'ENTRY_MISSING 3',
    ],
    [
      'a deleted entry, its gap closed',
      `delete from activities where id = THIRD; delete from activity_chain where owner_id = OWNER and sequence = 3;
       update activity_chain set sequence = sequence + 10 where owner_id = OWNER and sequence > 3;
       update activity_chain set sequence = sequence - 11 where owner_id = OWNER and sequence > 10`,
      'ENTRY_ALTERED 3',
    ],
    ['the end, cut off', `delete from activity_chain where owner_id = OWNER and sequence > 3`, 'ENTRY_MISSING 4'],
    [
      'the end, cut off but for the activities',
      `delete from activity_chain where owner_id = OWNER and sequence > 3;
       update activity_heads set sequence = 3, hash = (
         select hash from activity_chain where owner_id = OWNER and sequence = 3) where owner_id = OWNER`,
      'ACTIVITY_UNCHAINED 0',
    ],
    [
      'two swapped activities',
      `
       update activity_chain set activity_id = case sequence when 3 then FOURTH::uuid else THIRD end
       where owner_id = OWNER and sequence in (3, 4)`,
      'ENTRY_ALTERED 3',
    ],
    [
      'two swapped entries',
      `update activity_chain set sequence = 7 where owner_id = OWNER and sequence = 3;
       update activity_chain set sequence = 3 where owner_id = OWNER and sequence = 4;
       update activity_chain set sequence = 4 where owner_id = OWNER and sequence = 7`,
      'ENTRY_ALTERED 3',
    ],
    [
      'an added activity',
      `insert into activities (id, type, owner_id, invoice_opened, subject_id, actor_type, actor_id, request_id, create_time,
         changes) select OTHER, type, owner_id, false, subject_id, actor_type, actor_id, '', create_time, '[]'
       from activities where id = THIRD`,
      'ACTIVITY_UNCHAINED 0',
    ],
    [
      'an added entry',
      `insert into activity_chain (owner_id, sequence, activity_id, hash) values (OWNER, 6, OTHER, sha256('x'))`,
      'HEAD_ALTERED 5',
    ],
    [
      'an added entry with its activity and head',
      `insert into activities (id, type, owner_id, invoice_opened, subject_id, actor_type, actor_id, request_id, create_time,
         changes) select OTHER, type, owner_id, false, subject_id, actor_type, actor_id, '', create_time, '[]'
       from activities where id = THIRD;
       insert into activity_chain (owner_id, sequence, activity_id, hash) values (OWNER, 6, OTHER, sha256('x'));
       update activity_heads set sequence = 6, hash = sha256('x') where owner_id = OWNER`,
      'ENTRY_ALTERED 6',
    ],
    [
      'a made-up erasure',
      `delete from activities where id = THIRD;
       insert into activity_chain (owner_id, sequence, erased_to, erased_hash, hash)
         values (OWNER, 6, 5, sha256('3'), sha256('x'));
       update activity_heads set sequence = 6, hash = sha256('x') where owner_id = OWNER`,
      'ACTIVITY_MISSING 3',
    ],
    [
      'an encoding that nobody knows, and no hash',
      `update activity_chain set version = 2, hash = decode(repeat('00', 32), 'hex') where owner_id = OWNER and sequence = 5;
       update activity_heads set hash = decode(repeat('00', 32), 'hex') where owner_id = OWNER`,
      'ENTRY_ALTERED 5',
    ],
    ['a time that never was', `update activities set create_time = 'infinity' where id = THIRD`, 'ENTRY_ALTERED 3'],
    ['the head', `update activity_heads set hash = sha256('x') where owner_id = OWNER`, 'HEAD_ALTERED 5'],
    ['the deleted head', `delete from activity_heads where owner_id = OWNER`, 'HEAD_ALTERED 0'],
  ])('by %s', async (_, statement, problem) => {
    ownerId = await service.account();
    await tamper(statement);
    expect(await service.problemOf(ownerId)).toBe(problem);
  });

  test('with the id of the activity that was added', async () => {
    ownerId = await service.account();
    const id = randomUUIDv7();
    await service.tamper(`
      insert into activities (id, type, owner_id, invoice_opened, subject_id, actor_type, actor_id, request_id, create_time,
        changes) values ('${id}', 'invoice.sent', '${ownerId}', false, '${id}', 'USER', 'x', '', now(), '[]')`);
    expect((await service.verify(ownerId)).problem).toEqual({
      kind: 'ACTIVITY_UNCHAINED',
      sequence: 0n,
      activityId: id,
    });
  });

  test('at the first of several places', async () => {
    ownerId = await service.account();
    await tamper(`delete from activities where id = THIRD; update activities set actor_id = 'x' where id = FIFTH`);
    expect(await service.problemOf(ownerId)).toBe('ACTIVITY_MISSING 3');
  });

  test('who recomputes the whole chain only by a head that was kept elsewhere', async () => {
    ownerId = await service.account();
    const kept = (await service.verify(ownerId)).position;
    const cut = (await entryOf(ownerId, 4)).hash;
    await tamper(`
      delete from activities where id = FIFTH; delete from activity_chain where owner_id = OWNER and sequence = 5;
      update activity_heads set sequence = 4, hash = '\\x${hexOf(cut)}' where owner_id = OWNER`);
    expect(await service.problemOf(ownerId)).toBeUndefined();
    expect(await hasEntry(service.store, ownerId, kept)).toBe(false);
    expect(await hasEntry(service.store, ownerId, { sequence: 4n, hash: cut })).toBe(true);
  });
});

describe('an address', () => {
  test('may be gone after a year, and not before', async () => {
    const account = testUser().userId;
    const old = await service.signIn(account, { time: new Date(service.clock.now().getTime() - 365 * DAY_MS - 1) });
    const young = await service.signIn(account, {
      time: new Date(service.clock.now().getTime() - 365 * DAY_MS + 2 * HOUR_MS),
    });
    await service.tamper(`delete from activity_addresses where activity_id = '${old.id}'`);
    expect(await service.problemOf(account)).toBeUndefined();
    await service.tamper(`delete from activity_addresses where activity_id = '${young.id}'`);
    expect(await service.problemOf(account)).toBe('ADDRESS_MISSING 2');
  });

  test('that nobody recorded is found', async () => {
    const account = testUser().userId;
    const { id } = await service.signIn(account, { callerAddress: undefined });
    await service.tamper(`
      insert into activity_addresses select create_time, id, '192.0.2.1', '${randomUUID()}' from activities where id = '${id}'`);
    expect(await service.problemOf(account)).toBe('ADDRESS_ALTERED 1');
  });
});

describe('the chain of a deleted account', () => {
  /** Two sign-ins, a draft that was never sent, one that was sent, the deletion. */
  async function deletedAccount(): Promise<string> {
    const account = await service.account();
    await service.draft(account);
    await service.deleteAccount(account);
    return account;
  }

  test('is whole, and tells what was erased', async () => {
    const account = await deletedAccount();
    expect(await service.problemOf(account)).toBeUndefined();
    const rows = await service.store.listChain({ ownerId: account, after: 0n, upTo: 99n, limit: 99 });
    expect(rows.map(({ activity }) => activity?.type ?? '')).toEqual([
      ...['', '', '', 'invoice.created', 'invoice.sent', ''],
      ...['user.deleted', ''],
    ]);
    expect(rows.at(-1)).toMatchObject({
      activityId: null,
      erasedTo: 7n,
      erasedHash: createHash('sha256').update('1,2,3,6').digest(),
    });
    expect(rows.flatMap(({ activity }) => activity?.address ?? [])).toEqual([]);
  });

  test('is whole when nothing had to be erased', async () => {
    const account = testUser().userId;
    await service.deleteAccount(account);
    expect(await service.problemOf(account)).toBeUndefined();
    expect((await service.verify(account)).position.sequence).toBe(1n);
  });

  test.each([
    ['an activity that had to stay', `delete from activities where type = 'invoice.created'`, 'ERASURE_ALTERED 8'],
    ['the deletion itself', `delete from activities where type = 'user.deleted'`, 'ACTIVITY_MISSING 1'],
    [
      'what the erasure covered',
      `update activity_chain set erased_hash = sha256('1,2,3,4,6') where sequence = 8`,
      'ENTRY_ALTERED 8',
    ],
    ['the entry of the erasure', `delete from activity_chain where sequence = 8`, 'ACTIVITY_MISSING 1'],
    ['the entry of something erased', `delete from activity_chain where sequence = 2`, 'ENTRY_MISSING 2'],
    [
      'the hash before something kept',
      `update activity_chain set hash = sha256('x') where sequence = 3`,
      'ENTRY_ALTERED 4',
    ],
  ])('shows who deletes or alters %s', async (_, statement, problem) => {
    const account = await deletedAccount();
    await service.tamper(`${statement} and owner_id = '${account}'`);
    expect(await service.problemOf(account)).toBe(problem);
  });

  test('does not make a live account look as if it were erased', async () => {
    const account = await service.account();
    const erased = await deletedAccount();
    await service.tamper(`
      delete from activities where owner_id = '${account}' and type = 'session.created';
      insert into activity_chain (owner_id, sequence, erased_to, erased_hash, hash)
        select '${account}', 6, 5, sha256('1,2'), hash from activity_chain where owner_id = '${erased}' and sequence = 8`);
    expect(await service.problemOf(account)).toBe('ACTIVITY_MISSING 1');
  });
});

test('all chains are verified in the order of their accounts, those without a head or a chain as well', async () => {
  const strayOwner = randomUUIDv7();
  const headless = await service.account();
  await service.tamper(`
    delete from activity_heads where owner_id = '${headless}';
    insert into activities (id, type, owner_id, invoice_opened, subject_id, actor_type, actor_id, request_id, create_time,
      changes) values ('${strayOwner}', 'x', '${strayOwner}', false, '${strayOwner}', 'USER', 'x', '', now(), '[]')`);
  const whole = await service.account();
  const found = new Map<string, string | undefined>();
  for await (const { ownerId: account, problem } of verifyAllChains(service.store, () => service.clock.now())) {
    found.set(account, problem?.kind);
  }
  expect([...found.keys()]).toEqual([...found.keys()].toSorted());
  expect([found.get(strayOwner), found.get(headless), found.get(whole), found.has(whole)]).toEqual([
    'ACTIVITY_UNCHAINED',
    'HEAD_ALTERED',
    undefined,
    true,
  ]);
});
