import type { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toPartyFacts, toSellerFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { printStatement } from '../domain/print-statement.ts';
import { pdfFile } from '../pdf/pdf-file.ts';
import { presentParties } from '../pdf/present-parties.ts';
import { paperOf } from '../pdf/print.ts';
import { readStatement } from '../pdf/read-statement.ts';

/** Gives the statement of a customer of the caller as PDF. Throws CUSTOMER_NOT_FOUND, DOCUMENT_TOO_LONG and CONFLICT. */
export const getCustomerStatementPdf: Rpc<Deps, typeof DocumentService.method.getCustomerStatementPdf> = async (
  deps,
  request,
  call,
) => {
  const { customerId, fromDate, toDate } = request;
  const [account, { seller, customer, timeZone }] = await Promise.all([
    readStatement(deps, call, request),
    presentParties(deps, call, customerId),
  ]);
  const today = localDate(deps.clock.now(), timeZone);
  const facts = {
    ...account,
    today,
    fromDate,
    toDate,
    seller: toSellerFacts(seller),
    customer: customer && toPartyFacts(customer),
  };
  const options = {
    language: languageOf((customer ?? seller).locale),
    paper: paperOf(seller),
    createTime: `${today}T00:00:00Z`, // so that the same statement has the same bytes all day
  };
  return pdfFile(deps, call, { document: printStatement(facts, options) });
};
