import {
  WebhookEndpointCreatedSchema,
  WebhookEndpointDeletedSchema,
  WebhookEndpointUpdatedSchema,
  WebhookSecretRotatedSchema,
} from '../../../gen/numer/notification/v1/webhook_endpoint_events_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { type AuditedFields, diffFields, type FieldChange } from '../../../runtime/diff-fields.ts';
import { type EventContext, type OutboxRow, requestOf, toOutboxRow } from '../../../runtime/events/outbox.ts';
import type { EndpointRow } from '../store/webhook-schema.ts';

/** Who changed an endpoint. */
type Cause = Pick<EventContext, 'actor' | 'requestId' | 'callerAddress' | 'traceparent'>;

/** A call changed it. */
export function byCall(call: Call): Cause {
  return { actor: call.user.actor, ...requestOf(call) };
}

/** This service changed it, because of a delivery. */
export function byDelivery(id: string): Cause {
  return {
    actor: 'service:notification',
    requestId: `webhook-${id}`,
    callerAddress: undefined,
    traceparent: undefined,
  };
}

const EVENTS = {
  created: WebhookEndpointCreatedSchema,
  updated: WebhookEndpointUpdatedSchema,
  deleted: WebhookEndpointDeletedSchema,
} as const;

/**
 * An endpoint was created (`before` is undefined), updated or deleted at `time`. `row` has its new version; for a deleted endpoint, the
 * one after its last.
 */
export function endpointChanged(
  what: keyof typeof EVENTS,
  { before, row, cause, time }: { before: EndpointRow | undefined; row: EndpointRow; cause: Cause; time: Date },
): OutboxRow {
  const changes = changesBetween(fieldsOf(before), what === 'deleted' ? {} : fieldsOf(row));
  return toOutboxRow(EVENTS[what], { webhookEndpointId: row.id, changes }, contextOf(row, cause, time));
}

/** An endpoint has another secret. */
export function secretRotated(before: EndpointRow, row: EndpointRow, call: Call): OutboxRow {
  const timesOf = ({ previousSecretExpireTime }: EndpointRow) => ({
    previousSecretExpireTime: previousSecretExpireTime?.toISOString(),
  });
  const changes = [{ field: 'secret' }, ...changesBetween(timesOf(before), timesOf(row))];
  const context = contextOf(row, byCall(call), row.updateTime);
  return toOutboxRow(WebhookSecretRotatedSchema, { webhookEndpointId: row.id, changes }, context);
}

/** The fields of an endpoint that can be decided on, by name, with their values as text. */
function fieldsOf(row: EndpointRow | undefined): AuditedFields {
  if (row === undefined) return {};
  const { url, description, eventTypes, disableReason } = row;
  return {
    url,
    description,
    eventTypes: eventTypes.join(', '),
    disabled: disableReason === null ? undefined : true,
    disableReason,
  };
}

/** Many URLs are secret, and a description may name people, so events only say that these fields changed. */
const UNTOLD: ReadonlySet<string> = new Set(['url', 'description']);

function changesBetween(before: AuditedFields, after: AuditedFields): FieldChange[] {
  return diffFields(before, after).map((change) => (UNTOLD.has(change.field) ? { field: change.field } : change));
}

function contextOf({ ownerId, version }: EndpointRow, cause: Cause, time: Date): EventContext {
  return { source: 'notification', version, ownerId, time, ...cause };
}
