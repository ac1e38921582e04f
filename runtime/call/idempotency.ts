import { createHmac } from 'node:crypto';
import {
  create,
  type DescMessage,
  fromJson,
  type JsonValue,
  type MessageInitShape,
  type MessageShape,
  toJsonString,
} from '@bufbuild/protobuf';
import { type SQL, sql, type WithSubquery } from 'drizzle-orm';
import { jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Database } from '../database/database.ts';
import { preparePrune } from '../database/prepare-prune.ts';
import type { Call } from './call.ts';
import { DomainError } from './errors.ts';

/** The record of each idempotency key: which request it belongs to, and what was answered. */
export const idempotencyRecords = pgTable(
  'idempotency_records',
  {
    ownerId: uuid('owner_id').notNull(),
    key: text('key').notNull(),
    fingerprint: text('fingerprint').notNull(),
    response: jsonb('response').notNull(),
    createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [primaryKey({ name: IDEMPOTENCY_CONSTRAINT, columns: [table.ownerId, table.key] })],
);

/**
 * A second statement with the same key violates this constraint, which undoes everything else that the statement did.
 */
export const IDEMPOTENCY_CONSTRAINT = 'idempotency_records_pkey';

/** The owner of records of callers who are no users yet: sign-up. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/** How long a record is kept. */
const IDEMPOTENCY_RETENTION_HOURS = 24;

/** Whose key it is and which request it belongs to. */
export interface IdempotencyParameters {
  readonly ownerId: string;
  readonly key: string;
  /** Keyed digest of method and request, so that passwords in a request cannot be guessed from it. */
  readonly fingerprint: string;
}

/** The parameters of one call. Keys of anonymous callers share one owner; the fingerprint tells them apart. */
export function idempotencyParametersOf(
  secret: Uint8Array,
  call: {
    readonly ownerId: string | undefined;
    readonly key: string;
    readonly method: string;
    readonly request: Uint8Array;
  },
): IdempotencyParameters {
  const fingerprint = createHmac('sha256', secret)
    .update(call.method)
    .update('\0')
    .update(call.request)
    .digest('base64url');
  return { ownerId: call.ownerId ?? NOBODY, key: call.key, fingerprint };
}

/**
 * The part of a write statement that stores the idempotency record, in the same statement as the effect:
 *
 *     const created = db.$with('created').as(db.insert(...).returning());
 *     const record = storeIdempotencyRecord(db, { changed: created });
 *     const statement = db.with(created, record).select().from(created).prepare('create_customer');
 *     await statement.execute({ ..., ...idempotencyValues(call, CreateCustomerResponseSchema, response, now) });
 *
 * Nothing is stored when the caller sent no key, or when `changed` has no rows. `response` may rewrite the stored
 * answer, for a value that only the statement knows.
 */
export function storeIdempotencyRecord(
  db: Database,
  options: { readonly changed: WithSubquery; readonly response?: (response: SQL) => SQL },
): WithSubquery {
  const given = sql`${sql.placeholder('idempotencyResponse')}::jsonb`;
  return db.$with('idempotency_record', {}).as(sql`
    insert into ${idempotencyRecords} (owner_id, key, fingerprint, response, create_time)
    select ${sql.placeholder('idempotencyOwnerId')}::uuid, ${sql.placeholder('idempotencyKey')}::text,
      ${sql.placeholder('idempotencyFingerprint')}::text, ${options.response?.(given) ?? given},
      ${sql.placeholder('idempotencyCreateTime')}::timestamptz
    where ${sql.placeholder('idempotencyKey')}::text is not null and exists (select 1 from ${options.changed})
    returning key
  `);
}

/** The placeholder values of {@link storeIdempotencyRecord}: nulls when the caller sent no key. */
export function idempotencyValues<Desc extends DescMessage>(
  call: Pick<Call, 'idempotency'>,
  schema: Desc,
  response: MessageInitShape<Desc>,
  now: Date,
): Record<string, string | null> {
  const parameters = call.idempotency;
  return {
    idempotencyOwnerId: parameters?.ownerId ?? null,
    idempotencyKey: parameters?.key ?? null,
    idempotencyFingerprint: parameters?.fingerprint ?? null,
    idempotencyResponse: parameters === undefined ? null : toJsonString(schema, create(schema, response)),
    idempotencyCreateTime: now.toISOString(),
  };
}

/** The placeholder values of {@link storeIdempotencyRecord} for a write that no call asks for. */
export const NO_IDEMPOTENCY: ReturnType<typeof idempotencyValues> = {
  idempotencyOwnerId: null,
  idempotencyKey: null,
  idempotencyFingerprint: null,
  idempotencyResponse: null,
  idempotencyCreateTime: null,
};

/** Reads and stores records, and deletes old ones. */
export interface IdempotencyStore {
  /**
   * The answer to the first request with this key, or undefined when there was none.
   *
   * @throws DomainError IDEMPOTENCY_KEY_REUSED when that was another request.
   */
  replay<Desc extends DescMessage>(
    parameters: IdempotencyParameters,
    schema: Desc,
  ): Promise<MessageShape<Desc> | undefined>;
  /**
   * Stores the answer, as {@link idempotencyValues} gives it, to a request whose effects are stored already. Violates
   * {@link IDEMPOTENCY_CONSTRAINT} when another request with this key has been answered meanwhile.
   */
  keep(values: Record<string, string | null>): Promise<void>;
  /** Deletes up to 1,000 records older than the retention; gives how many. */
  prune(now: Date): Promise<number>;
}

/** The idempotency records of one service's database. */
export function createIdempotencyStore(db: Database): IdempotencyStore {
  const find = db
    .select({ fingerprint: idempotencyRecords.fingerprint, response: idempotencyRecords.response })
    .from(idempotencyRecords)
    .where(
      sql`${idempotencyRecords.ownerId} = ${sql.placeholder('ownerId')} and ${idempotencyRecords.key} = ${sql.placeholder('key')}`,
    )
    .prepare('find_idempotency_record');
  const keep = db
    .insert(idempotencyRecords)
    .values({
      ownerId: sql.placeholder('idempotencyOwnerId'),
      key: sql.placeholder('idempotencyKey'),
      fingerprint: sql.placeholder('idempotencyFingerprint'),
      response: sql`${sql.placeholder('idempotencyResponse')}::jsonb`,
      createTime: sql`${sql.placeholder('idempotencyCreateTime')}::timestamptz`,
    })
    .returning({ key: idempotencyRecords.key })
    .prepare('keep_idempotency_record');
  const prune = preparePrune(db, 'prune_idempotency_records', idempotencyRecords.createTime);

  return {
    async replay(parameters, schema) {
      const [record] = await find.execute({ ownerId: parameters.ownerId, key: parameters.key });
      if (record === undefined) return undefined;
      if (record.fingerprint !== parameters.fingerprint) {
        throw new DomainError(
          'invalid',
          'IDEMPOTENCY_KEY_REUSED',
          'This idempotency key was used before with another request; use a fresh key for each request.',
        );
      }
      // This system stored it. A field that a later version removed is no reason to fail.
      return fromJson(schema, record.response as JsonValue, { ignoreUnknownFields: true });
    },
    async keep(values) {
      await keep.execute(values);
    },
    prune: (now) => prune(new Date(now.getTime() - IDEMPOTENCY_RETENTION_HOURS * 3_600_000)),
  };
}
