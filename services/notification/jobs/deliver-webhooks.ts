import { setTimeout as sleep } from 'node:timers/promises';
import { batchCalls } from '../../../runtime/call/batch-calls.ts';
import { NO_IDEMPOTENCY } from '../../../runtime/call/idempotency.ts';
import { codeOf } from '../../../runtime/events/failure-reason.ts';
import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';
import { type Answer, decideDelivery, findDisableReason, parseRetryAfter } from '../domain/decide-delivery.ts';
import type { Outcome } from '../domain/decide-next.ts';
import type { ClaimedWebhook } from '../store/claim-webhooks.ts';
import type { SettledWebhook } from '../store/settle-webhooks.ts';
import { sendWebhook, type WebhookAnswer } from '../webhook/send-webhook.ts';
import { byDelivery, endpointChanged } from '../webhook/webhook-events.ts';
import { signatureHeaders } from '../webhook/webhook-secrets.ts';
import { insist } from './insist.ts';

/** How many webhooks a process sends at once at most. */
const UNDER_WAY_MAX = 32;

/** How often to look for due webhooks while others are being sent. */
const POLL_MS = 1_000;

/** After this time a run makes room for the next one, before its signal would stop it. */
const RUN_MS = 40_000;

/** How long a process that stops waits for answers. */
const STOP_MS = 3_000;

/** Posts the webhooks that are due. Looks every second, so that a webhook leaves a moment after it is queued. */
export const deliverWebhooks: Job<Deps> = {
  name: 'deliver-webhooks',
  pattern: '* * * * * *',
  run: (deps, _now, signal) => deliverDueWebhooks(deps, signal),
};

/**
 * Posts webhooks until none is due, or for 40 s. Those under way are then left to the next run. Once `signal` is aborted, they are
 * waited for, for a few seconds; one that is not answered by then is given back as if it had not been tried. Any number of replicas
 * may do so: a webhook is claimed before it is sent. One whose process ends before it has recorded the result is sent again.
 */
export async function deliverDueWebhooks(deps: Deps, signal: AbortSignal): Promise<void> {
  const { webhooksUnderWay: underWay } = deps;
  const cut = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => cut.abort(), STOP_MS).unref(), { once: true });
  const settle = batchCalls(async (ends: readonly SettledWebhook[]) => {
    await deps.store.settleWebhooks(ends);
    return ends;
  }, UNDER_WAY_MAX);
  const endTime = performance.now() + RUN_MS;
  while (!signal.aborted && performance.now() < endTime) {
    const free = UNDER_WAY_MAX - underWay.size;
    const claimed = free === 0 ? [] : await deps.store.claimWebhooks(deps.clock.now(), free);
    for (const webhook of claimed) {
      const delivery = deliver(deps, webhook, { cut: cut.signal, settle }).finally(() => underWay.delete(delivery));
      underWay.add(delivery);
    }
    if (underWay.size === 0) return;
    await firstOf(underWay, signal);
  }
  if (signal.aborted) await Promise.all(underWay);
}

/** Waits until a webhook under way has ended, or it is time to look again, or to stop. */
async function firstOf(underWay: ReadonlySet<Promise<void>>, signal: AbortSignal): Promise<void> {
  const waiting = new AbortController();
  const pause = sleep(POLL_MS, undefined, { signal: AbortSignal.any([signal, waiting.signal]), ref: false });
  await Promise.race([...underWay, pause.catch(() => undefined)]);
  waiting.abort();
}

interface Delivery {
  readonly cut: AbortSignal;
  settle(end: SettledWebhook): Promise<unknown>;
}

/** Posts one webhook and records the result. Never rejects. */
async function deliver(deps: Deps, webhook: ClaimedWebhook, { cut, settle }: Delivery): Promise<void> {
  const { endpoint, id, leaseToken, tries, payload } = webhook;
  const { clock, webhookKey: key, webhookTargets: targets } = deps;
  try {
    const startTime = clock.now();
    const begin = performance.now();
    const signing = { ...endpoint, key, endpointId: endpoint.id, id, body: payload };
    const headers = signatureHeaders(signing, startTime);
    const answer = await sendWebhook({ url: endpoint.url, headers, body: payload }, { targets }, cut);
    if (answer === undefined) {
      await insist(() => deps.store.releaseWebhook({ endpointId: endpoint.id, id, leaseToken }));
      return;
    }
    const durationMs = Math.round(performance.now() - begin);
    const endTime = clock.now();
    const judged = judge(answer, endTime);
    deps.metrics?.deliveryAttempted('webhook', outcomeOf(judged));
    const next = decideDelivery(tries, judged, endTime, Math.random());
    const { statusCode, error, response } = answer;
    const attempt = { startTime: startTime.toISOString(), durationMs, statusCode, error, response };
    const nextAttemptTime = next.state === 'QUEUED' ? next.nextAttemptTime : null;
    const end = {
      endpointId: endpoint.id,
      id,
      leaseToken,
      tries,
      state: next.state,
      nextAttemptTime,
      attempt,
      endTime,
    };
    await insist(() => settle(end));
    await disableWhenUseless(deps, webhook, judged, endTime);
  } catch (error) {
    const told = { code: codeOf(error), endpointId: endpoint.id, deliveryId: id };
    deps.log.warn(told, 'the result of a webhook delivery could not be stored, so the webhook is sent again');
  }
}

/** The result of an attempt, in the terms used for mails. */
function outcomeOf({ error, statusCode }: Answer): Outcome['kind'] {
  if (error === '') return 'accepted';
  return statusCode === 0 ? 'unreachable' : 'refused';
}

function judge({ statusCode, error, retryAfter }: WebhookAnswer, now: Date): Answer {
  return { statusCode, error, retryAfterMs: parseRetryAfter(retryAfter, now) };
}

/** Disables an endpoint that wants no more events or has not worked for days. One changed meanwhile is left to the next attempt. */
async function disableWhenUseless(
  { store, log }: Deps,
  { id, endpoint, tries }: ClaimedWebhook,
  answer: Answer,
  time: Date,
): Promise<void> {
  const disableReason = findDisableReason(endpoint.firstFailureTime, tries, answer, time);
  if (disableReason === undefined) return;
  const row = { ...endpoint, disableReason, updateTime: time, version: endpoint.version + 1n };
  const event = endpointChanged('updated', { before: endpoint, row, cause: byDelivery(id), time });
  const isDisabled = await store.updateWebhookEndpoint(
    { ...row, forgetsFailures: false },
    { events: [event], idempotency: NO_IDEMPOTENCY },
  );
  if (isDisabled) log.info({ endpointId: endpoint.id, disableReason }, 'a webhook endpoint is disabled');
}
