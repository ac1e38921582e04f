import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mailbox } from '../config.ts';
import type { Outcome } from '../domain/decide-next.ts';
import { describeFailure } from '../domain/failure-reasons.ts';
import { composeMessage } from './compose-message.ts';
import type { MailCarrier, OutgoingMail } from './mail-carrier.ts';

/** Files need no connections, and claiming and settling more mails together costs the database less. */
const SESSIONS_MAX = 50;

/** How many mails are kept. */
interface KeptMails {
  readonly max: number;
  /** After how many saved mails the folder is searched for old ones. */
  readonly lookAfter: number;
}

/** The folder, within that of caught mail, for mails that only their recipients may read. */
const SECRET_FOLDER = 'secret';

const KEPT: KeptMails = { max: 10_000, lookAfter: 1_000 };

/** The files of this carrier, with those that a crash left half-written. All other files in the folder belong to somebody else. */
const OWN_FILE = /^([0-9a-f-]{36}@numer[.]eml|[.][0-9a-f-]{36}@numer[.]eml[.][0-9a-f-]{36})$/;

/**
 * Catches mail in files named by the id of the notification, for trying the system out. The same mail twice is one file. The
 * newest 10,000 are kept, and up to 1,000 more.
 *
 * Secret mails go to a folder within, which keeps as many again. The pages of the gateway do not show it, as they have no password.
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
    // After the first one, too, since earlier mails were saved by another process.
    if (outcome.kind === 'accepted' && savedCount++ % kept.lookAfter === 0) {
      for (const each of [directory, secretDirectory]) await removeOldest(each, kept);
    }
    return outcome;
  };
  return { isRepeatable: true, sessionsMax: SESSIONS_MAX, open: () => ({ send, close: () => undefined }) };
}

/**
 * Removes the mails beyond those that are kept, oldest first: an id begins with the time. Removes only so many at once that it takes
 * no longer than sending may. If there are more, the rest follows the next times.
 */
async function removeOldest(directory: string, { max, lookAfter }: KeptMails): Promise<void> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => OWN_FILE.test(name));
  const oldestFirst = names.sort((one, other) => (idIn(one) < idIn(other) ? -1 : 1));
  const removed = oldestFirst.slice(0, Math.min(Math.max(0, names.length - max), 2 * lookAfter));
  for (const name of removed) await rm(join(directory, name), { force: true }).catch(() => undefined); // left to the next time
}

function idIn(name: string): string {
  return name.replace(/^[.]/, '');
}

/** The header that says who got a copy, which the mail itself need not say. Mail servers add it when they put a mail into a mailbox. */
function deliveryOf({ copy, recipient }: OutgoingMail): string {
  return copy === undefined ? '' : `Delivered-To: ${recipient}\r\n`;
}

/** Saves a mail. Whoever looks at the folder sees only whole mails: each is written to another file, which is then renamed. */
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
    await rm(aside, { force: true }).catch(() => undefined); // the failure is reported below
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { kind: 'unreachable', reason: describeFailure('noFile', code) };
  }
}
