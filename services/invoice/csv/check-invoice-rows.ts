import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import type { RowError } from '../../../runtime/csv/read-csv.ts';
import { rowErrorsOf } from '../../../runtime/csv/row-errors.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { requireUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { settleDueDate } from '../domain/dates.ts';
import { type DraftContent, draftContent } from '../invoices/draft-content.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { getUser, requireDraftCustomer } from '../invoices/parties.ts';
import { requireSeries } from '../number-series/own-series.ts';
import { applyRules } from '../rule-errors.ts';
import { type AccountSettings, withPaymentTerm, withRoundingPolicy } from '../settings/account-settings.ts';
import { type InvoiceOfFile, nameFault } from './invoice-rows.ts';

/** Invoices of a file that can be made, with what they come to; or else what is wrong with them. */
export interface CheckedInvoices {
  readonly invoices: readonly (InvoiceOfFile & { readonly content: DraftContent })[];
  readonly errors: readonly RowError[];
}

interface Account {
  readonly settings: AccountSettings;
  readonly currencyCode: string;
}

/** Stands for a customer that there is not, so that all else is checked as well. */
const NO_CUSTOMER = '00000000-0000-0000-0000-000000000000';

/** Checks what a file says of invoices by all rules that there are for drafts, and completes it. */
export async function checkInvoiceRows(
  deps: Deps,
  call: Call,
  invoices: readonly InvoiceOfFile[],
): Promise<CheckedInvoices> {
  const [settings, user] = await Promise.all([deps.settings.read(call.user.userId), getUser(deps, call)]);
  const account = { settings, currencyCode: user.defaultCurrencyCode };
  const customerOf = createCustomerFinder(deps, call);
  const checked: CheckedInvoices['invoices'][number][] = [];
  const errors: RowError[] = [];
  for (const given of invoices) {
    let customerId = NO_CUSTOMER;
    const ofCustomer = await rowErrorsOf(given.placeOf, async () => {
      customerId = await customerOf(given);
    });
    const complete = { ...given, invoice: { ...given.invoice, customerId } };
    const { content, errors: others } = await check(deps, call, complete, account);
    errors.push(...ofCustomer, ...others);
    if (content !== undefined) checked.push({ ...complete, content });
  }
  return { invoices: checked, errors };
}

async function check(
  deps: Deps,
  call: Call,
  { invoice, placeOf }: InvoiceOfFile,
  { settings, currencyCode }: Account,
): Promise<{ readonly content: DraftContent | undefined; readonly errors: readonly RowError[] }> {
  const invalid = await rowErrorsOf(placeOf, () => requireValid(InvoiceSchema, invoice));
  if (invalid.length > 0) return { content: undefined, errors: invalid };
  let content: DraftContent | undefined;
  const errors = await rowErrorsOf(placeOf, async () => {
    await requireSeries(deps, call, invoice.numberSeries);
    const complete = invoice.currencyCode === '' ? { ...invoice, currencyCode } : invoice;
    const settled = withPaymentTerm(withRoundingPolicy(complete, settings), settings);
    const dueDate = applyRules('', () => settleDueDate(settled, todayOf(deps, call)));
    content = draftContent({ ...settled, dueDate }, new Set());
  });
  return { content, errors };
}

/** Finds customers by id or reference, each once however often a file names it. */
function createCustomerFinder(deps: Deps, call: Call): (given: InvoiceOfFile) => Promise<string> {
  const known = new Map<string, string>();
  const byReference = async (reference: string): Promise<string> => {
    const found = known.get(reference);
    if (found !== undefined) return found;
    const { customers } = await deps.customers.listCustomers({ reference, pageSize: 1 }, call.forward());
    const [customer] = customers;
    if (customer === undefined)
      throw invalidField('customer_reference', 'must be the reference of a customer of yours');
    known.set(reference, customer.id);
    return customer.id;
  };
  return async ({ invoice: { customerId }, customerReference }) => {
    if ((customerId === '') === (customerReference === '')) {
      throw invalidField('customer_reference', 'must be given, or customer_id, but not both');
    }
    // Not left to the user service: what it refuses would be a mistake of this call, not of the file.
    const fault = nameFault(customerReference);
    if (fault !== undefined) throw invalidField('customer_reference', fault);
    if (customerId === '') return byReference(customerReference);
    return (await requireDraftCustomer(deps, call, requireUuid(customerId, 'customer_id'))).customerId;
  };
}
