import { compareAndSet } from '../../runtime/call/compare-and-set.ts';
import type { Database } from '../../runtime/database/database.ts';
import { decideReport, type Report } from './domain/decide-report.ts';
import { notificationReported } from './events.ts';
import { readReport } from './mail/read-report.ts';
import { prepareFindReported, prepareRecordReport } from './store/record-report.ts';

/** What came of a message. */
export interface Recorded {
  /** Whether it is to be read again later: what came of sending the mail is not written down yet. */
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
 * Records what a message, as it came to the bounce address, says of a mail. One that says nothing, or of no mail or several, changes
 * nothing, nor does one that was recorded before.
 */
export async function recordReport(db: Database, raw: Uint8Array, now: Date): Promise<Recorded> {
  const ignored = (why: string): Recorded => ({ isEarly: false, text: `Nothing is recorded: ${why}.` });
  const reading = await readReport(raw);
  if (reading.kind === 'nothing') return ignored(reading.why);
  const [id, another] = reading.ids;
  if (id === undefined) return ignored('the report names no mail of this system');
  if (another !== undefined) return ignored('the report names several mails');
  const [findReported, record] = [prepareFindReported(db), prepareRecordReport(db)];
  return await compareAndSet(async () => {
    const row = await findReported(id);
    if (row === undefined) return ignored('the mail that the report names is not known');
    const decision = decideReport(row, reading.report, now);
    switch (decision.kind) {
      case 'known':
        return ignored(`what the report says of the mail ${id} is known`);
      case 'given-up':
        return ignored(`the mail ${id} was given up on before`);
      case 'early':
        return { isEarly: true, text: `The mail ${id} is still being sent; its report is to be read again later.` };
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

function textOf(id: string, { action, statusCode }: Report): string {
  return `The mail ${id} ${NEWS[action]}${statusCode === '' ? '' : ` (${statusCode})`}.`;
}
