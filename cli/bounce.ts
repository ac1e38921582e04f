import { ConfigError } from '../runtime/process/config.ts';
import { explain } from '../runtime/process/process-life.ts';
import { REPORT_OCTETS_MAX } from '../services/notification/mail/read-report.ts';
import { type Recorded, recordReport } from '../services/notification/record-report.ts';
import { ExitError, UsageError } from './command.ts';
import { joinLocalEnvironment } from './environment.ts';
import { useServiceDatabase } from './service-database.ts';

/** Exit codes that mail servers know (sysexits.h): try again later, and ask the operator. */
const [TEMPORARY_FAILURE, CONFIGURATION_ERROR] = [75, 78];

/**
 * `numer bounce`: records what the message on standard input reports about a mail. The mail server that received the message runs it.
 * It also accepts a message that reports nothing, or nothing new: refusing it would bounce a bounce.
 *
 * @throws UsageError when there is no message; ExitError with 75 when the message must be given again later, e.g. because the
 * database is unavailable, or with 78 when the configuration is wrong
 */
export async function recordBounce(): Promise<void> {
  if (process.stdin.isTTY) throw new UsageError('Give the message on standard input.');
  const message = await readMessage();
  const { isEarly, text } = await record(message).catch((error: unknown) => {
    throw new ExitError(error instanceof ConfigError ? CONFIGURATION_ERROR : TEMPORARY_FAILURE, explain(error));
  });
  if (isEarly) throw new ExitError(TEMPORARY_FAILURE, text);
  process.stderr.write(`${text}\n`);
}

async function record(message: Uint8Array): Promise<Recorded> {
  const environment = await joinLocalEnvironment({ mustRun: true });
  try {
    return await useServiceDatabase(environment, 'notification', (db) => recordReport(db, message, new Date()));
  } finally {
    await environment.close();
  }
}

/** The part of the message that matters. The input is read to its end, because a mail server could take less for a failure. */
async function readMessage(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    if (length < REPORT_OCTETS_MAX) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks);
}
