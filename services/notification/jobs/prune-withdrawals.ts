import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';
import { REMINDER_MS } from '../domain/decide-next.ts';

/**
 * As long as the inbox keeps its marks. What asks for the mail comes moments after what made it pointless, or after an outage, or as a
 * dead letter that somebody sends again some days later.
 */
const DOCUMENT_MS = 30 * 24 * 3_600_000;

/**
 * Forgets what made mails pointless: reminders, once every one that was decided on before it is out of date, and mails that bring an
 * invoice or a quote or confirm a payment, which never are, after a month. When this runs, and on how many replicas, does not matter.
 */
export const pruneWithdrawals: Job<Deps> = {
  name: 'prune-withdrawals',
  pattern: '45 */10 * * * *',
  async run({ store }, now, signal) {
    const before = (ageMs: number) => new Date(now.getTime() - ageMs);
    while (!signal.aborted && (await store.pruneReminderWithdrawals(before(2 * REMINDER_MS))) > 0);
    while (!signal.aborted && (await store.pruneInvoiceWithdrawals(before(DOCUMENT_MS))) > 0);
    while (!signal.aborted && (await store.pruneQuoteAnswers(before(DOCUMENT_MS))) > 0);
    while (!signal.aborted && (await store.pruneRetractions(before(DOCUMENT_MS))) > 0);
  },
};
