import { eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { FIRST_ID } from '../../../runtime/paging/page-token.ts';
import { reminderSettings } from './schema.ts';

/** The settings of an account as they are stored. */
export type SavedSettings = Readonly<Omit<typeof reminderSettings.$inferSelect, 'followedUntil' | 'followTime'>>;

/** How long others leave a change alone that somebody follows; then they take it for given up. */
const LEASE = sql.raw(`interval '30 seconds'`);

/** Prepares the statement that reads the settings of an owner; undefined when they are the default ones. */
export function prepareGetReminderSettings(db: Database): (ownerId: string) => Promise<SavedSettings | undefined> {
  const statement = db
    .select()
    .from(reminderSettings)
    .where(eq(reminderSettings.ownerId, sql.placeholder('ownerId')))
    .prepare('get_reminder_settings');
  return async (ownerId) => (await statement.execute({ ownerId }))[0];
}

/**
 * Prepares the statement that stores the settings of an owner, and that their reminders are to follow. It expects the version
 * before `settings.version`, 0 when there were none; gives false, and has stored nothing, when that is not the present one.
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
 * Prepares the claim of the change of settings that has waited longest, or since longest for its next step; undefined when
 * there is none that nobody else has claimed.
 */
export function prepareClaimChange(db: Database): () => Promise<UnfollowedChange | undefined> {
  const statement = claimChangeQuery(db).prepare('claim_change');
  return async () => (await statement.execute())[0];
}

/** That query. */
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

/** Prepares the note of how far a change was followed, null for all the way, unless there was another change since. */
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
