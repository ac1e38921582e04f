import { and, asc, gt, lte, ne, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { invoices } from './schema.ts';

/** A range of invoices by id: after `afterId`, up to and with `lastId`. */
export interface InvoiceRange {
  readonly afterId: string;
  readonly lastId: string;
  readonly limit: number;
}

/** Prepares the list of ids, in ascending order, of the invoices in the projection that are not deleted. */
export function prepareListProjectedInvoices(db: Database) {
  const statement = db
    .select({ id: invoices.invoiceId })
    .from(invoices)
    .where(
      and(
        gt(invoices.invoiceId, sql.placeholder('afterId')),
        lte(invoices.invoiceId, sql.placeholder('lastId')),
        ne(invoices.state, 'DELETED'),
      ),
    )
    .orderBy(asc(invoices.invoiceId))
    .limit(sql.placeholder('limit'))
    .prepare('list_projected_invoices');

  return async (range: InvoiceRange): Promise<string[]> => (await statement.execute({ ...range })).map(({ id }) => id);
}

/**
 * Prepares the list of ids, in ascending order, of the invoices whose rows are incomplete: see
 * `prepareProjectInvoices`.
 */
export function prepareListIncompleteInvoices(db: Database) {
  const statement = db
    .select({ id: invoices.invoiceId })
    .from(invoices)
    .where(sql`${invoices.invoiceId} > ${sql.placeholder('afterId')} and not complete and state <> 'DELETED'`)
    .orderBy(asc(invoices.invoiceId))
    .limit(sql.placeholder('limit'))
    .prepare('list_incomplete_invoices');

  return async (page: { readonly afterId: string; readonly limit: number }): Promise<string[]> =>
    (await statement.execute({ ...page })).map(({ id }) => id);
}

/** An invoice at a version. */
export interface InvoiceVersion {
  readonly invoiceId: string;
  readonly version: bigint;
}

/**
 * Prepares the list of those given invoices that the projection has at a newer version, or as deleted, with that
 * version.
 */
export function prepareListNewerInvoices(db: Database) {
  const given = sql`jsonb_to_recordset(${jsonParameter('given')}::jsonb) as given ("invoiceId" uuid, version bigint)`;
  const statement = db
    .select({
      invoiceId: invoices.invoiceId,
      version: invoices.version,
      isDeleted: sql<boolean>`${invoices.state} = 'DELETED'`,
    })
    .from(invoices)
    .innerJoin(given, sql`given."invoiceId" = ${invoices.invoiceId}`)
    .where(sql`${invoices.version} > given.version or ${invoices.state} = 'DELETED'`)
    .prepare('list_newer_invoices');

  return (given: readonly InvoiceVersion[]) => statement.execute({ given });
}
