import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { IS_NEXT, IS_PUT_OFF_TOO_FAR, NOW, PAUSE_MAX } from './find-due-reminders.ts';
import { reminders } from './schema.ts';

/** The shortest pause before a due reminder that failed is looked at again. */
const PAUSE_MIN = sql.raw(`interval '1 minute'`);

/**
 * Prepares the statement that defers the due reminders of invoices, of any owner, after they could not be settled. Each
 * waits for as long as it has been due, within bounds, so the pause doubles with every failure. Nothing else about them
 * changes, so another replica that can settle them still does. Gives how many it deferred.
 */
export function prepareDeferReminders(db: Database): (invoiceIds: readonly string[], now: Date) => Promise<number> {
  const deferred = db.$with('deferred').as(
    db
      .update(reminders)
      .set({
        retryTime: sql`${NOW} + least(greatest(${NOW} - ${reminders.remindTime}, ${PAUSE_MIN}), ${PAUSE_MAX})`,
      })
      .where(
        sql`${reminders.invoiceId} in (select value::uuid from jsonb_array_elements_text(${jsonParameter('invoiceIds')}::jsonb))
          and (${IS_NEXT} or ${IS_PUT_OFF_TOO_FAR})`,
      )
      .returning({ id: reminders.id }),
  );
  const statement = db
    .with(deferred)
    .select({ count: sql<number>`count(*)::integer` })
    .from(deferred)
    .prepare('defer_reminders');
  return async (invoiceIds, now) => (await statement.execute({ invoiceIds, now: now.toISOString() }))[0]?.count ?? 0;
}
