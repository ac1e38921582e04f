import { eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { invoiceSettings } from './schema.ts';

/** The settings of an account as they are stored. */
export type SettingsRow = Readonly<typeof invoiceSettings.$inferSelect>;

/** Prepares the statement that reads the settings of an owner; undefined when they are the default ones. */
export function prepareGetInvoiceSettings(db: Database): (ownerId: string) => Promise<SettingsRow | undefined> {
  const statement = db
    .select()
    .from(invoiceSettings)
    .where(eq(invoiceSettings.ownerId, sql.placeholder('ownerId')))
    .prepare('get_invoice_settings');
  return async (ownerId) => (await statement.execute({ ownerId }))[0];
}

/**
 * Prepares the statement that stores the settings of an owner. It expects the version before `settings.version`, 0 when
 * there were none; gives false, and has stored nothing, when that is not the present one.
 */
export function prepareSaveInvoiceSettings(
  db: Database,
): (settings: SettingsRow, effects: WriteEffects) => Promise<boolean> {
  const columns = columnParameters(invoiceSettings);
  const saved = db.$with('saved', { ownerId: sql<string>`owner_id`.as('owner_id') }).as(sql`
    insert into ${invoiceSettings} as present
      (owner_id, version, rounding_policy, due_days, early_discount_percent, early_discount_days, update_time)
    select ${columns.ownerId}::uuid, ${columns.version}::bigint, ${columns.roundingPolicy}::text, ${columns.dueDays}::integer,
      ${columns.earlyDiscountPercent}::numeric, ${columns.earlyDiscountDays}::integer, ${columns.updateTime}::timestamptz
    where ${columns.version}::bigint = 1 or exists (
      select 1 from ${invoiceSettings} where owner_id = ${columns.ownerId}::uuid
    )
    on conflict (owner_id) do update set version = excluded.version, rounding_policy = excluded.rounding_policy,
      due_days = excluded.due_days, early_discount_percent = excluded.early_discount_percent,
      early_discount_days = excluded.early_discount_days, update_time = excluded.update_time
    where present.version + 1 = excluded.version
    returning owner_id
  `);
  return prepareWrite(db, 'save_invoice_settings', { changed: saved });
}
