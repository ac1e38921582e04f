import { type Command, defineCommand, UsageError } from './command.ts';

/** The commands by name, in the order of the help. Each loads its modules when it runs, because loading the whole system takes a second. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  [
    'start',
    defineCommand({
      usage: '[--split] [--demo]',
      description: 'Start the system; --split: one process per service; --demo: with demo data',
      options: { split: { type: 'boolean', default: false }, demo: { type: 'boolean', default: false } },
      run: async (options) => (await import('./start.ts')).start(options),
    }),
  ],
  [
    'migrate',
    defineCommand({
      description: 'Bring the databases of all services to the newest migration',
      run: async () => (await import('./migrate-all.ts')).migrateAll(),
    }),
  ],
  [
    'seed',
    defineCommand({
      usage: '[URL]',
      description: 'Add demo data to a running system',
      argumentsMax: 1,
      run: async (_, [url]) => (await import('./demo.ts')).seed(url),
    }),
  ],
  [
    'backup',
    defineCommand({
      usage: 'FOLDER',
      description: 'Copy the data to a new data directory, while the system runs',
      argumentsMax: 1,
      run: async (_, [folder]) => (await import('./backup.ts')).backUp(folder),
    }),
  ],
  [
    'rebuild-stats',
    defineCommand({
      description: 'Recompute the statistics from the invoices',
      run: async () => (await import('./rebuild-stats.ts')).rebuildStats(),
    }),
  ],
  [
    'verify-activities',
    defineCommand({
      usage: '[--heads FILE] [--against FILE]',
      description: 'Verify the audit trail; --heads: save where it ends; --against: compare with a saved file',
      options: { heads: { type: 'string' }, against: { type: 'string' } },
      run: async (options) => (await import('./verify-activities.ts')).verifyActivities(options),
    }),
  ],
  [
    'dead-letters',
    defineCommand({
      usage: '[list|resend|drop] [SERVICE|rabbitmq|all] [ID]',
      description: 'List events that were given up, send them again, or drop them',
      argumentsMax: 3,
      run: async (_, args) => (await import('./dead-letters.ts')).deadLetters(args),
    }),
  ],
  [
    'republish',
    defineCommand({
      usage: '[--since TIME]',
      description:
        'Publish the events of the last week again, when RabbitMQ lost some; --since: only those published since then',
      options: { since: { type: 'string' } },
      run: async (options) => (await import('./republish.ts')).republish(options),
    }),
  ],
  [
    'create-user',
    defineCommand({
      usage: 'EMAIL NAME',
      description: 'Add an account, with its password from standard input',
      argumentsMax: 2,
      run: async (_, [email, name]) => (await import('./create-user.ts')).createUser(email, name),
    }),
  ],
  [
    'reset-password',
    defineCommand({
      usage: 'EMAIL',
      description: 'Set the password of an account from standard input',
      argumentsMax: 1,
      run: async (_, [email]) => (await import('./reset-password.ts')).resetPassword(email),
    }),
  ],
  [
    'bounce',
    defineCommand({
      description: 'Record a report about a mail from standard input, for mail servers',
      run: async () => (await import('./bounce.ts')).recordBounce(),
    }),
  ],
  [
    'keys',
    defineCommand({
      usage: '[--compose]',
      description: 'Print fresh keys as an env file; --compose: with passwords for the containers',
      options: { compose: { type: 'boolean', default: false } },
      run: async (options) => (await import('./keys.ts')).printKeys(options),
    }),
  ],
  [
    'doctor',
    defineCommand({
      description: 'Check what the system needs to run here',
      run: async () => (await import('./doctor.ts')).doctor(),
    }),
  ],
  [
    'version',
    defineCommand({
      description: 'Print the versions of Numer and of its contracts',
      run: async () => (await import('./version.ts')).printVersion(),
    }),
  ],
  [
    'help',
    defineCommand({
      usage: '[COMMAND]',
      description: 'Print this list, or the usage of one command',
      argumentsMax: 1,
      run: async (_, [name]) => printHelp(name),
    }),
  ],
]);

/** What people try before they know the commands. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['-h', 'help'],
  ['--help', 'help'],
  ['-v', 'version'],
  ['--version', 'version'],
]);
const HELP_OPTIONS: readonly string[] = ['-h', '--help'];
const VARIABLES =
  'Everything else, such as PORT and DATA_DIR, is set by environment variables, which the README lists.';

/**
 * Runs the command that the first argument names, or `help` if there is none. With `--help` among its arguments, the command does not
 * run; its usage is printed.
 *
 * @throws UsageError with the usage when there is no such command or its arguments are wrong
 */
export async function runCommand([word = 'help', ...args]: readonly string[]): Promise<void> {
  const name = ALIASES.get(word) ?? word;
  const command = findCommand(name);
  if (args.some((arg) => HELP_OPTIONS.includes(arg))) return printHelp(name);
  try {
    await command.run(args);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${error.message}\n\n${helpOf(name, command)}`) : error;
  }
}

function findCommand(name: string): Command {
  const command = COMMANDS.get(name);
  if (command === undefined) throw new UsageError(`There is no command "${name}". \`npx numer help\` lists them.`);
  return command;
}

function printHelp(name: string | undefined): void {
  const text = name === undefined ? list() : helpOf(name, findCommand(name));
  process.stdout.write(`${text}\n`);
}

function helpOf(name: string, { usage, description }: Command): string {
  const call = `npx numer ${name} ${usage}`.trimEnd();
  return `Usage: ${call}\n\n${description}.\n${VARIABLES}`;
}

function list(): string {
  const calls = [...COMMANDS].map(([name, { usage, description }]) => ({ call: `${name} ${usage}`, description }));
  const width = Math.max(...calls.map(({ call }) => call.length)) + 2;
  const rows = calls.map(({ call, description }) => `  ${call.padEnd(width)}${description}`);
  return `numer: an invoicing backend\n\n${rows.join('\n')}\n\n${VARIABLES}`;
}
