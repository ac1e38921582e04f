import { createClient } from '@connectrpc/connect';
import { StatsService } from '../gen/numer/stats/v1/stats_service_pb.ts';
import { HEADER } from '../runtime/call.ts';
import { databaseUrlOf, ensureDatabase } from '../runtime/database/ensure-database.ts';
import { migrate } from '../runtime/database/migrate.ts';
import { migrationsOf } from '../runtime/start-service.ts';
import { readStartConfig } from './config.ts';
import { deadLetters } from './dead-letters.ts';
import { DEMO_USER, seedDemo } from './demo.ts';
import { doctor } from './doctor.ts';
import { joinLocalEnvironment } from './environment.ts';
import { makeKeys, makePasswords } from './keys.ts';
import { servicesOptionsOf } from './local-system.ts';
import { openServices } from './open-services.ts';
import { resetPassword } from './reset-password.ts';
import { SERVICES } from './services.ts';
import { start } from './start.ts';
import { verifyActivities } from './verify-activities.ts';

/** One command of the command line. */
export interface Command {
  /** Its arguments, for the help. */
  readonly usage: string;
  /** What it does, for the help. */
  readonly description: string;
  run(args: readonly string[]): Promise<void>;
}

/** The commands by name, in the order of the help. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'start',
    { usage: '[--split] [--demo]', description: 'Start the system; --split: one process per service', run: start },
  ],
  ['migrate', { usage: '', description: "Bring every service's database to the newest migration", run: migrateAll }],
  ['seed', { usage: '[URL]', description: 'Add demo data to a running system', run: seed }],
  ['rebuild-stats', { usage: '', description: 'Count the statistics anew from the invoices', run: rebuildStats }],
  [
    'verify-activities',
    {
      usage: '[--heads FILE] [--against FILE]',
      description: 'Verify the audit trail; save where it ends, compare with what was saved',
      run: verifyActivities,
    },
  ],
  [
    'dead-letters',
    {
      usage: '[resend SERVICE|all]',
      description: 'List the events that were given up, or send them again',
      run: deadLetters,
    },
  ],
  [
    'reset-password',
    {
      usage: 'EMAIL',
      description: 'Give an account the password that is read from standard input',
      run: resetPassword,
    },
  ],
  [
    'keys',
    {
      usage: '[--compose]',
      description: 'Print fresh keys as an env file; --compose: and passwords of the containers',
      run: printKeys,
    },
  ],
  ['doctor', { usage: '', description: 'Check what the system needs to run here', run: doctor }],
  ['help', { usage: '', description: 'Print this list', run: help }],
]);

async function help(): Promise<void> {
  const calls = [...COMMANDS].map(([name, { usage, description }]) => ({ call: `${name} ${usage}`, description }));
  const width = Math.max(...calls.map(({ call }) => call.length)) + 2;
  const rows = calls.map(({ call, description }) => `  ${call.padEnd(width)}${description}`);
  process.stdout.write(`numer: an invoicing backend\n\n${rows.join('\n')}\n\nThe README lists the variables.\n`);
}

async function migrateAll(): Promise<void> {
  const environment = await joinLocalEnvironment(readStartConfig());
  try {
    for (const definition of SERVICES) {
      await ensureDatabase(environment.databaseUrl, definition.name);
      const applied = await migrate(databaseUrlOf(environment.databaseUrl, definition.name), migrationsOf(definition));
      process.stdout.write(`${definition.name}: ${applied.length === 0 ? 'up to date' : applied.join(', ')}\n`);
    }
  } finally {
    await environment.close();
  }
}

async function seed([address]: readonly string[]): Promise<void> {
  const { HOST, PORT } = readStartConfig();
  await seedDemo(address ?? `http://${HOST}:${PORT}`);
  process.stdout.write(`Demo data is there: ${DEMO_USER.email} / ${DEMO_USER.password}\n`);
}

async function rebuildStats(): Promise<void> {
  const environment = await joinLocalEnvironment(readStartConfig());
  try {
    const options = servicesOptionsOf(environment);
    const services = await openServices(options);
    const token = await options.tokens.issue({ kind: 'service', name: 'cli' });
    const stats = createClient(StatsService, services.transportTo('stats'));
    const headers = { [HEADER.authorization]: `Bearer ${token}` };
    const answer = await stats.rebuildStats({}, { headers, timeoutMs: 0 });
    await services.stop();
    process.stdout.write(`${answer.invoicesRead} invoices read, ${answer.invoicesCorrected} corrected\n`);
  } finally {
    await environment.close();
  }
}

async function printKeys([option]: readonly string[]): Promise<void> {
  const variables = { ...makeKeys(), ...(option === '--compose' ? makePasswords() : {}) };
  for (const [name, value] of Object.entries(variables)) process.stdout.write(`${name}=${value}\n`);
}
