import type { Database } from '../../../runtime/database/database.ts';
import { prepareOnFirstUse } from '../../../runtime/database/prepare-on-first-use.ts';
import { prepareAddReminder } from './add-reminder.ts';
import { prepareDeferReminders } from './defer-reminders.ts';
import { prepareEraseInvoices, prepareEraseNext } from './erase-invoices.ts';
import { prepareFindAccount } from './find-account.ts';
import { prepareFindDueReminders } from './find-due-reminders.ts';
import { prepareFindInvoices, prepareFindRemindersOf } from './find-invoices.ts';
import { prepareCountReminders, prepareFindReminder } from './find-reminder.ts';
import { prepareForgetDeleted } from './forget-deleted.ts';
import { prepareListOpenInvoices } from './list-open-invoices.ts';
import { prepareListRemindedInvoices } from './list-reminded-invoices.ts';
import { prepareListReminders } from './list-reminders.ts';
import { preparePauseReminders } from './pause-reminders.ts';
import { preparePlanReminders } from './plan-reminders.ts';
import {
  prepareClaimChange,
  prepareGetReminderSettings,
  prepareNoteFollowed,
  prepareSaveReminderSettings,
} from './reminder-settings.ts';
import { prepareSaveAccounts } from './save-accounts.ts';
import { prepareSaveReminders } from './save-reminders.ts';
import { prepareSyncInvoices } from './sync-invoices.ts';

/** All statements of the service. */
export type Store = ReturnType<typeof createStore>;

/** Makes all statements of the service; each is prepared when it is first executed. */
export function createStore(db: Database) {
  return prepareOnFirstUse(db, {
    addReminder: prepareAddReminder,
    claimChange: prepareClaimChange,
    countReminders: prepareCountReminders,
    deferReminders: prepareDeferReminders,
    eraseInvoices: prepareEraseInvoices,
    eraseNext: prepareEraseNext,
    findAccount: prepareFindAccount,
    forgetDeleted: prepareForgetDeleted,
    findDueReminders: prepareFindDueReminders,
    findInvoices: prepareFindInvoices,
    findReminder: prepareFindReminder,
    findRemindersOf: prepareFindRemindersOf,
    getReminderSettings: prepareGetReminderSettings,
    listOpenInvoices: prepareListOpenInvoices,
    listRemindedInvoices: prepareListRemindedInvoices,
    listReminders: prepareListReminders,
    noteFollowed: prepareNoteFollowed,
    pauseReminders: preparePauseReminders,
    planReminders: preparePlanReminders,
    saveAccounts: prepareSaveAccounts,
    saveReminderSettings: prepareSaveReminderSettings,
    saveReminders: prepareSaveReminders,
    syncInvoices: prepareSyncInvoices,
  });
}
