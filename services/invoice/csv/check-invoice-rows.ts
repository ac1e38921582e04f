import { create } from '@bufbuild/protobuf';
import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  FinalizeInvoiceRequestSchema,
  FinalizeInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { findPart } from '../../../runtime/call/call-parts.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import type { RowError } from '../../../runtime/csv/read-csv.ts';
import { rowErrorsOf } from '../../../runtime/csv/row-errors.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { requireUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { getCurrency } from '../domain/currency.ts';
import { settleDueDate } from '../domain/dates.ts';
import { checkTotal } from '../domain/expected-total.ts';
import { checkIssuedElsewhere, checkNumber } from '../domain/issued-elsewhere.ts';
import { type DraftContent, draftContent } from '../invoices/draft-content.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { getUser, requireDraftCustomer } from '../invoices/parties.ts';
import { requireSeries } from '../number-series/own-series.ts';
import { numberReserved, numberTaken } from '../number-series/recorded-numbers.ts';
import { applyRules } from '../rule-errors.ts';
import { type AccountSettings, withSettings } from '../settings/account-settings.ts';
import { type InvoiceOfFile, nameFault } from './invoice-rows.ts';

/** Invoices of a file that can be created, with their amounts, and what is wrong with the file. */
export interface CheckedInvoices {
  readonly invoices: readonly (InvoiceOfFile & { readonly content: DraftContent })[];
  readonly errors: readonly RowError[];
}

interface Account {
  readonly settings: AccountSettings;
  readonly currencyCode: string;
}

/** Stands for a customer or a draft that does not exist, so that everything else is checked as well. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Checks the invoices of a file by all rules for drafts and for invoices issued elsewhere, and completes them. */
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
    let customerId = NO_ID;
    const ofCustomer = await rowErrorsOf(given.placeOf, async () => {
      customerId = await customerOf(given);
    });
    const complete = { ...given, invoice: { ...given.invoice, customerId } };
    const { content, errors: others } = await check(deps, call, complete, account);
    errors.push(...ofCustomer, ...others);
    if (content !== undefined) checked.push({ ...complete, content });
  }
  return { invoices: checked, errors: [...errors, ...(await checkNumbers(deps, call, invoices))] };
}

/** What is wrong with the numbers under which invoices of a file are to be recorded. */
async function checkNumbers(deps: Deps, call: Call, invoices: readonly InvoiceOfFile[]): Promise<RowError[]> {
  const errors: RowError[] = [];
  const seen = new Map<string, InvoiceOfFile>();
  for (const each of invoices) {
    const { number, placeOf } = each;
    if (number === '') continue;
    const ofNumber = await rowErrorsOf(placeOf, () => {
      requireValid(FinalizeInvoiceRequestSchema, create(FinalizeInvoiceRequestSchema, { invoiceId: NO_ID, number }));
      applyRules('', () => checkNumber(number));
      if (seen.has(number)) throw invalidField('number', 'must not be the number of two invoices in the file');
      seen.set(number, each);
    });
    errors.push(...ofNumber);
  }
  if (seen.size === 0) return errors;
  const faults = await deps.store.findNumberFaults(call.user.userId, [...seen.keys()], todayOf(deps, call));
  for (const { number, isTaken, reservation } of faults) {
    const given = seen.get(number);
    if (given === undefined) continue;
    const ofNumber = await rowErrorsOf(given.placeOf, async () => {
      // Unless this very import recorded it before it was cut off.
      if (isTaken && (await findPart(deps.idempotency, call, recordingPart(given.key))) === undefined)
        throw numberTaken(number);
      if (reservation !== null) throw numberReserved(number, reservation);
    });
    errors.push(...ofNumber);
  }
  return errors;
}

/** The part of an import that records an invoice of the file under its number. */
export function recordingPart(key: string) {
  return { name: `number ${key}`, responseSchema: FinalizeInvoiceResponseSchema };
}

async function check(
  deps: Deps,
  call: Call,
  { invoice, number, total, placeOf }: InvoiceOfFile,
  { settings, currencyCode }: Account,
): Promise<{ readonly content: DraftContent | undefined; readonly errors: readonly RowError[] }> {
  const invalid = await rowErrorsOf(placeOf, () => requireValid(InvoiceSchema, invoice));
  if (invalid.length > 0) return { content: undefined, errors: invalid };
  let content: DraftContent | undefined;
  const errors = await rowErrorsOf(placeOf, async () => {
    await requireSeries(deps, call, invoice.numberSeries);
    const complete = invoice.currencyCode === '' ? { ...invoice, currencyCode } : invoice;
    const settled = withSettings(complete, settings);
    const dueDate = applyRules('', () => settleDueDate(settled, todayOf(deps, call)));
    const calculated = draftContent({ ...settled, dueDate }, new Set());
    applyRules('', () => {
      checkTotal(total, calculated.totalMinor, getCurrency(calculated.currencyCode));
      if (number !== '') checkIssuedElsewhere({ ...calculated, revisesInvoiceId: null }, todayOf(deps, call));
    });
    content = calculated;
  });
  return { content, errors };
}

/** Finds customers by id or reference, each only once however often a file names it. */
function createCustomerFinder(deps: Deps, call: Call): (given: InvoiceOfFile) => Promise<string> {
  const known = new Map<string, string>();
  const byReference = async (reference: string): Promise<string> => {
    const found = known.get(reference);
    if (found !== undefined) return found;
    const { customers } = await deps.customers.listCustomers({ reference, pageSize: 1 }, call.forward());
    const [customer] = customers;
    if (customer === undefined)
      throw invalidField('customer_reference', 'must be the reference of one of your customers');
    known.set(reference, customer.id);
    return customer.id;
  };
  return async ({ invoice: { customerId }, customerReference }) => {
    if ((customerId === '') === (customerReference === '')) {
      throw invalidField('customer_reference', 'must be given, or customer_id instead, but not both');
    }
    // Not left to the user service: its refusal would be an error of this call, not of the file.
    const fault = nameFault(customerReference);
    if (fault !== undefined) throw invalidField('customer_reference', fault);
    if (customerId === '') return byReference(customerReference);
    return (await requireDraftCustomer(deps, call, requireUuid(customerId, 'customer_id'))).customerId;
  };
}
