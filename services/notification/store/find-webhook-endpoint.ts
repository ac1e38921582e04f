import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { LAST_ID } from '../../../runtime/paging/page-token.ts';
import { type EndpointRow, endpointColumns, webhookEndpoints } from './webhook-schema.ts';

const ofOwner = and(eq(webhookEndpoints.ownerId, sql.placeholder('ownerId')), isNull(webhookEndpoints.deleteTime));

/** Prepares the query of one endpoint of an owner. */
export function prepareFindWebhookEndpoint(db: Database) {
  const statement = db
    .select(endpointColumns)
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, sql.placeholder('id')), ofOwner))
    .prepare('find_webhook_endpoint');
  return async (key: { readonly ownerId: string; readonly id: string }): Promise<EndpointRow | undefined> =>
    (await statement.execute(key))[0];
}

/** Prepares the list of an owner's endpoints, newest first: those after `afterId`, or from the first on when that is undefined. */
export function prepareListWebhookEndpoints(db: Database) {
  const statement = db
    .select(endpointColumns)
    .from(webhookEndpoints)
    .where(and(ofOwner, lt(webhookEndpoints.id, sql.placeholder('afterId'))))
    .orderBy(desc(webhookEndpoints.id))
    .limit(sql.placeholder('limit'))
    .prepare('list_webhook_endpoints');
  return ({
    afterId = LAST_ID,
    ...page
  }: {
    readonly ownerId: string;
    readonly afterId: string | undefined;
    readonly limit: number;
  }): Promise<EndpointRow[]> => statement.execute({ ...page, afterId });
}
