import { ACCOUNT_NOTICE_TEXTS, ACCOUNT_NOTICES_MAX } from './account-notice-texts.ts';
import type { AnswerKind, Kind, UndeliveredKind } from './decide-next.ts';
import { paragraph } from './document-parts.ts';
import { translateFailure } from './failure-reasons.ts';
import { type Language, languageOf } from './language.ts';
import { type Block, type Mail, shorten, toOneLine } from './mail.ts';
import { type AccountMailFacts, formatTime, writeMail } from './write-account-mails.ts';

/** What happened, of which document. The names in it are shortened to one line: whoever chose them must not get to write the mail. */
interface NoticeFacts {
  /** Number of the document. */
  readonly number: string;
  readonly customerName: string;
  /** When it happened. */
  readonly time: Date;
  /** Until when no more is mailed; null unless this is the last one for now. */
  readonly resumeTime: Date | null;
}

/** An answer to a quote. */
export interface AnswerFacts extends NoticeFacts {
  readonly kind: AnswerKind;
}

/** A mail that could not be delivered. */
export interface UndeliveredFacts extends NoticeFacts {
  readonly kind: UndeliveredKind;
  /** Why it was sent. */
  readonly mailKind: Kind;
  readonly isCopy: boolean;
  /** Empty when the customer has no address. */
  readonly recipient: string;
  /** Enhanced status code; empty when there is none. */
  readonly statusCode: string;
  /** As it is shown to the owner; empty when no reason is known. */
  readonly reason: string;
  /** Whether an attempt to send it ended without an answer of the mail server. */
  readonly mayHaveLeft: boolean;
}

/** Longest name of a customer in a mail, in characters. */
const NAME_LENGTH_MAX = 100;
/** Longest reason. */
const REASON_LENGTH_MAX = 500;

/** What can be sent again. */
const DOCUMENT_KINDS: ReadonlySet<Kind> = new Set(['INVOICE_SENT', 'QUOTE_SENT', 'CREDIT_NOTE_ISSUED']);

/** The mail that tells how a customer answered a quote. */
export function writeAnswerNotice(facts: AccountMailFacts, answer: AnswerFacts): Mail {
  const { subject, intro, next } = ACCOUNT_NOTICE_TEXTS[languageOf(facts.locale)].answer[answer.kind];
  const customer = shorten(toOneLine(answer.customerName), NAME_LENGTH_MAX);
  return writeNoticeMail(facts, answer, subject(customer, answer.number), [
    paragraph(intro(customer, answer.number, formatTime(answer.time, facts))),
    paragraph(next),
  ]);
}

/** The mail that tells which mail could not be delivered, and why. */
export function writeUndeliveredNotice(facts: AccountMailFacts, mail: UndeliveredFacts): Mail {
  const texts = ACCOUNT_NOTICE_TEXTS[languageOf(facts.locale)].undelivered;
  const isUncertain = mail.kind === 'MAIL_FAILED' && mail.mayHaveLeft;
  const { subject, intro, next } = isUncertain ? texts.uncertain : { ...texts, intro: texts.intro[mail.kind] };
  const customer = shorten(toOneLine(mail.customerName), NAME_LENGTH_MAX);
  const original = texts.content[mail.mailKind](mail.number);
  const content = mail.isCopy ? texts.copyOf(original) : original;
  return writeNoticeMail(facts, mail, subject(content, customer), [
    paragraph(intro(customer)),
    {
      kind: 'facts',
      facts: [
        { label: texts.label.content, value: content },
        { label: texts.label.customer, value: customer },
        ...(mail.recipient === '' ? [] : [{ label: texts.label.recipient, value: toOneLine(mail.recipient) }]),
        { label: texts.label.time, value: formatTime(mail.time, facts) },
        { label: texts.label.reason, value: reasonOf(mail, languageOf(facts.locale)) },
      ],
    },
    paragraph(next[nextStepAfter(mail)]),
  ]);
}

/** The reason in the language of the mail. What a mail server said is quoted as it is. */
function reasonOf({ kind, statusCode, reason }: UndeliveredFacts, language: Language): string {
  const ours = kind === 'MAIL_FAILED' ? translateFailure(reason, language) : undefined;
  if (ours !== undefined) return ours;
  const { quote, noReason } = ACCOUNT_NOTICE_TEXTS[language].undelivered;
  const words = shorten(toOneLine(`${statusCode} ${reason}`), REASON_LENGTH_MAX);
  return words === '' ? noReason : quote(words);
}

function nextStepAfter({ isCopy, mailKind }: UndeliveredFacts): 'copy' | 'document' | 'message' {
  if (isCopy) return 'copy';
  return DOCUMENT_KINDS.has(mailKind) ? 'document' : 'message';
}

function writeNoticeMail(
  facts: AccountMailFacts,
  { resumeTime }: NoticeFacts,
  subject: string,
  content: readonly Block[],
): Mail {
  const { pause, footer } = ACCOUNT_NOTICE_TEXTS[languageOf(facts.locale)];
  const pausing = resumeTime === null ? [] : [paragraph(pause(ACCOUNT_NOTICES_MAX, formatTime(resumeTime, facts)))];
  return writeMail(facts, subject, [...content, ...pausing], [{ kind: 'footer', text: footer }]);
}
