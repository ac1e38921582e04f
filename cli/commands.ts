/** One command of the command line. */
export interface Command {
  /** Its arguments, for the help. */
  readonly usage: string;
  /** What it does, for the help. */
  readonly description: string;
  run(args: readonly string[]): Promise<void>;
}

/** The commands by name, in the order of the help. Each loads what it needs when it is run: the whole system takes a second. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'start',
    {
      usage: '[--split] [--demo]',
      description: 'Start the system; --split: one process per service',
      run: async (args) => (await import('./start.ts')).start(args),
    },
  ],
  [
    'migrate',
    {
      usage: '',
      description: "Bring every service's database to the newest migration",
      run: async () => (await import('./migrate-all.ts')).migrateAll(),
    },
  ],
  [
    'seed',
    {
      usage: '[URL]',
      description: 'Add demo data to a running system',
      run: async (args) => (await import('./demo.ts')).seed(args),
    },
  ],
  [
    'rebuild-stats',
    {
      usage: '',
      description: 'Count the statistics anew from the invoices',
      run: async () => (await import('./rebuild-stats.ts')).rebuildStats(),
    },
  ],
  [
    'verify-activities',
    {
      usage: '[--heads FILE] [--against FILE]',
      description: 'Verify the audit trail; save where it ends, compare with what was saved',
      run: async (args) => (await import('./verify-activities.ts')).verifyActivities(args),
    },
  ],
  [
    'dead-letters',
    {
      usage: '[resend SERVICE|all]',
      description: 'List the events that were given up, or send them again',
      run: async (args) => (await import('./dead-letters.ts')).deadLetters(args),
    },
  ],
  [
    'reset-password',
    {
      usage: 'EMAIL',
      description: 'Give an account the password that is read from standard input',
      run: async (args) => (await import('./reset-password.ts')).resetPassword(args),
    },
  ],
  [
    'keys',
    {
      usage: '[--compose]',
      description: 'Print fresh keys as an env file; --compose: and passwords of the containers',
      run: async (args) => (await import('./keys.ts')).printKeys(args),
    },
  ],
  [
    'doctor',
    {
      usage: '',
      description: 'Check what the system needs to run here',
      run: async () => (await import('./doctor.ts')).doctor(),
    },
  ],
  ['help', { usage: '', description: 'Print this list', run: help }],
]);

async function help(): Promise<void> {
  const calls = [...COMMANDS].map(([name, { usage, description }]) => ({ call: `${name} ${usage}`, description }));
  const width = Math.max(...calls.map(({ call }) => call.length)) + 2;
  const rows = calls.map(({ call, description }) => `  ${call.padEnd(width)}${description}`);
  process.stdout.write(`numer: an invoicing backend\n\n${rows.join('\n')}\n\nThe README lists the variables.\n`);
}
