import { republishEvents } from '../runtime/events/published-events.ts';
import { SERVICE_NAMES } from '../runtime/process/service.ts';
import { UsageError } from './command.ts';
import { count } from './count.ts';
import { joinLocalEnvironment } from './environment.ts';
import { requireServiceDatabases, useServiceDatabase } from './service-database.ts';

/** A time as RFC 3339 has it (section 5.6). */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * `numer republish [--since TIME]`: puts what was published over RabbitMQ since then, or within the last week, back into
 * the outboxes. Services ignore what they have applied.
 *
 * @throws UsageError when TIME is not a time
 */
export async function republish({ since: text }: { readonly since?: string | undefined }): Promise<void> {
  const since = text === undefined ? new Date(0) : timeOf(text);
  const environment = await joinLocalEnvironment();
  try {
    await requireServiceDatabases(environment, SERVICE_NAMES);
    for (const service of SERVICE_NAMES) {
      const events = await useServiceDatabase(environment, service, (db) => republishEvents(db, since));
      process.stdout.write(`${service}: ${count(events, 'event')} to be published again\n`);
    }
  } finally {
    await environment.close();
  }
}

function timeOf(text: string): Date {
  const time = new Date(text);
  if (!TIME.test(text) || Number.isNaN(time.getTime())) {
    throw new UsageError(`'${text}' is not a time like 2026-01-31T09:00:00Z.`);
  }
  return time;
}
