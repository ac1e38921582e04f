import type { Database } from '../../../runtime/database/database.ts';
import { labelTerms } from '../../../runtime/database/search-terms.ts';
import { type FoundPage, foundPageOf } from '../../../runtime/paging/found-page.ts';
import { filtersIn } from './invoice-filters.ts';
import { type InvoicePage, type ListedInvoiceRow, listInvoicesQuery, parametersOf } from './list-invoices-query.ts';

/** At most this many statements are kept prepared; those of further combinations are prepared on each call. */
const STATEMENTS_MAX = 200;

/**
 * Lists invoices, in one round trip per page. A statement is prepared when its combination of filters, order, view and
 * page is first asked for. It has only the filters that are used, so that Postgres can use the index made for them.
 */
export function prepareListInvoices(db: Database): (page: InvoicePage) => Promise<FoundPage<ListedInvoiceRow>> {
  const statements = new Map<string, ReturnType<typeof prepareList>>();
  const statementOf = (page: InvoicePage) => {
    const name = `list_invoices_${shapeOf(page).join('_')}`;
    const known = statements.get(name);
    if (known !== undefined) return known;
    const isKept = statements.size < STATEMENTS_MAX;
    const statement = prepareList(db, isKept ? name : undefined, page);
    if (isKept) statements.set(name, statement);
    return statement;
  };
  return async (page) => foundPageOf(await statementOf(page).execute(parametersOf(page)), page.limit);
}

/** Everything that a statement depends on. */
function shapeOf({ filters, order, view, cursor }: InvoicePage): string[] {
  const { states, terms } = filters;
  const labels = terms === undefined ? 0 : labelTerms(terms).length;
  return [
    order,
    view,
    cursor === undefined ? 'first' : 'next',
    ...filtersIn(filters).map((name) => (name === 'states' && states?.length === 1 ? 'state' : name)),
    ...(labels === 0 ? [] : [terms?.text === '' && labels === 1 ? 'by_label' : 'by_labels']),
  ];
}

function prepareList(db: Database, name: string | undefined, page: InvoicePage) {
  const query = listInvoicesQuery(db, page);
  return name === undefined ? query : query.prepare(name);
}
