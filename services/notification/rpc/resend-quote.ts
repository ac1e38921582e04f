import { enumToJson } from '@bufbuild/protobuf';
import { Quote_StateSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import {
  type NotificationService,
  ResendQuoteResponseSchema,
} from '../../../gen/numer/notification/v1/notification_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toQuoteFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { quoteResendRefusal } from '../domain/resendable.ts';
import { writeQuoteMail } from '../domain/write-mails.ts';
import { expireTimeOf } from '../mail/mail-order.ts';
import { requireResendable, sendAgain } from '../mail/send-again.ts';
import { printedQuote } from '../pdf/print.ts';
import { required } from '../required.ts';

/** Has a quote of the caller mailed again. Throws QUOTE_NOT_FOUND and QUOTE_STATE, and what {@link sendAgain} throws. */
export const resendQuote: Rpc<Deps, typeof NotificationService.method.resendQuote> = async (deps, request, call) => {
  const response = await deps.quotes.getQuote({ quoteId: request.quoteId }, call.forward());
  const quote = required(response.quote, 'quote');
  const state = enumToJson(Quote_StateSchema, quote.state);
  requireResendable('QUOTE_STATE', state, quoteResendRefusal(state));
  return sendAgain(deps, call, request, {
    document: quote,
    linkedKind: 'QUOTE',
    customerId: required(quote.invoice, 'invoice').customerId,
    about: { kind: 'QUOTE_SENT', quoteId: quote.id, expireTime: expireTimeOf(quote, call.user.timeZone) },
    content: writeQuoteMail(toQuoteFacts(quote), languageOf(quote.customer?.locale ?? ''), request.message),
    printed: () => printedQuote(quote),
    responseSchema: ResendQuoteResponseSchema,
  });
};
