import { localDate } from '../../../runtime/calendar.ts';
import { ACCOUNT_TEXTS } from './account-texts.ts';
import type { AccountMailKind, AccountNoticeKind } from './decide-next.ts';
import { paragraph } from './document-parts.ts';
import { formatDate } from './format.ts';
import { languageOf } from './language.ts';
import { layOut } from './lay-out.ts';
import type { Block, Mail } from './mail.ts';

/**
 * Who a mail is to, and who it is from. Mails about passwords and addresses contain nothing else that a user chose: anybody can sign up with
 * somebody else's address to have a text of their own sent there.
 */
export interface AccountMailFacts {
  /** Name of the system that the account is in. */
  readonly system: string;
  readonly email: string;
  readonly locale: string;
  /** IANA time zone of the user; empty for UTC. */
  readonly timeZone: string;
}

/** What a password is set anew with. */
export interface ResetFacts {
  /** The URL of the page where that is done, or the token for it. */
  readonly way: { readonly url: string } | { readonly token: string };
  readonly expireTime: Date;
}

/** The mail that brings the token of a password reset. */
export function writeResetMail(facts: AccountMailFacts, { way, expireTime }: ResetFacts): Mail {
  const { reset } = ACCOUNT_TEXTS[languageOf(facts.locale)];
  const how: Block[] =
    'url' in way
      ? [paragraph(reset.byLink), { kind: 'link', url: way.url }]
      : [paragraph(reset.byToken), paragraph(way.token)];
  return writeMail(facts, reset.subject(facts.system), [
    paragraph(reset.intro(facts.system, facts.email)),
    ...how,
    paragraph(reset.validity(formatTime(expireTime, facts))),
    paragraph(reset.notYou),
  ]);
}

/** The mail that says what has changed, and when. It has no links, so that people do not learn to follow any. */
export function writeNotice(
  kind: Exclude<AccountMailKind, 'PASSWORD_RESET' | AccountNoticeKind>,
  facts: AccountMailFacts,
  time: Date,
): Mail {
  const texts = ACCOUNT_TEXTS[languageOf(facts.locale)];
  const { subject, intro, consequence, notYou } =
    kind === 'PASSWORD_CHANGED' ? texts.passwordChanged : texts.emailChanged;
  return writeMail(facts, subject(facts.system), [
    paragraph(intro(facts.system, facts.email, formatTime(time, facts))),
    paragraph(consequence),
    paragraph(notYou),
  ]);
}

/** A mail to the holder of an account, greeting and closing included. */
export function writeMail(
  { system, locale }: AccountMailFacts,
  subject: string,
  content: readonly Block[],
  footer: readonly Block[] = [],
): Mail {
  const language = languageOf(locale);
  const { greeting, closing } = ACCOUNT_TEXTS[language];
  const blocks = [paragraph(greeting), ...content, paragraph(`${closing}\n${system}`), ...footer];
  return layOut({ language, subject, blocks });
}

/** A day and a time of it where the holder of an account is. */
export function formatTime(time: Date, { locale, timeZone: given }: AccountMailFacts): string {
  const language = languageOf(locale);
  const timeZone = given || 'UTC';
  const clock = time.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return ACCOUNT_TEXTS[language].time(formatDate(localDate(time, timeZone), language), clock, timeZone);
}
