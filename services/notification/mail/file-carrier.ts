import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mailbox } from '../config.ts';
import type { Outcome } from '../domain/decide-next.ts';
import { composeMessage, messageIdOf } from './compose-message.ts';
import type { MailCarrier, OutgoingMail } from './mail-carrier.ts';

/** Files need no connections, and to claim and settle more mails together costs the database less. */
const SESSIONS_MAX = 50;

/** Catches mail in files named by Message-ID, for trying the system out. The same mail twice is one file. */
export async function createFileCarrier(directory: string, from: Mailbox): Promise<MailCarrier> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return {
    isRepeatable: true,
    sessionsMax: SESSIONS_MAX,
    open: () => ({ send: (mail) => save(directory, mail, from), close: () => undefined }),
  };
}

/** Whoever looks at the folder sees whole mails only: each is written aside and then renamed. */
async function save(directory: string, mail: OutgoingMail, from: Mailbox): Promise<Outcome> {
  const name = `${messageIdOf(mail.id)}.eml`;
  const aside = join(directory, `.${name}.${randomUUID()}`);
  try {
    await writeFile(aside, await composeMessage(mail, from).build(), { mode: 0o600 });
    await rename(aside, join(directory, name));
    return { kind: 'accepted' };
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined); // what is wrong is told below
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { kind: 'unreachable', reason: `The mail could not be written to a file (${code}).` };
  }
}
