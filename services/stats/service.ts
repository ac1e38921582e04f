import { StatsService } from '../../gen/numer/stats/v1/stats_service_pb.ts';
import { implement } from '../../runtime/call.ts';
import { defineService } from '../../runtime/service.ts';
import { onAnyInvoiceEvent } from './consumers/on-any-invoice-event.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { createDeps } from './deps.ts';
import { completeInvoices } from './jobs/complete-invoices.ts';
import { getStats } from './rpc/get-stats.ts';
import { listCustomerStats } from './rpc/list-customer-stats.ts';
import { listMonthlyStats } from './rpc/list-monthly-stats.ts';
import { rebuildStats } from './rpc/rebuild-stats.ts';

/** The stats service: dashboard numbers, projected from the events of invoices. */
export const statsService = defineService({
  name: 'stats',
  migrations: new URL('./migrations/', import.meta.url),
  config: {},
  events: [],
  createDeps,
  routes(router, deps) {
    router.service(
      StatsService,
      implement(StatsService, deps, { getStats, listMonthlyStats, listCustomerStats, rebuildStats }),
    );
  },
  consumers: [onAnyInvoiceEvent, onUserDeleted],
  jobs: [completeInvoices],
});
