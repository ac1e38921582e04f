import { create } from '@bufbuild/protobuf';
import { type Party, PartySchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import type { Deps } from '../deps.ts';
import { currencyProblems } from '../e-invoice/code-problems.ts';
import { requireNoProblems, ublFile } from '../e-invoice/e-invoice-file.ts';
import { findProblems } from '../e-invoice/find-problems.ts';
import { fromInvoice, taxProblemsOfInvoice } from '../e-invoice/from-invoice.ts';
import { fulfilSpecification } from '../e-invoice/fulfil-specification.ts';
import type { Problem } from '../e-invoice/problem.ts';
import { specificationOf } from '../e-invoice/specification.ts';
import { fromPartyJson } from '../invoices/convert.ts';
import { requireInvoice, todayOf } from '../invoices/own-invoice.ts';
import { findParties } from '../invoices/parties.ts';
import type { IssuedInvoiceRow } from '../store/get-issued-invoice.ts';

/** Gives an invoice as an electronic one that fulfils a specification, or says what keeps it from being one. */
export const getInvoiceUbl: Rpc<Deps, typeof InvoiceService.method.getInvoiceUbl> = async (
  deps,
  { invoiceId, specification: asked },
  call,
) => {
  const row = requireInvoice(await deps.store.getIssuedInvoice(call.user.userId, invoiceId));
  const specification = specificationOf(asked);
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
  const problems = findProblems(document, taxProblemsOfInvoice(row));
  requireNoProblems(row.state === 'DRAFT' ? withDraftProblems(problems, parties.customer) : problems, specification);
  return ublFile(document);
};

function frozenParties({ seller, customer, issuedEmail }: IssuedInvoiceRow): { seller: Party; customer: Party } {
  return {
    seller: fromPartyJson(seller ?? {}),
    customer: { ...fromPartyJson(customer ?? {}), email: issuedEmail ?? '' },
  };
}

/** The problems of a draft: besides those that it would have if it were opened now, what keeps it from that. */
function withDraftProblems(problems: readonly Problem[], customer: Party | undefined): Problem[] {
  const isDraft = { field: 'state', rule: 'BR-2', text: 'must not be DRAFT: finalize or send it, which numbers it' };
  const isOrphan = { field: 'customer_id', rule: 'BR-7', text: 'must be the id of a customer that was not deleted' };
  return [
    isDraft,
    ...(customer === undefined ? [isOrphan] : []),
    ...problems.filter(({ field }) => customer !== undefined || !field.startsWith('customer.')),
  ];
}
