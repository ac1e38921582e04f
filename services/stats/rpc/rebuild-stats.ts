import type { ExportedInvoice } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { FIRST_ID, LAST_ID } from '../../../runtime/paging/page-token.ts';
import type { Deps } from '../deps.ts';
import { readInvoices } from '../read-invoices.ts';
import { toTruth } from '../truth.ts';

/** Invoices in one call: the most that the invoice service gives. */
const INVOICES_PER_CALL = 1_000;
/** Accounts that are recounted, and therefore locked, at once. */
const ACCOUNTS_PER_RECOUNT = 50;

/**
 * Reads every invoice from the invoice service, corrects the projection where it differs, then recounts the totals.
 * Each page is corrected by itself, so a run may be interrupted or repeated, and two may run at once.
 */
export const rebuildStats: Rpc<Deps, typeof StatsService.method.rebuildStats> = async (deps, _request, call) => {
  let read = 0;
  let corrected = 0;
  let afterId = FIRST_ID;
  let pageToken = '';
  do {
    const page = await deps.invoices.exportInvoices(
      { pageSize: INVOICES_PER_CALL, pageToken },
      await deps.callAsService(call.requestId),
    );
    const lastId = page.nextPageToken === '' ? LAST_ID : (page.invoices.at(-1)?.invoiceId ?? afterId);
    corrected += await deps.store.correctInvoices(toTruth(page.invoices));
    corrected += await correctNewer(deps, page.invoices, call.requestId);
    const listed = new Set(page.invoices.map(({ invoiceId }) => invoiceId));
    corrected += await removeUnlisted(deps, listed, { afterId, lastId }, call.requestId);
    read += page.invoices.length;
    afterId = lastId;
    pageToken = page.nextPageToken;
  } while (pageToken !== '');

  const totalsCorrected = await recountTotals(deps);
  deps.log.info({ requestId: call.requestId, read, corrected, totalsCorrected }, 'statistics rebuilt');
  return { invoicesRead: BigInt(read), invoicesCorrected: BigInt(corrected) };
};

/**
 * Corrects invoices that the projection has at a newer version than exists, or as deleted although they exist. This
 * happens after restoring a backup whose statistics are from a later moment than its invoices. An invoice may also have
 * changed after its page was read, so the invoice service is asked once more: what the projection has was there before,
 * so a version that is not there now does not exist.
 */
async function correctNewer(deps: Deps, exported: readonly ExportedInvoice[], requestId: string): Promise<number> {
  const newer = await deps.store.listNewerInvoices(exported.map(({ invoiceId, version }) => ({ invoiceId, version })));
  const projected = new Map(newer.map((invoice) => [invoice.invoiceId, invoice]));
  const falseVersions = new Map(newer.map(({ invoiceId, version }) => [invoiceId, version]));
  let corrected = 0;
  for await (const invoices of readInvoices(deps, [...projected.keys()], requestId)) {
    const wrong = invoices.filter(({ invoiceId, version }) => {
      const known = projected.get(invoiceId);
      return known !== undefined && (known.isDeleted || known.version > version);
    });
    corrected += await deps.store.correctInvoices(toTruth(wrong, falseVersions));
  }
  return corrected;
}

/**
 * Removes the invoices in a range of ids that the projection has and the page of that range lacks. They may have been
 * created after the page was read, so the invoice service is asked for them once more: what the projection has was
 * there before, so what is not there now has been deleted.
 */
async function removeUnlisted(
  deps: Deps,
  listed: ReadonlySet<string>,
  range: { readonly afterId: string; readonly lastId: string },
  requestId: string,
): Promise<number> {
  let removed = 0;
  let { afterId } = range;
  for (;;) {
    const projected = await deps.store.listProjectedInvoices({ ...range, afterId, limit: INVOICES_PER_CALL });
    const missing = new Set(projected.filter((id) => !listed.has(id)));
    for await (const invoices of readInvoices(deps, [...missing], requestId)) {
      for (const { invoiceId } of invoices) missing.delete(invoiceId);
    }
    if (missing.size > 0) removed += await deps.store.removeInvoices([...missing]);
    const last = projected.at(-1);
    if (last === undefined || projected.length < INVOICES_PER_CALL) return removed;
    afterId = last;
  }
}

async function recountTotals(deps: Deps): Promise<number> {
  let corrected = 0;
  let afterId = FIRST_ID;
  for (;;) {
    const ownerIds = await deps.store.listAccounts({ afterId, limit: ACCOUNTS_PER_RECOUNT });
    const last = ownerIds.at(-1);
    if (last === undefined) return corrected;
    corrected += await deps.store.recountTotals(ownerIds);
    afterId = last;
  }
}
