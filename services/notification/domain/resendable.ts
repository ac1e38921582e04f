/** Why a document cannot be mailed again: a name for programs, and a sentence for people. */
export interface ResendRefusal {
  readonly cause: 'NOT_SENT' | 'VOIDED' | 'EXPIRED' | 'ACCEPTED' | 'DECLINED' | 'INVOICED';
  readonly message: string;
}

/**
 * Why an invoice cannot be mailed again; undefined when it can: once it was mailed, as long as it is not void.
 * The invoice service says the same in the actions of the invoice.
 */
export function invoiceResendRefusal(invoice: {
  readonly state: string;
  /** Whether it was mailed to the customer. */
  readonly sent: boolean;
}): ResendRefusal | undefined {
  if (invoice.state === 'VOID') return { cause: 'VOIDED', message: 'The invoice is void.' };
  return invoice.sent ? undefined : { cause: 'NOT_SENT', message: 'The invoice has not been sent yet; send it first.' };
}

const QUOTE_REFUSALS: Readonly<Record<string, ResendRefusal>> = {
  DRAFT: { cause: 'NOT_SENT', message: 'The quote is a draft; send it first.' },
  EXPIRED: { cause: 'EXPIRED', message: 'The quote has expired; set a later expiry date first.' },
  ACCEPTED: { cause: 'ACCEPTED', message: 'The quote is already accepted.' },
  DECLINED: { cause: 'DECLINED', message: 'The quote is already declined.' },
  INVOICED: { cause: 'INVOICED', message: 'The quote was converted into an invoice.' },
};

/**
 * Why a quote in this state, named as in the contract, cannot be mailed again; undefined when it can: while it waits for an answer.
 * The invoice service says the same in the actions of the quote.
 */
export function quoteResendRefusal(state: string): ResendRefusal | undefined {
  return QUOTE_REFUSALS[state];
}
