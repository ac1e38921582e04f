import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';

/**
 * As long as the inbox keeps its marks. The event that asks for a mail may come moments after the one that made the mail pointless,
 * or after an outage, or as a dead letter that somebody sends again some days later.
 */
const KEPT_MS = 30 * 24 * 3_600_000;

/**
 * Forgets after a month what made mails pointless. A reminder is out of date long before, but a mail that brings or takes back a
 * document or a payment never is. Also forgets when documents were mailed again and when account holders got notices, which counts for a
 * day. When and on how many replicas this runs does not matter.
 */
export const pruneWithdrawals: Job<Deps> = {
  name: 'prune-withdrawals',
  pattern: '45 */10 * * * *',
  async run({ store }, now, signal) {
    const before = new Date(now.getTime() - KEPT_MS);
    while (!signal.aborted && (await store.pruneMailWithdrawals(before)) > 0);
    while (!signal.aborted && (await store.pruneQuoteAnswers(before)) > 0);
    while (!signal.aborted && (await store.pruneRetractions(before)) > 0);
    while (!signal.aborted && (await store.pruneResends(before)) > 0);
    while (!signal.aborted && (await store.pruneAccountNoticeTimes(before)) > 0);
  },
};
