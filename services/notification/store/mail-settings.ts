import { eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { mailSettings } from './schema.ts';

/** The settings of an account as they are stored. */
export type MailSettingsRow = Readonly<typeof mailSettings.$inferSelect>;

/** Prepares the statement that reads the settings of an owner; undefined when they are the default ones. */
export function prepareGetMailSettings(db: Database): (ownerId: string) => Promise<MailSettingsRow | undefined> {
  const statement = db
    .select()
    .from(mailSettings)
    .where(eq(mailSettings.ownerId, sql.placeholder('ownerId')))
    .prepare('get_mail_settings');
  return async (ownerId) => (await statement.execute({ ownerId }))[0];
}

/** Prepares the statement that reads the settings of some owners, by their ids; those without a row have the default ones. */
export function prepareFindMailSettings(
  db: Database,
): (ownerIds: readonly string[]) => Promise<ReadonlyMap<string, MailSettingsRow>> {
  const statement = db
    .select()
    .from(mailSettings)
    .where(
      sql`${mailSettings.ownerId} = any(array(select value::uuid from jsonb_array_elements_text(${jsonParameter('ownerIds')}::jsonb)))`,
    )
    .prepare('find_mail_settings');
  return async (ownerIds) => {
    const found = await statement.execute({ ownerIds: [...new Set(ownerIds)] });
    return new Map(found.map((row) => [row.ownerId, row]));
  };
}

/**
 * Prepares the statement that stores the settings of an owner. It expects the version before `settings.version`, 0 when
 * there were none. Gives false, and has stored nothing, when that is not the present version.
 */
export function prepareSaveMailSettings(
  db: Database,
): (settings: MailSettingsRow, effects: WriteEffects) => Promise<boolean> {
  const columns = columnParameters(mailSettings);
  const saved = db.$with('saved', { ownerId: sql<string>`owner_id`.as('owner_id') }).as(sql`
    insert into ${mailSettings} as present (owner_id, version, attach_pdf, bcc_email, account_notices, update_time)
    select ${columns.ownerId}::uuid, ${columns.version}::bigint, ${columns.attachPdf}::boolean, ${columns.bccEmail}::text,
      ${columns.accountNotices}::boolean, ${columns.updateTime}::timestamptz
    where ${columns.version}::bigint = 1 or exists (
      select 1 from ${mailSettings} where owner_id = ${columns.ownerId}::uuid
    )
    on conflict (owner_id) do update set version = excluded.version, attach_pdf = excluded.attach_pdf,
      bcc_email = excluded.bcc_email, account_notices = excluded.account_notices, update_time = excluded.update_time
    where present.version + 1 = excluded.version
    returning owner_id
  `);
  return prepareWrite(db, 'save_mail_settings', { changed: saved });
}
