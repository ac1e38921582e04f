import { and, eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';

type SaveRecurring = (recurring: RecurringRow, effects: WriteEffects) => Promise<boolean>;

const PROGRESS = ['state', 'nextIndex', 'nextDate', 'nextTime', 'attempts', 'lastFailure'] as const;

const CONTENT = [
  'customerId',
  'customerName',
  'invoice',
  'dueDays',
  'frequency',
  'interval',
  'startDate',
  'endDate',
  'count',
  'mode',
  'catchUp',
  'period',
] as const;

/**
 * Prepares the statement that replaces what people write of a recurring invoice, and its progress. It expects the version
 * before `recurring.version`; gives false, and has changed nothing, when that is not the present one.
 */
export function prepareSaveRecurringInvoice(db: Database): SaveRecurring {
  return prepareSave(db, 'save_recurring_invoice', [...CONTENT, ...PROGRESS]);
}

/**
 * Prepares the statement that changes how far a recurring invoice has come, and nothing that people write. It expects the
 * version before `recurring.version`; gives false, and has changed nothing, when that is not the present one.
 */
export function prepareMoveRecurringInvoice(db: Database): SaveRecurring {
  return prepareSave(db, 'move_recurring_invoice', PROGRESS);
}

function prepareSave(db: Database, name: string, fields: readonly (keyof RecurringRow)[]): SaveRecurring {
  const parameters = columnParameters(recurringInvoices);
  const saved = db.$with('saved').as(
    db
      .update(recurringInvoices)
      .set({
        version: parameters.version,
        updateTime: parameters.updateTime,
        ...Object.fromEntries(fields.map((field) => [field, parameters[field]])),
      })
      .where(
        and(
          eq(recurringInvoices.id, parameters.id),
          eq(recurringInvoices.ownerId, parameters.ownerId),
          sql`${recurringInvoices.version} + 1 = ${parameters.version}`,
        ),
      )
      .returning({ id: recurringInvoices.id }),
  );
  return prepareWrite(db, name, { changed: saved });
}
