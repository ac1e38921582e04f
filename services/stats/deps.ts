import { type Client, createClient } from '@connectrpc/connect';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Clock } from '../../runtime/clock.ts';
import { prepareOnFirstUse } from '../../runtime/database/prepare-on-first-use.ts';
import type { Logger } from '../../runtime/process/log.ts';
import type { ServiceBase } from '../../runtime/process/service.ts';
import { prepareCorrectInvoices } from './store/correct-invoices.ts';
import { prepareCreateExchangeRate } from './store/create-exchange-rate.ts';
import { prepareDeleteExchangeRate } from './store/delete-exchange-rate.ts';
import { prepareEraseAccounts } from './store/erase-accounts.ts';
import { prepareEraseNumbers } from './store/erase-numbers.ts';
import { prepareFindAccount } from './store/find-account.ts';
import { prepareFindExchangeRate } from './store/find-exchange-rate.ts';
import { prepareForgetDeleted } from './store/forget-deleted.ts';
import { prepareListCustomerTotals } from './store/list-customer-totals.ts';
import { prepareListExchangeRates } from './store/list-exchange-rates.ts';
import { prepareListMonthlyTotals } from './store/list-monthly-totals.ts';
import {
  prepareListIncompleteInvoices,
  prepareListNewerInvoices,
  prepareListProjectedInvoices,
} from './store/list-projected-invoices.ts';
import { prepareProjectInvoices } from './store/project-invoices.ts';
import { prepareReadGroups } from './store/read-groups.ts';
import { prepareListAccounts, prepareRecountTotals } from './store/recount-totals.ts';
import { prepareRemoveInvoices } from './store/remove-invoices.ts';

/** What the RPCs, consumers and jobs of the stats service work with. */
export interface Deps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly invoices: Client<typeof InvoiceService>;
  readonly callAsService: ServiceBase['callAsService'];
  readonly store: Store;
}

/** The prepared statements. */
export type Store = ReturnType<typeof createStore>;

/** Prepares every statement and client once. */
export function createDeps({
  clock,
  log,
  db,
  transportTo,
  callAsService,
}: Omit<ServiceBase, 'callFor' | 'callAsReader'>): Deps {
  return {
    clock,
    log,
    invoices: createClient(InvoiceService, transportTo('invoice')),
    callAsService,
    store: createStore(db),
  };
}

function createStore(db: ServiceBase['db']) {
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
