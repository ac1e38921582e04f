import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mailbox } from '../config.ts';
import type { Outcome } from '../domain/decide-next.ts';
import { composeMessage } from './compose-message.ts';
import type { MailCarrier, OutgoingMail } from './mail-carrier.ts';

/** Files need no connections, and to claim and settle more mails together costs the database less. */
const SESSIONS_MAX = 50;

/** How many mails are kept. */
interface KeptMails {
  readonly max: number;
  /** After how many saved ones the folder is looked through for older ones. */
  readonly lookAfter: number;
}

/** The folder, within that of caught mail, of those that nobody but their recipient may read. */
const SECRET_FOLDER = 'secret';

const KEPT: KeptMails = { max: 10_000, lookAfter: 1_000 };

/** The files of this carrier, those that a crash left half-written too. Whatever else is in the folder belongs to somebody else. */
const OWN_FILE = /^([0-9a-f-]{36}@numer[.]eml|[.][0-9a-f-]{36}@numer[.]eml[.][0-9a-f-]{36})$/;

/**
 * Catches mail in files named by the id of the notification, for trying the system out. The same mail twice is one file. Of those the
 * newest are kept, 10,000 and up to 1,000 more.
 *
 * Secret ones go to a folder within, as many again, which the pages of the gateway do not show: these have no password.
 */
export async function createFileCarrier(
  directory: string,
  from: Mailbox,
  kept: KeptMails = KEPT,
): Promise<MailCarrier> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const secretDirectory = join(directory, SECRET_FOLDER);
  let savedCount = 0;
  const send = async (mail: OutgoingMail): Promise<Outcome> => {
    const outcome = await save(mail.isSecret ? secretDirectory : directory, mail, from);
    // After the first one too, since those before were saved by another process.
    if (outcome.kind === 'accepted' && savedCount++ % kept.lookAfter === 0) {
      for (const each of [directory, secretDirectory]) await removeOldest(each, kept);
    }
    return outcome;
  };
  return { isRepeatable: true, sessionsMax: SESSIONS_MAX, open: () => ({ send, close: () => undefined }) };
}

/**
 * Removes the mails beyond those that are kept, which were asked for first: an id begins with the time. Not many at once, so that it
 * takes no longer than sending may; of a folder that has more, the rest goes the next times.
 */
async function removeOldest(directory: string, { max, lookAfter }: KeptMails): Promise<void> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => OWN_FILE.test(name));
  const oldestFirst = names.sort((one, other) => (idIn(one) < idIn(other) ? -1 : 1));
  const removed = oldestFirst.slice(0, Math.min(Math.max(0, names.length - max), 2 * lookAfter));
  for (const name of removed) await rm(join(directory, name), { force: true }).catch(() => undefined); // the next time
}

function idIn(name: string): string {
  return name.replace(/^[.]/, '');
}

/** What says who got a copy, which the mail itself need not: as mail servers do, when they put a mail into a mailbox. */
function deliveryOf({ copy, recipient }: OutgoingMail): string {
  return copy === undefined ? '' : `Delivered-To: ${recipient}\r\n`;
}

/** Whoever looks at the folder sees whole mails only: each is written aside and then renamed. */
async function save(directory: string, mail: OutgoingMail, from: Mailbox): Promise<Outcome> {
  const name = `${mail.id}@numer.eml`;
  const aside = join(directory, `.${name}.${randomUUID()}`);
  try {
    if (mail.isSecret) await mkdir(directory, { recursive: true, mode: 0o700 });
    const message = await composeMessage(mail, from).build();
    await writeFile(aside, Buffer.concat([Buffer.from(deliveryOf(mail)), message]), { mode: 0o600 });
    await rename(aside, join(directory, name));
    return { kind: 'accepted' };
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined); // what is wrong is told below
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { kind: 'unreachable', reason: `The mail could not be written to a file (${code}).` };
  }
}
