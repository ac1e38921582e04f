import { existsSync } from 'node:fs';
import { ConfigError } from '../runtime/config.ts';
import { describeError } from '../runtime/log.ts';
import { COMMANDS } from './commands.ts';

const ENV_FILE = '.env';

/** Runs the command that the arguments name, and exits with 1 when it fails, 2 when there is no such command. */
async function main([name = 'help', ...args]: readonly string[]): Promise<void> {
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
  const command = COMMANDS.get(name.replace(/^--?h(elp)?$/, 'help'));
  if (command === undefined) {
    process.stderr.write(`There is no command "${name}". \`npx numer help\` lists them.\n`);
    process.exit(2);
  }
  try {
    await command.run(args);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

/** Errors that were written for people are told as they are; of others everything is shown, for a bug report. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || (error instanceof Error && error.constructor === Error)) return error.message;
  return JSON.stringify(describeError(error), null, 2);
}

await main(process.argv.slice(2));
