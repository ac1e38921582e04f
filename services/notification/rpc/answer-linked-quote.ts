import { Code, ConnectError } from '@connectrpc/connect';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import {
  AnswerLinkedQuoteRequest_Answer as Answer,
  type DocumentLinkService,
} from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import type { Deps } from '../deps.ts';
import { followLink, leadsNowhere, onlyAt } from '../links/follow-link.ts';
import { required } from '../required.ts';

/**
 * Records the answer of the customer to the quote that a link leads to. A customer answers once: a quote that anybody has already
 * answered, or that has expired, stays as it is. Throws NOT_FOUND and CONFLICT.
 */
export const answerLinkedQuote: Rpc<Deps, typeof DocumentLinkService.method.answerLinkedQuote> = async (
  deps,
  { token, answer },
  call,
) => {
  const link = await followLink(deps, token, call);
  if (link.document.kind !== 'QUOTE') throw leadsNowhere();
  const { documentId: quoteId } = link.document;
  return await compareAndSet(async () => {
    const response = await deps.quotes.getQuote({ quoteId }, link.reading.forward());
    const quote = required(response.quote, 'quote');
    if (quote.state !== Quote_State.SENT) return {};
    const options = onlyAt(await link.changing(quote.invoice?.customerId ?? ''), quote.etag);
    try {
      await (answer === Answer.ACCEPT
        ? deps.quotes.acceptQuote({ quoteId }, options)
        : deps.quotes.declineQuote({ quoteId }, options));
      return {};
    } catch (error) {
      // Somebody was faster, or the quote has just expired: its state now decides.
      if (ConnectError.from(error).code === Code.FailedPrecondition) return undefined;
      throw error;
    }
  });
};
