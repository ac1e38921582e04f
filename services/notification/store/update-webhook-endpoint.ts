import { and, eq, isNull, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type EndpointRow, webhookEndpoints } from './webhook-schema.ts';

/** An endpoint as it will be, one version after the one that was read. */
export interface EndpointUpdate extends EndpointRow {
  /** Whether the attempts that have failed so far no longer count. */
  readonly forgetsFailures: boolean;
}

/** Prepares the statement that changes an endpoint. Gives false, and has changed nothing, when it is not at the version before. */
export function prepareUpdateWebhookEndpoint(
  db: Database,
): (endpoint: EndpointUpdate, effects: WriteEffects) => Promise<boolean> {
  const { id, ownerId, version, ...columns } = columnParameters(webhookEndpoints);
  const { url, description, eventTypes, disableReason, secretVersion, previousSecretExpireTime, updateTime } = columns;
  const updated = db.$with('updated').as(
    db
      .update(webhookEndpoints)
      .set({
        url,
        description,
        eventTypes,
        disableReason,
        secretVersion,
        previousSecretExpireTime,
        updateTime,
        version,
        firstFailureTime: sql`case when ${sql.placeholder('forgetsFailures')}::boolean then null
          else ${webhookEndpoints.firstFailureTime} end`,
      })
      .where(isAtVersionBefore(id, ownerId, version))
      .returning({ id: webhookEndpoints.id }),
  );
  return prepareWrite(db, 'update_webhook_endpoint', { changed: updated });
}

/**
 * Prepares the statement that deletes an endpoint, at `updateTime`. Gives false, and has deleted nothing, when it is not at the version
 * before. The row stays, without its URL and description, until the job has pruned its deliveries.
 */
export function prepareDeleteWebhookEndpoint(
  db: Database,
): (endpoint: EndpointRow, effects: WriteEffects) => Promise<boolean> {
  const { id, ownerId, version, updateTime } = columnParameters(webhookEndpoints);
  const deleted = db.$with('deleted').as(
    db
      .update(webhookEndpoints)
      .set({ url: '', description: '', slot: null, deleteTime: updateTime, version })
      .where(isAtVersionBefore(id, ownerId, version))
      .returning({ id: webhookEndpoints.id }),
  );
  return prepareWrite(db, 'delete_webhook_endpoint', { changed: deleted });
}

type Parameter = ReturnType<typeof columnParameters<typeof webhookEndpoints>>['id'];

function isAtVersionBefore(id: Parameter, ownerId: Parameter, version: Parameter) {
  return and(
    eq(webhookEndpoints.id, id),
    eq(webhookEndpoints.ownerId, ownerId),
    isNull(webhookEndpoints.deleteTime),
    sql`${webhookEndpoints.version} + 1 = ${version}`,
  );
}
