import type { Database } from '../../../runtime/database/database.ts';
import { prepareOnFirstUse } from '../../../runtime/database/prepare-on-first-use.ts';
import { prepareCorrectInvoices } from './correct-invoices.ts';
import { prepareCreateExchangeRate } from './create-exchange-rate.ts';
import { prepareDeleteExchangeRate } from './delete-exchange-rate.ts';
import { prepareEraseAccounts } from './erase-accounts.ts';
import { prepareEraseNumbers } from './erase-numbers.ts';
import { prepareFindAccount } from './find-account.ts';
import { prepareFindExchangeRate } from './find-exchange-rate.ts';
import { prepareForgetDeleted } from './forget-deleted.ts';
import { prepareListCustomerTotals } from './list-customer-totals.ts';
import { prepareListExchangeRates } from './list-exchange-rates.ts';
import { prepareListMonthlyTotals } from './list-monthly-totals.ts';
import {
  prepareListIncompleteInvoices,
  prepareListNewerInvoices,
  prepareListProjectedInvoices,
} from './list-projected-invoices.ts';
import { prepareProjectInvoices } from './project-invoices.ts';
import { prepareReadGroups } from './read-groups.ts';
import { prepareListAccounts, prepareRecountTotals } from './recount-totals.ts';
import { prepareRemoveInvoices } from './remove-invoices.ts';

/** All statements of the service. */
export type Store = ReturnType<typeof createStore>;

/** Makes all statements of the service; each is prepared when it is first executed. */
export function createStore(db: Database) {
  return prepareOnFirstUse(db, {
    projectInvoices: prepareProjectInvoices,
    eraseAccounts: prepareEraseAccounts,
    eraseNext: prepareEraseNumbers,
    readGroups: prepareReadGroups,
    listMonthlyTotals: prepareListMonthlyTotals,
    listCustomerTotals: prepareListCustomerTotals,
    correctInvoices: prepareCorrectInvoices,
    listProjectedInvoices: prepareListProjectedInvoices,
    listNewerInvoices: prepareListNewerInvoices,
    listIncompleteInvoices: prepareListIncompleteInvoices,
    removeInvoices: prepareRemoveInvoices,
    forgetDeleted: prepareForgetDeleted,
    listAccounts: prepareListAccounts,
    recountTotals: prepareRecountTotals,
    findAccount: prepareFindAccount,
    createExchangeRate: prepareCreateExchangeRate,
    findExchangeRate: prepareFindExchangeRate,
    listExchangeRates: prepareListExchangeRates,
    deleteExchangeRate: prepareDeleteExchangeRate,
  });
}
