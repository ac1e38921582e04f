import { type CallOptions, type Client, createClient } from '@connectrpc/connect';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { createIdempotencyStore, type IdempotencyStore } from '../../runtime/call/idempotency.ts';
import type { Clock } from '../../runtime/clock.ts';
import { prepareOnFirstUse } from '../../runtime/database/prepare-on-first-use.ts';
import type { Logger } from '../../runtime/process/log.ts';
import type { ServiceBase } from '../../runtime/process/service.ts';
import { prepareAddReminder } from './store/add-reminder.ts';
import { prepareDeferReminders } from './store/defer-reminders.ts';
import { prepareEraseInvoices, prepareEraseNext } from './store/erase-invoices.ts';
import { prepareFindAccount } from './store/find-account.ts';
import { prepareFindDueReminders } from './store/find-due-reminders.ts';
import { prepareFindInvoices, prepareFindRemindersOf } from './store/find-invoices.ts';
import { prepareCountReminders, prepareFindReminder } from './store/find-reminder.ts';
import { prepareForgetDeleted } from './store/forget-deleted.ts';
import { prepareListOpenInvoices } from './store/list-open-invoices.ts';
import { prepareListRemindedInvoices } from './store/list-reminded-invoices.ts';
import { prepareListReminders } from './store/list-reminders.ts';
import { preparePauseReminders } from './store/pause-reminders.ts';
import { preparePlanReminders } from './store/plan-reminders.ts';
import {
  prepareClaimChange,
  prepareGetReminderSettings,
  prepareNoteFollowed,
  prepareSaveReminderSettings,
} from './store/reminder-settings.ts';
import { prepareSaveAccounts } from './store/save-accounts.ts';
import { prepareSaveReminders } from './store/save-reminders.ts';
import { prepareSyncInvoices } from './store/sync-invoices.ts';

/** What the RPCs, consumers and jobs of the reminder service work with. */
export interface Deps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly invoices: Client<typeof InvoiceService>;
  callAsService(requestId: string): Promise<CallOptions>;
  /** For requests that turn out to change nothing. */
  readonly idempotency: IdempotencyStore;
  readonly store: ReturnType<typeof createStore>;
}

/** Prepares every statement and client once. */
export function createDeps({
  db,
  clock,
  log,
  transportTo,
  callAsService,
}: Omit<ServiceBase, 'callFor' | 'callAsReader'>): Deps {
  return {
    clock,
    log,
    invoices: createClient(InvoiceService, transportTo('invoice')),
    callAsService,
    idempotency: createIdempotencyStore(db),
    store: createStore(db),
  };
}

function createStore(db: ServiceBase['db']) {
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
