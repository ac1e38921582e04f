import { loadEnvFile } from '../runtime/process/config.ts';
import { exitOnSignal, explain } from '../runtime/process/process-life.ts';
import { UsageError } from './command.ts';
import { runCommand } from './commands.ts';

/** Runs the command that the arguments name, and exits with 1 when it fails, 2 when it was called in a wrong way. */
async function main(args: readonly string[]): Promise<void> {
  try {
    loadEnvFile();
    await runCommand(args);
  } catch (error) {
    const isMisuse = error instanceof UsageError;
    process.stderr.write(`${isMisuse ? error.message : explain(error)}\n`);
    process.exit(isMisuse ? 2 : 1);
  }
}

// Behind `| head` nobody may read on. What the command does is done all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

exitOnSignal();
await main(process.argv.slice(2));
