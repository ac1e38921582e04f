import {
  RotateWebhookSecretResponseSchema,
  type WebhookService,
} from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { requireSession } from '../../../runtime/call/require-session.ts';
import type { Deps } from '../deps.ts';
import { toWebhookEndpoint } from '../webhook/convert-webhook.ts';
import { findOwnEndpoint } from '../webhook/own-webhook.ts';
import { secretRotated } from '../webhook/webhook-events.ts';
import { secretOf } from '../webhook/webhook-secrets.ts';

/** How long the previous secret also signs. */
const OVERLAP_MS = 24 * 3_600_000;

/**
 * Gives a webhook endpoint of the caller another secret, which only this answer has. Throws WEBHOOK_ENDPOINT_NOT_FOUND,
 * ETAG_MISMATCH and PERMISSION_DENIED.
 */
export const rotateWebhookSecret: Rpc<Deps, typeof WebhookService.method.rotateWebhookSecret> = (deps, request, call) =>
  compareAndSet(async () => {
    requireSession(call, 'change the secret of a webhook endpoint');
    const row = await findOwnEndpoint(deps, request.webhookEndpointId, call);
    requireVersion(call, row.version);
    const now = deps.clock.now();
    const after = {
      ...row,
      secretVersion: row.secretVersion + 1,
      previousSecretExpireTime: new Date(now.getTime() + OVERLAP_MS),
      version: row.version + 1n,
      updateTime: now,
    };
    const webhookEndpoint = toWebhookEndpoint(after);
    const isWritten = await deps.store.updateWebhookEndpoint(
      { ...after, forgetsFailures: false },
      {
        events: [secretRotated(row, after, call)],
        idempotency: idempotencyValues(call, RotateWebhookSecretResponseSchema, { webhookEndpoint }, now),
      },
    );
    return isWritten ? { webhookEndpoint, secret: secretOf(deps.webhookKey, row.id, after.secretVersion) } : undefined;
  });
