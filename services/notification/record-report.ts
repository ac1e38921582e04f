import { compareAndSet } from '../../runtime/call/compare-and-set.ts';
import type { Database } from '../../runtime/database/database.ts';
import { decideReport, type Report } from './domain/decide-report.ts';
import { notificationReported } from './events.ts';
import { type ReportReading, readReport } from './mail/read-report.ts';
import { prepareFindReported, prepareRecordReport } from './store/record-report.ts';
import type { NotificationRow } from './store/schema.ts';

/** The result of recording a message. */
export interface Recorded {
  /** Whether the message is to be read again later, because the result of sending the mail is not recorded yet. */
  readonly isEarly: boolean;
  /** What was done, in a sentence for the operator. */
  readonly text: string;
}

const NEWS: Readonly<Record<Report['action'], string>> = {
  FAILED: 'has bounced',
  DELAYED: 'is delayed',
  DELIVERED: 'was delivered',
};

/**
 * Records what a message that came to the bounce address says about a mail. A message changes nothing when it says nothing, is
 * about no mail or several, or was recorded before.
 */
export async function recordReport(db: Database, raw: Uint8Array, now: Date): Promise<Recorded> {
  const ignored = (why: string): Recorded => ({ isEarly: false, text: `Nothing is recorded: ${why}.` });
  const reading = await readReport(raw);
  if (reading.kind === 'nothing') return ignored(reading.why);
  const [findReported, record] = [prepareFindReported(db), prepareRecordReport(db)];
  return await compareAndSet(async () => {
    const found = await findOne(findReported, reading);
    if ('why' in found) return ignored(found.why);
    const { row } = found;
    const { id } = row;
    const decision = decideReport(row, reading.report, now);
    switch (decision.kind) {
      case 'known':
        return ignored(`what the report says about the mail ${id} is already recorded`);
      case 'given-up':
        return ignored(`the mail ${id} had already been given up`);
      case 'early':
        return { isEarly: true, text: `The mail ${id} is still being sent; read its report again later.` };
      case 'changed': {
        const after = { ...row, ...decision.after };
        const event = notificationReported({ ...after, reports: row.reports + 1 }, reading.report.action, now);
        const { reports, ownerId } = row;
        const isRecorded = await record({ ...decision.after, id, ownerId, reports, event });
        return isRecorded ? { isEarly: false, text: textOf(id, reading.report) } : undefined;
      }
    }
  });
}

/** The mail or copy that a report is about, or why that cannot be told. */
async function findOne(
  findReported: ReturnType<typeof prepareFindReported>,
  { ids, messageIds, recipients }: ReportReading,
): Promise<{ readonly row: NotificationRow } | { readonly why: string }> {
  const [id = messageIds[0], another] = ids;
  if (id === undefined) return { why: 'the report names no mail of this system' };
  if (another !== undefined || messageIds.length > 1) return { why: 'the report names several mails' };
  const rows = await findReported(id);
  const named = ids.length > 0 ? rows.filter((row) => row.id === id) : rows;
  const [only] = named;
  if (only === undefined) return { why: 'the mail that the report names is unknown' };
  if (messageIds.some((messageId) => messageId !== (only.copyOf ?? only.id))) {
    return { why: 'the report names several mails' };
  }
  if (named.length === 1) return { row: only };
  // The report has only a Message-ID, which the copies have as well.
  const [row, other] = named.filter(({ recipient }) => recipients.includes(recipient.toLowerCase()));
  if (row === undefined || other !== undefined)
    return { why: 'the report does not say which copy of the mail it is about' };
  return { row };
}

function textOf(id: string, { action, statusCode }: Report): string {
  return `The mail ${id} ${NEWS[action]}${statusCode === '' ? '' : ` (${statusCode})`}.`;
}
