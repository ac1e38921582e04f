import { createClient } from '@connectrpc/connect';
import { StatsService } from '../gen/numer/stats/v1/stats_service_pb.ts';
import { HEADER } from '../runtime/call/call.ts';
import { invoiceService } from '../services/invoice/service.ts';
import { statsService } from '../services/stats/service.ts';
import { count } from './count.ts';
import { joinLocalEnvironment } from './environment.ts';
import { openServices } from './open-services.ts';
import { requireServiceDatabases } from './service-database.ts';
import { servicesOptionsOf } from './services-options.ts';

/** `numer rebuild-stats`: recomputes the statistics from the invoices, and says how many were wrong. */
export async function rebuildStats(): Promise<void> {
  const environment = await joinLocalEnvironment();
  try {
    // Opening the services would create their databases on whatever server DATABASE_URL names.
    await requireServiceDatabases(environment, ['invoice', 'stats']);
    const options = servicesOptionsOf(environment);
    const services = await openServices(options, [invoiceService, statsService]);
    try {
      const token = await options.tokens.issue({ kind: 'service', name: 'cli' });
      const stats = createClient(StatsService, services.transportTo('stats'));
      const headers = { [HEADER.authorization]: `Bearer ${token}` };
      const answer = await stats.rebuildStats({}, { headers, timeoutMs: 0 });
      process.stdout.write(`${count(answer.invoicesRead, 'invoice')} read, ${answer.invoicesCorrected} corrected\n`);
    } finally {
      await services.stop();
    }
  } finally {
    await environment.close();
  }
}
