import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import type { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { pdfFile } from '../pdf/pdf-file.ts';
import { withPresentParties } from '../pdf/present-parties.ts';
import { printedQuote } from '../pdf/print.ts';
import { required } from '../required.ts';

/** Gives a quote of the caller as PDF. Throws QUOTE_NOT_FOUND. */
export const getQuotePdf: Rpc<Deps, typeof DocumentService.method.getQuotePdf> = async (deps, request, call) => {
  const response = await deps.quotes.getQuote({ quoteId: request.quoteId }, call.forward());
  const stored = required(response.quote, 'quote');
  const isDraft = stored.state === Quote_State.DRAFT;
  const quote = isDraft ? await withPresentParties(deps, call, stored, stored.invoice?.customerId ?? '') : stored;
  return pdfFile(deps, call, { document: printedQuote(quote) });
};
