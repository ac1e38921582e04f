import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type Quote,
  Quote_Action,
  Quote_State,
  QuoteSchema,
  UnavailableQuoteAction_Reason,
} from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { etagOf } from '../../../runtime/call/call.ts';
import { hasExpired, type QuoteSituation, quoteActionsOf, shownQuoteState } from '../domain/quote-lifecycle.ts';
import { fromPartyJson } from '../invoices/convert.ts';
import type { QuoteRow } from '../store/quote-schema.ts';

/** What decides which actions are possible on the day `today`. */
export function situationOfQuote(row: QuoteRow, today: string): QuoteSituation {
  return { state: row.state, expireDate: row.expireDate, lineCount: row.invoice.lines.length, today };
}

/**
 * The quote as its owner sees it on the day `today` (`YYYY-MM-DD`): whether it has expired and what may be done with it are
 * calculated here, not stored.
 */
export function toQuote(row: QuoteRow, today: string): Quote {
  const situation = situationOfQuote(row, today);
  const state = shownQuoteState(situation);
  const { available, unavailable } = quoteActionsOf(situation);
  return create(QuoteSchema, {
    id: row.id,
    number: row.number ?? '',
    state: Quote_State[state],
    invoice: row.invoice,
    expireDate: row.expireDate ?? '',
    dueDays: row.dueDays,
    numberSeries: row.numberSeries,
    issueDate: row.issueDate ?? '',
    ...(row.seller === null ? {} : { seller: fromPartyJson(row.seller) }),
    ...(row.customer === null ? {} : { customer: fromPartyJson(row.customer) }),
    invoiceId: row.invoiceId ?? '',
    createTime: timestampFromDate(row.createTime),
    updateTime: timestampFromDate(row.updateTime),
    ...(row.sendTime === null ? {} : { sendTime: timestampFromDate(row.sendTime) }),
    ...(row.acceptTime === null ? {} : { acceptTime: timestampFromDate(row.acceptTime) }),
    ...(row.declineTime === null ? {} : { declineTime: timestampFromDate(row.declineTime) }),
    ...(row.convertTime === null ? {} : { convertTime: timestampFromDate(row.convertTime) }),
    etag: etagOf(row.version, hasExpired(situation) ? 'expired' : ''),
    availableActions: available.map((action) => Quote_Action[action]),
    unavailableActions: unavailable.map(({ action, reason }) => ({
      action: Quote_Action[action],
      reason: UnavailableQuoteAction_Reason[reason],
    })),
  });
}
