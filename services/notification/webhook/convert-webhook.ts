import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type WebhookDelivery,
  WebhookDelivery_AttemptSchema,
  WebhookDelivery_State,
  WebhookDeliverySchema,
} from '../../../gen/numer/notification/v1/webhook_delivery_pb.ts';
import {
  type WebhookEndpoint,
  WebhookEndpoint_DisableReason,
  WebhookEndpointSchema,
} from '../../../gen/numer/notification/v1/webhook_endpoint_pb.ts';
import { etagOf } from '../../../runtime/call/call.ts';
import type { WholeDelivery } from '../store/list-webhook-deliveries.ts';
import type { DeliveryRow, EndpointRow } from '../store/webhook-schema.ts';

/** How much of a payload is shown. The largest does not fit into an answer. */
const PAYLOAD_CHARACTERS_MAX = 1_000_000;

/** The message for a row. */
export function toWebhookEndpoint(row: EndpointRow): WebhookEndpoint {
  const { id, url, description, eventTypes, disableReason, firstFailureTime, previousSecretExpireTime } = row;
  return create(WebhookEndpointSchema, {
    id,
    url,
    description,
    eventTypes,
    disabled: disableReason !== null,
    disableReason: WebhookEndpoint_DisableReason[disableReason ?? 'DISABLE_REASON_UNSPECIFIED'],
    ...(firstFailureTime === null ? {} : { firstFailureTime: timestampFromDate(firstFailureTime) }),
    ...(previousSecretExpireTime === null
      ? {}
      : { previousSecretExpireTime: timestampFromDate(previousSecretExpireTime) }),
    // A failure is noted without a new version, so the etag contains it.
    etag: etagOf(row.version, firstFailureTime === null ? '' : String(firstFailureTime.getTime())),
    createTime: timestampFromDate(row.createTime),
    updateTime: timestampFromDate(row.updateTime),
  });
}

/** The columns that a user decides on. */
export function decidedColumns({ url, description, eventTypes, disabled }: WebhookEndpoint, row?: EndpointRow) {
  // An endpoint that was disabled automatically stays disabled for the same reason.
  const disableReason = disabled ? (row?.disableReason ?? 'REQUESTED') : null;
  return { url, description, eventTypes, disableReason };
}

/** The message for a row of a list. */
export function toWebhookDelivery(row: DeliveryRow): WebhookDelivery {
  const { id, endpointId, eventType, state, attemptCount, lastAttempt, createTime, nextAttemptTime, deliverTime } = row;
  return create(WebhookDeliverySchema, {
    id,
    webhookEndpointId: endpointId,
    eventType,
    state: WebhookDelivery_State[state],
    attemptCount,
    statusCode: lastAttempt?.statusCode ?? 0,
    error: lastAttempt?.error ?? '',
    createTime: timestampFromDate(createTime),
    ...(nextAttemptTime === null ? {} : { nextAttemptTime: timestampFromDate(nextAttemptTime) }),
    ...(deliverTime === null ? {} : { deliverTime: timestampFromDate(deliverTime) }),
  });
}

/** The message with the payload and the attempts. */
export function toWholeWebhookDelivery(row: WholeDelivery): WebhookDelivery {
  return {
    ...toWebhookDelivery(row),
    payload: row.payload.slice(0, PAYLOAD_CHARACTERS_MAX).toWellFormed(),
    attempts: row.attempts.map(({ startTime, ...attempt }) =>
      create(WebhookDelivery_AttemptSchema, { ...attempt, startTime: timestampFromDate(new Date(startTime)) }),
    ),
  };
}
