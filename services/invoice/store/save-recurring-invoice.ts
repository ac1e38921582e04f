import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';
import { changeRow } from './versioned-row.ts';

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
 * Prepares the statement that replaces what people write in a recurring invoice, and its progress. It expects the
 * version before `recurring.version`; gives false, and has changed nothing, when that is not the present one.
 */
export function prepareSaveRecurringInvoice(db: Database): SaveRecurring {
  const changed = changeRow(db, recurringInvoices, [...CONTENT, ...PROGRESS]);
  return prepareWrite(db, 'save_recurring_invoice', { changed });
}

/**
 * Prepares the statement that changes how far a recurring invoice has come, and nothing that people write. It expects the
 * version before `recurring.version`; gives false, and has changed nothing, when that is not the present one.
 */
export function prepareMoveRecurringInvoice(db: Database): SaveRecurring {
  return prepareWrite(db, 'move_recurring_invoice', { changed: changeRow(db, recurringInvoices, PROGRESS) });
}
