import { isAbsolute } from 'node:path';
import { key, list, oneOf, text } from '../../runtime/process/config.ts';
import { isMailAddress, toOneLine } from './domain/mail.ts';
import { BOUNCE_LOCAL_PART_OCTETS_MAX } from './mail/bounce-address.ts';

/** A mail address with the name shown for it. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

function parseMailbox(value: string): Mailbox {
  const [, name = '', address = value.trim()] = /^\s*"?([^<>"]*?)"?\s*<([^<>]*)>\s*$/.exec(value) ?? [];
  if (!isMailAddress(address)) throw new Error('must be an address such as billing@example.com or Me <me@example.com>');
  return { name: toOneLine(name), address };
}

function parseBounceAddress(value: string): string {
  const address = value.trim();
  const [localPart = ''] = address.split('@');
  if (!isMailAddress(address) || Buffer.byteLength(localPart) > BOUNCE_LOCAL_PART_OCTETS_MAX) {
    throw new Error(
      `must be an address such as bounces@example.com, with at most ${BOUNCE_LOCAL_PART_OCTETS_MAX} octets before the @`,
    );
  }
  return address;
}

function parseSmtpUrl(value: string): string {
  const url = URL.parse(value);
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw new Error('must be a URL such as smtp://user:password@mail.example.com:587 or smtps://…');
  }
  return value;
}

const RESET_TOKEN = '{token}';

/** Puts the token of a password reset into PASSWORD_RESET_URL. The token needs no escaping. */
export function fillResetUrl(template: string, token: string): string {
  return template.replace(RESET_TOKEN, token);
}

/** The URL of a page, with a place for a token. The token goes only over https, or to this machine. */
function parseResetUrl(value: string): string {
  const filled = fillResetUrl(value, 'token');
  const url = URL.parse(filled);
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  const place = value.indexOf(RESET_TOKEN);
  const isInHost = url?.origin !== URL.parse(value.slice(0, Math.max(place, 0)))?.origin;
  if (!isPrivate || place === -1 || isInHost || !/^https?:[/]{2}[^\s{}<>"\\]+$/.test(filled)) {
    throw new Error(
      'must be a URL such as https://app.example.com/reset#token={token}, with http only for localhost; in an env file, put it in quotes because of the #',
    );
  }
  return value;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127[.]/.test(hostname);
}

/** Longest URL that leaves room for what follows it in a link. */
const PUBLIC_URL_LENGTH_MAX = 1_000;

function parsePublicUrl(value: string): string {
  const url = URL.parse(value);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}` === '';
  if (!isPlain || /[?#\s]/.test(value) || value.length > PUBLIC_URL_LENGTH_MAX) {
    throw new Error('must be a URL such as https://billing.example.com, with nothing after its path');
  }
  return url.href.replace(/\/+$/, '');
}

/** The variables of the notification service. */
export const NOTIFICATION_CONFIG = {
  SMTP_URL: { description: 'Mail server; without one, mails are kept in files', fallback: '', parse: parseSmtpUrl },
  MAIL_FROM: {
    description:
      'Sender of all mails. Mails sent for a user show the name of that user; mails to users themselves show the name given here',
    fallback: { name: 'Numer', address: 'numer@localhost' },
    parse: parseMailbox,
  },
  MAIL_BOUNCE_ADDRESS: {
    description: 'Where reports of bounced mails go, with a tag for each mail; without it, they go to MAIL_FROM',
    fallback: '',
    parse: parseBounceAddress,
  },
  PASSWORD_RESET_URL: {
    description:
      'Page of the front end that replaces a forgotten password, with {token}; without it, the token alone is mailed',
    fallback: '',
    parse: parseResetUrl,
  },
  MAIL_DIR: text({ description: 'Folder of caught mails, needed unless SMTP_URL is set', fallback: '' }),
  PDF_FALLBACK_FONTS: list({
    description: 'Font files for letters in PDFs that Noto Sans does not have, in order of preference',
    fallback: [],
    item: { test: isAbsolute, mustBe: 'absolute paths of font files (.ttf, .otf or .ttc), separated by commas' },
  }),
  PUBLIC_URL: {
    description: 'Where customers reach the gateway; without it, mails have no links to their documents',
    fallback: '',
    parse: parsePublicUrl,
  },
  WEBHOOK_SECRET_KEY: key({
    description: 'Key from which webhook secrets and document links are derived; `npx numer keys` prints one',
  }),
  WEBHOOK_TARGETS: oneOf(['public', 'any'], {
    description: 'Where webhooks may go: only to public addresses over https, or anywhere, also over http',
    fallback: 'public',
  }),
} as const;
