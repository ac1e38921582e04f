import type { Job } from '../../../runtime/service.ts';
import type { Deps } from '../deps.ts';
import { REMINDER_MS } from '../domain/decide-next.ts';

/** As long as the inbox keeps its marks: what asks for the mail of a quote comes moments after the answer, or after an outage. */
const QUOTE_ANSWER_MS = 30 * 24 * 3_600_000;

/**
 * Forgets what made mails of an invoice pointless, once every reminder that was decided on before it is out of date, and early answers
 * to quotes. When this runs, and on how many replicas, does not matter.
 */
export const pruneWithdrawals: Job<Deps> = {
  name: 'prune-withdrawals',
  pattern: '45 */10 * * * *',
  async run({ store }, now, signal) {
    const before = (ageMs: number) => new Date(now.getTime() - ageMs);
    while (!signal.aborted && (await store.pruneWithdrawals(before(2 * REMINDER_MS))) > 0);
    while (!signal.aborted && (await store.pruneQuoteAnswers(before(QUOTE_ANSWER_MS))) > 0);
  },
};
