import type { Database } from '../runtime/database/database.ts';
import { type DeadLetter, listDeadLetters, resendDeadLetters } from '../runtime/events/dead-letters.ts';
import { SERVICE_NAMES, type ServiceName } from '../runtime/process/service.ts';
import { UsageError } from './command.ts';
import { count } from './count.ts';
import { joinLocalEnvironment } from './environment.ts';
import { useServiceDatabase } from './service-database.ts';

/** Most dead letters of a service that are listed, or sent again, at once. */
const BATCH = 100;

/**
 * `numer dead-letters [list]`: lists the events that were given up.
 * `numer dead-letters resend <service>|all`: puts them back into the outbox, from where they are delivered once more.
 *
 * @throws UsageError when there is no such action or service
 */
export async function deadLetters([action = 'list', name]: readonly string[]): Promise<void> {
  if (action !== 'list' && action !== 'resend') {
    throw new UsageError(`There is no action "${action}"; use list or resend.`);
  }
  const services = action === 'list' && name === undefined ? SERVICE_NAMES : chooseServices(name);
  const environment = await joinLocalEnvironment();
  const act = action === 'list' ? print : resend;
  try {
    for (const service of services) await useServiceDatabase(environment, service, (db) => act(db, service));
  } finally {
    await environment.close();
  }
}

function chooseServices(name: string | undefined): readonly ServiceName[] {
  if (name === 'all') return SERVICE_NAMES;
  const service = SERVICE_NAMES.find((candidate) => candidate === name);
  if (service === undefined) throw new UsageError(`Name a service (${SERVICE_NAMES.join(', ')}) or all.`);
  return [service];
}

async function print(db: Database, service: ServiceName): Promise<void> {
  const letters = await listDeadLetters(db, BATCH);
  const more = letters.length === BATCH ? ' (the latest)' : '';
  process.stdout.write(`${service}: ${count(letters.length, 'dead letter')}${more}\n`);
  for (const letter of letters) process.stdout.write(`  ${describe(letter)}\n`);
}

function describe(letter: DeadLetter): string {
  const { eventId, topic, subject, attempts, deadTime, reason } = letter;
  return `${eventId}  ${topic}  of ${subject}  ${deadTime.toISOString()}  after ${count(attempts, 'attempt')}: ${reason}`;
}

async function resend(db: Database, service: ServiceName): Promise<void> {
  let total = 0;
  let letters = await listDeadLetters(db, BATCH);
  while (letters.length > 0) {
    const ids = letters.map(({ eventId }) => eventId);
    total += (await resendDeadLetters(db, ids)).length;
    // On to older ones: what is given up again meanwhile comes before them, and would be sent again without end.
    letters = await listDeadLetters(db, BATCH, letters.at(-1));
  }
  process.stdout.write(`${service}: ${total} sent again\n`);
}
