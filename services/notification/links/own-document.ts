import { Code, ConnectError } from '@connectrpc/connect';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import type { DocumentReference } from './link-token.ts';

/** A document of the caller that has a link. */
export interface OwnDocument {
  readonly document: DocumentReference;
  /** Id of the invoice that it is, or that it credits; empty for a quote. */
  readonly invoiceId: string;
}

/**
 * The caller's document with this id, of any kind. The kinds are asked for one after the other, since most documents are invoices.
 *
 * @throws DomainError DOCUMENT_NOT_FOUND when there is none, or it is somebody else's; INVOICE_STATE or QUOTE_STATE for a draft.
 */
export async function findOwnDocument(deps: Deps, id: string, call: Call): Promise<OwnDocument> {
  const ownerId = call.user.userId;
  const { invoice } = await orNothing(deps.invoices.getInvoice({ invoiceId: id }, call.forward()));
  if (invoice !== undefined) {
    if (invoice.state === Invoice_State.DRAFT) {
      throw isDraft(
        'INVOICE_STATE',
        'NOT_OPENED',
        'The invoice is a draft, so it has no link; send or finalize it first.',
      );
    }
    return { document: { kind: 'INVOICE', ownerId, documentId: invoice.id }, invoiceId: invoice.id };
  }
  const { quote } = await orNothing(deps.quotes.getQuote({ quoteId: id }, call.forward()));
  if (quote !== undefined) {
    if (quote.state === Quote_State.DRAFT) {
      throw isDraft('QUOTE_STATE', 'NOT_SENT', 'The quote is a draft, so it has no link; send it first.');
    }
    return { document: { kind: 'QUOTE', ownerId, documentId: quote.id }, invoiceId: '' };
  }
  const { creditNote } = await orNothing(deps.creditNotes.getCreditNote({ creditNoteId: id }, call.forward()));
  if (creditNote !== undefined) {
    return { document: { kind: 'CREDIT_NOTE', ownerId, documentId: creditNote.id }, invoiceId: creditNote.invoiceId };
  }
  throw new DomainError('missing', 'DOCUMENT_NOT_FOUND', 'There is no invoice, quote or credit note with this id.');
}

/** The answer to a call, or an empty one when there is no such document. */
async function orNothing<Answer>(asking: Promise<Answer>): Promise<Partial<Answer>> {
  try {
    return await asking;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return {};
    throw error;
  }
}

function isDraft(reason: 'INVOICE_STATE' | 'QUOTE_STATE', cause: string, message: string): DomainError {
  return new DomainError('state', reason, message, { metadata: { state: 'DRAFT', action: 'LINK', cause } });
}
