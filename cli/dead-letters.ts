import type { Connection } from 'rabbitmq-client';
import type { Database } from '../runtime/database/database.ts';
import {
  type DeadMessage,
  dropDeadMessages,
  listDeadMessages,
  resendDeadMessages,
} from '../runtime/events/amqp-dead-messages.ts';
import {
  type DeadLetter,
  dropDeadLetters,
  listDeadLetters,
  resendDeadLetters,
} from '../runtime/events/dead-letters.ts';
import { SERVICE_NAMES, type ServiceName } from '../runtime/process/service.ts';
import { UUID } from '../runtime/uuid.ts';
import { useBroker } from './broker.ts';
import { UsageError } from './command.ts';
import { count } from './count.ts';
import { joinLocalEnvironment } from './environment.ts';
import { useServiceDatabase } from './service-database.ts';

/** Most dead letters of a service, or dead messages, to list at once; also the most dead letters to act on at once. */
const BATCH = 100;

/** The place of messages that RabbitMQ gave up. */
const BROKER = 'rabbitmq';

/** What the command can do, with all letters of a place or with the one that has this id. */
interface Action {
  withLetters(db: Database, service: ServiceName, id: string | undefined): Promise<void>;
  withMessages(connection: Connection, id: string | undefined): Promise<void>;
}

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['list', { withLetters: listLetters, withMessages: listMessages }],
  ['resend', { withLetters: resendLetters, withMessages: resendMessages }],
  ['drop', { withLetters: dropLetters, withMessages: dropMessages }],
]);

/**
 * `numer dead-letters [list]`: lists the events that services gave up, and the messages that RabbitMQ gave up.
 * `numer dead-letters resend <service>|rabbitmq|all [ID]`: delivers them again, through the outbox or their queue.
 * `numer dead-letters drop <service>|rabbitmq|all [ID]`: forgets them.
 *
 * @throws UsageError when there is no such action or place, or the id is not an id
 */
export async function deadLetters([word = 'list', place, given]: readonly string[]): Promise<void> {
  const action = ACTIONS.get(word);
  if (action === undefined) throw new UsageError(`There is no action "${word}"; use list, resend or drop.`);
  const { services, broker } = choosePlaces(word === 'list' ? (place ?? 'all') : place);
  const id = given?.toLowerCase();
  if (id !== undefined && (word === 'list' || !UUID.test(id))) throw new UsageError(`Unexpected argument '${given}'.`);
  const environment = await joinLocalEnvironment();
  try {
    if (place === BROKER && environment.amqpUrl === undefined) {
      throw new Error('AMQP_URL is not set, so no events go through RabbitMQ.');
    }
    for (const service of services) {
      await useServiceDatabase(environment, service, (db) => action.withLetters(db, service, id));
    }
    if (broker && environment.amqpUrl !== undefined) {
      await useBroker(environment.amqpUrl, (connection) => action.withMessages(connection, id));
    }
  } finally {
    await environment.close();
  }
}

function choosePlaces(name: string | undefined): { services: readonly ServiceName[]; broker: boolean } {
  if (name === 'all') return { services: SERVICE_NAMES, broker: true };
  if (name === BROKER) return { services: [], broker: true };
  const service = SERVICE_NAMES.find((candidate) => candidate === name);
  if (service === undefined) throw new UsageError(`Name a service (${SERVICE_NAMES.join(', ')}), ${BROKER} or all.`);
  return { services: [service], broker: false };
}

function say(place: string, what: string): void {
  process.stdout.write(`${place}: ${what}\n`);
}

/** Text that others have written must not end the line or control the terminal. */
function sayOne(what: string): void {
  process.stdout.write(`  ${what.replaceAll(/\p{Cc}/gu, '\uFFFD')}\n`);
}

async function listLetters(db: Database, service: ServiceName): Promise<void> {
  const letters = await listDeadLetters(db, BATCH);
  const more = letters.length === BATCH ? ' (the latest)' : '';
  say(service, `${count(letters.length, 'dead letter')}${more}`);
  for (const letter of letters) sayOne(describe(letter));
}

function describe(letter: DeadLetter): string {
  const { eventId, topic, subject, attempts, deadTime, reason } = letter;
  return `${eventId}  ${topic}  of ${subject}  ${deadTime.toISOString()}  after ${count(attempts, 'attempt')}: ${reason}`;
}

async function resendLetters(db: Database, service: ServiceName, id: string | undefined): Promise<void> {
  say(service, `${await actOn(db, id, resendDeadLetters)} sent again`);
}

async function dropLetters(db: Database, service: ServiceName, id: string | undefined): Promise<void> {
  say(service, `${await actOn(db, id, dropDeadLetters)} dropped`);
}

/** Acts on the dead letter with an id, or on all that exist now; gives their number. */
async function actOn(
  db: Database,
  id: string | undefined,
  act: (db: Database, ids: readonly string[]) => Promise<string[]>,
): Promise<number> {
  if (id !== undefined) return (await act(db, [id])).length;
  let total = 0;
  let letters = await listDeadLetters(db, BATCH);
  while (letters.length > 0) {
    const ids = letters.map(({ eventId }) => eventId);
    total += (await act(db, ids)).length;
    // From newer to older ones: a message that is given up again meanwhile is newer, and would otherwise be sent again endlessly.
    letters = await listDeadLetters(db, BATCH, letters.at(-1));
  }
  return total;
}

async function listMessages(connection: Connection): Promise<void> {
  const messages = await listDeadMessages(connection, BATCH);
  const more = messages.length === BATCH ? ' (the oldest)' : '';
  say(BROKER, `${count(messages.length, 'dead message')}${more}`);
  for (const message of messages) sayOne(describeMessage(message));
}

function describeMessage({ id, topic, queue, publishTime, bytes }: DeadMessage): string {
  const time = publishTime?.toISOString() ?? 'at an unknown time';
  return `${id || '(without id)'}  ${topic}  of ${queue ?? 'no known queue'}  ${time}  ${count(bytes, 'byte')}`;
}

async function resendMessages(connection: Connection, id: string | undefined): Promise<void> {
  const { sent, left } = await resendDeadMessages(connection, id);
  say(BROKER, `${sent} sent again`);
  if (left.length === 0) return;
  say(BROKER, `${left.length} stay: their queue is gone, unknown or full, or they are too large`);
  for (const message of left) sayOne(describeMessage(message));
}

async function dropMessages(connection: Connection, id: string | undefined): Promise<void> {
  say(BROKER, `${await dropDeadMessages(connection, id)} dropped`);
}
