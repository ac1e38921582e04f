import { eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { FIRST_ID } from '../../../runtime/paging/page-token.ts';
import { reminderSettings } from './schema.ts';

/** The settings of an account as they are stored. */
export type SavedSettings = Readonly<Omit<typeof reminderSettings.$inferSelect, 'followedUntil' | 'followTime'>>;

/** How long a claimed change is left to its replica. After that others may claim it. */
const LEASE = sql.raw(`interval '30 seconds'`);

/**
 * Prepares the query for the settings of an owner; undefined when they were never changed from the default settings.
 */
export function prepareGetReminderSettings(db: Database): (ownerId: string) => Promise<SavedSettings | undefined> {
  const statement = db
    .select()
    .from(reminderSettings)
    .where(eq(reminderSettings.ownerId, sql.placeholder('ownerId')))
    .prepare('get_reminder_settings');
  return async (ownerId) => (await statement.execute({ ownerId }))[0];
}

/**
 * Prepares the statement that stores the settings of an owner, and marks their reminders as yet to follow. It expects
 * the present version to be the one before `settings.version`, where 0 stands for no settings. Otherwise it gives false
 * and stores nothing.
 */
export function prepareSaveReminderSettings(
  db: Database,
): (settings: SavedSettings, effects: WriteEffects) => Promise<boolean> {
  const columns = columnParameters(reminderSettings);
  const saved = db.$with('saved', { ownerId: sql<string>`owner_id`.as('owner_id') }).as(sql`
    insert into ${reminderSettings} as present (owner_id, version, offsets_days, time_of_day, update_time, request_id,
      followed_until, follow_time)
    select ${columns.ownerId}::uuid, ${columns.version}::bigint, ${columns.offsetsDays}::jsonb, ${columns.timeOfDay}::text,
      ${columns.updateTime}::timestamptz, ${columns.requestId}::text, ${FIRST_ID}::uuid, now()
    where ${columns.version}::bigint = 1 or exists (
      select 1 from ${reminderSettings} where owner_id = ${columns.ownerId}::uuid
    )
    on conflict (owner_id) do update set version = excluded.version, offsets_days = excluded.offsets_days,
      time_of_day = excluded.time_of_day, update_time = excluded.update_time, request_id = excluded.request_id,
      followed_until = excluded.followed_until, follow_time = excluded.follow_time
    where present.version + 1 = excluded.version
    returning owner_id
  `);
  return prepareWrite(db, 'save_reminder_settings', { changed: saved });
}

/** A change of settings that reminders have yet to follow, after the invoice `followedUntil`. */
export interface UnfollowedChange {
  readonly ownerId: string;
  readonly version: bigint;
  readonly requestId: string;
  readonly followedUntil: string;
}

/**
 * Prepares the statement that claims the change of settings that has waited longest, for its first step or its next
 * one. Gives undefined when there is no unclaimed change.
 */
export function prepareClaimChange(db: Database): () => Promise<UnfollowedChange | undefined> {
  const statement = claimChangeQuery(db).prepare('claim_change');
  return async () => (await statement.execute())[0];
}

/** The query of `prepareClaimChange`. */
export function claimChangeQuery(db: Database) {
  return db
    .update(reminderSettings)
    .set({ followTime: sql`now() + ${LEASE}` })
    .where(
      sql`${reminderSettings.ownerId} = (
        select owner_id from ${reminderSettings} where followed_until is not null and follow_time <= now()
        order by follow_time limit 1 for update skip locked
      )`,
    )
    .returning({
      ownerId: reminderSettings.ownerId,
      version: reminderSettings.version,
      requestId: reminderSettings.requestId,
      followedUntil: sql<string>`${reminderSettings.followedUntil}`,
    });
}

/**
 * Prepares the statement that stores how far a change was followed; null means to the end. Does nothing after a newer
 * change.
 */
export function prepareNoteFollowed(
  db: Database,
): (change: UnfollowedChange, followedUntil: string | null) => Promise<void> {
  const statement = db
    .update(reminderSettings)
    .set({ followedUntil: sql`${sql.placeholder('followedUntil')}::uuid`, followTime: sql`now()` })
    .where(
      sql`${reminderSettings.ownerId} = ${sql.placeholder('ownerId')} and ${reminderSettings.version} = ${sql.placeholder('version')}`,
    )
    .prepare('note_followed');
  return async ({ ownerId, version }, followedUntil) => {
    await statement.execute({ ownerId, version, followedUntil });
  };
}
