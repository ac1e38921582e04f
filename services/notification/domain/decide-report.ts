/** What a mail server reports about a mail that was sent. */
export interface Report {
  readonly action: 'FAILED' | 'DELAYED' | 'DELIVERED';
  /** Enhanced status code (RFC 3463), e.g. `5.1.1`; empty when the report has none. */
  readonly statusCode: string;
  /** The server's words on one line of bounded length; empty when there are none. */
  readonly words: string;
}

/** What is known about a mail, as far as it concerns reports. */
export interface ReportedMail {
  readonly state: 'QUEUED' | 'SENT' | 'FAILED' | 'BOUNCED';
  readonly deliverTime: Date | null;
  readonly delayTime: Date | null;
  readonly bounceTime: Date | null;
  readonly statusCode: string;
  readonly error: string;
}

/** What a report does to a mail. */
export type ReportDecision =
  /** It says something new: the mail is now as in `after`. */
  | { readonly kind: 'changed'; readonly after: ReportedMail & { readonly state: 'SENT' | 'BOUNCED' } }
  /** What it says is known already, or less than what is known. */
  | { readonly kind: 'known' }
  /** The mail was given up on before. What is reported about an attempt with an unknown outcome changes nothing. */
  | { readonly kind: 'given-up' }
  /** It came before the result of sending the mail was recorded, so it is to be read again later. */
  | { readonly kind: 'early' };

/**
 * Decides what a report that is read at `now` does to a mail. Reports come late, twice and in any order, and the result must not
 * depend on that: a mail that was delivered or bounced is no longer delayed, and one that was delivered and bounced is both, since
 * servers pass mail on to several mailboxes. Of several reports of one kind, the first counts.
 */
export function decideReport(mail: ReportedMail, report: Report, now: Date): ReportDecision {
  if (mail.state === 'QUEUED') return { kind: 'early' };
  if (mail.state === 'FAILED') return { kind: 'given-up' };
  const after = apply(mail, report, now);
  return after === undefined ? { kind: 'known' } : { kind: 'changed', after: { ...after, state: stateOf(after) } };
}

function apply(mail: ReportedMail, { action, statusCode, words }: Report, now: Date): ReportedMail | undefined {
  const reason = { statusCode, error: words };
  switch (action) {
    case 'FAILED':
      return mail.bounceTime === null ? { ...mail, ...reason, bounceTime: now, delayTime: null } : undefined;
    case 'DELIVERED':
      if (mail.deliverTime !== null) return undefined;
      if (mail.bounceTime !== null) return { ...mail, deliverTime: now };
      return { ...mail, statusCode: '', error: '', deliverTime: now, delayTime: null };
    case 'DELAYED': {
      const isSettled = mail.bounceTime !== null || mail.deliverTime !== null;
      return isSettled || mail.delayTime !== null ? undefined : { ...mail, ...reason, delayTime: now };
    }
  }
}

function stateOf({ bounceTime }: ReportedMail): 'SENT' | 'BOUNCED' {
  return bounceTime === null ? 'SENT' : 'BOUNCED';
}
