import { create } from '@bufbuild/protobuf';
import { type Party, PartySchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { fromPartyJson } from '../invoices/convert.ts';
import { requireInvoice, todayOf } from '../invoices/own-invoice.ts';
import { findParties } from '../invoices/parties.ts';
import type { IssuedInvoiceRow } from '../store/get-issued-invoice.ts';
import { currencyProblems } from './code-problems.ts';
import type { ElectronicInvoice } from './electronic-invoice.ts';
import { findProblems } from './find-problems.ts';
import { fromInvoice, taxProblemsOfInvoice } from './from-invoice.ts';
import { fulfilSpecification } from './fulfil-specification.ts';
import type { Problem } from './problem.ts';
import { requireNoProblems } from './require-no-problems.ts';
import type { Specification } from './specification.ts';
import type { Syntax } from './syntax.ts';

/**
 * An invoice of the caller as an e-invoice in this syntax that fulfils this specification. Throws INVOICE_NOT_FOUND and
 * E_INVOICE_IMPOSSIBLE.
 */
export async function requireElectronicInvoice(
  deps: Deps,
  invoiceId: string,
  call: Call,
  syntax: Syntax,
  specification: Specification,
): Promise<ElectronicInvoice> {
  const row = requireInvoice(await deps.store.getIssuedInvoice(call.user.userId, invoiceId));
  requireNoProblems(currencyProblems(row.currencyCode), specification);
  const parties = row.state === 'DRAFT' ? await findParties(deps, call, row.customerId) : frozenParties(row);
  const core = fromInvoice({
    invoice: row,
    issueDate: row.issueDate ?? todayOf(deps, call),
    memo: row.issuedMemo,
    seller: parties.seller,
    customer: parties.customer ?? create(PartySchema),
    original:
      row.originalNumber === null ? undefined : { number: row.originalNumber, issueDate: row.originalIssueDate ?? '' },
  });
  const document = fulfilSpecification(core, specification);
  const problems = findProblems(document, taxProblemsOfInvoice(row), syntax);
  requireNoProblems(row.state === 'DRAFT' ? withDraftProblems(problems, parties.customer) : problems, specification);
  return document;
}

function frozenParties({ seller, customer, issuedEmail }: IssuedInvoiceRow): { seller: Party; customer: Party } {
  return {
    seller: fromPartyJson(seller ?? {}),
    customer: { ...fromPartyJson(customer ?? {}), email: issuedEmail ?? '' },
  };
}

/**
 * The problems of a draft: that it is one, that its customer was deleted, and those that it would have if it were
 * opened now.
 */
function withDraftProblems(problems: readonly Problem[], customer: Party | undefined): Problem[] {
  const isDraft = {
    field: 'state',
    rule: 'BR-2',
    text: 'must not be DRAFT: finalize or send the invoice, so that it gets a number',
  };
  const isOrphan = { field: 'customer_id', rule: 'BR-7', text: 'must be the id of a customer that was not deleted' };
  return [
    isDraft,
    ...(customer === undefined ? [isOrphan] : []),
    ...problems.filter(({ field }) => customer !== undefined || !field.startsWith('customer.')),
  ];
}
