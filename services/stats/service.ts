import { file_numer_stats_v1_exchange_rate_events } from '../../gen/numer/stats/v1/exchange_rate_events_pb.ts';
import { ExchangeRateService } from '../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import { StatsService } from '../../gen/numer/stats/v1/stats_service_pb.ts';
import { implement } from '../../runtime/call/call.ts';
import { eraseAccounts } from '../../runtime/erasure.ts';
import { forgetDeleted } from '../../runtime/events/forget-deleted.ts';
import { defineService } from '../../runtime/process/service.ts';
import { onAnyInvoiceEvent } from './consumers/on-any-invoice-event.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { createDeps } from './deps.ts';
import { completeInvoices } from './jobs/complete-invoices.ts';
import { createExchangeRate } from './rpc/create-exchange-rate.ts';
import { deleteExchangeRate } from './rpc/delete-exchange-rate.ts';
import { getStats } from './rpc/get-stats.ts';
import { listCustomerStats } from './rpc/list-customer-stats.ts';
import { listExchangeRates } from './rpc/list-exchange-rates.ts';
import { listMonthlyStats } from './rpc/list-monthly-stats.ts';
import { rebuildStats } from './rpc/rebuild-stats.ts';

/** The stats service: dashboard numbers, projected from invoice events, and the exchange rates that convert them. */
export const statsService = defineService({
  name: 'stats',
  migrations: new URL('./migrations/', import.meta.url),
  config: {},
  events: [file_numer_stats_v1_exchange_rate_events],
  createDeps,
  routes(router, deps) {
    router.service(
      StatsService,
      implement(StatsService, deps, { getStats, listMonthlyStats, listCustomerStats, rebuildStats }),
    );
    router.service(
      ExchangeRateService,
      implement(ExchangeRateService, deps, { createExchangeRate, listExchangeRates, deleteExchangeRate }),
    );
  },
  consumers: [onAnyInvoiceEvent, onUserDeleted],
  jobs: [completeInvoices, forgetDeleted, eraseAccounts],
});
