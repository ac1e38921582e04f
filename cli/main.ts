import { loadEnvFile } from '../runtime/process/config.ts';
import { exitOnSignal, explain } from '../runtime/process/process-life.ts';
import { ExitError } from './command.ts';
import { runCommand } from './commands.ts';

/** Runs the command that the arguments name. Exits with 2 when its arguments are wrong, and with 1 or its own code when it fails. */
async function main(args: readonly string[]): Promise<void> {
  try {
    loadEnvFile();
    await runCommand(args);
  } catch (error) {
    const isForPeople = error instanceof ExitError;
    process.stderr.write(`${isForPeople ? error.message : explain(error)}\n`);
    process.exit(isForPeople ? error.exitCode : 1);
  }
}

// The reader may stop, as with `| head`, or the output may go to a full disk. The command does its work nevertheless.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.stdout.once('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return;
  process.stderr.write(`The output cannot be written (${code}).\n`);
  process.exitCode = 1;
});

exitOnSignal();
await main(process.argv.slice(2));
