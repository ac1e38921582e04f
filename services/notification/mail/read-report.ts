import PostalMime, { type Attachment, addressParser, type Email } from 'postal-mime';
import type { Report } from '../domain/decide-report.ts';
import { shorten, toOneLine } from '../domain/mail.ts';
import { idInAddress } from './bounce-address.ts';
import { idInMessageId } from './compose-message.ts';

/** What a message says about mails of this system. */
export type Reading =
  | ReportReading
  /** It is not a delivery report, or one that says nothing that matters; `why` is for the operator. */
  | { readonly kind: 'nothing'; readonly why: string };

/** What a report says, and about which mail. The lists have each entry once, in lower case. */
export interface ReportReading {
  readonly kind: 'report';
  /** The ids that mails were handed over with, which tell copies apart: one, or none where the report did not come to a bounce address. */
  readonly ids: readonly string[];
  /** The ids in the Message-IDs of the returned mails, which a mail and its copies have in common. */
  readonly messageIds: readonly string[];
  /** The addresses that it is about, as far as the servers on the way have kept them. */
  readonly recipients: readonly string[];
  readonly report: Report;
}

/** Octets of a message that are read at most. A report comes before the mail that it returns, which may be long. */
export const REPORT_OCTETS_MAX = 524_288;
/** No report comes near these: reports have parts, but no parts in parts, and headers of a few lines. */
const LIMITS = { maxNestingDepth: 8, maxHeadersSize: 131_072 };
const WORDS_LENGTH_MAX = 300;
/** How many parts are looked at. A report has one status and one returned mail. */
const PARTS_MAX = 10;

/** The types of the part that a program reads (RFC 3464, RFC 6533). */
const STATUS_TYPES = new Set(['message/delivery-status', 'message/global-delivery-status']);
/** The types of the part with the returned mail or its headers (RFC 3462, RFC 6533). */
const RETURNED_TYPES = new Set(['message/rfc822', 'text/rfc822-headers', 'message/global', 'message/global-headers']);
/** The headers in which a mail server says who the report itself went to. */
const ADDRESS_HEADERS = new Set(['to', 'delivered-to', 'x-original-to', 'envelope-to']);

/** What a report says was done for a recipient, the worst first. Several recipients are the mailboxes of the one who was mailed. */
const ACTIONS: readonly Report['action'][] = ['FAILED', 'DELAYED', 'DELIVERED'];

/** Fields by their names in lower case. Of several with the same name, the first. */
type Fields = ReadonlyMap<string, string>;

/**
 * Reads a message that came to the bounce address: a report of RFC 3464, such as mail servers send when they cannot deliver a mail, or
 * anything else, such as a holiday reply. It may be damaged or made up; whatever it is, this does not throw.
 */
export async function readReport(raw: Uint8Array): Promise<Reading> {
  const email = await PostalMime.parse(raw.subarray(0, REPORT_OCTETS_MAX), {
    ...LIMITS,
    forceRfc822Attachments: true, // the returned mail is not part of the report
  }).catch(() => undefined);
  if (email === undefined) return nothing('the message cannot be read');
  const parts = isReport(email) ? email.attachments.slice(0, PARTS_MAX) : [];
  const status = parts.find(({ mimeType }) => STATUS_TYPES.has(mimeType));
  if (status === undefined) return nothing('the message is not a delivery report');
  const groups = textOf(status)
    .split(/\r?\n[ \t]*\r?\n/)
    .map(readFields);
  const report = reportOf(groups);
  if (report === undefined) return nothing('the report is about neither a failure, a delay nor a delivery');
  const returned = parts.filter(({ mimeType }) => RETURNED_TYPES.has(mimeType)).map(headersOf);
  const ids = [
    ...addressesOf(email).map(idInAddress),
    ...groups.map((group) => idInEnvelopeId(group.get('original-envelope-id') ?? '')),
  ];
  const messageIds = returned.map((headers) => idInMessageId(headers.get('message-id') ?? ''));
  return {
    kind: 'report',
    ids: distinct(ids),
    messageIds: distinct(messageIds),
    recipients: recipientsOf(groups),
    report,
  };
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => text !== undefined))];
}

/** The addresses that a report is about: each as the mail server got it, and as it was where the report comes from. */
function recipientsOf(groups: readonly Fields[]): string[] {
  const fields = groups.flatMap((group) => [group.get('original-recipient'), group.get('final-recipient')]);
  // An address comes after its type, such as `rfc822;`.
  return distinct(fields.map((field) => /;\s*<?([^\s<>;@]+@[^\s<>;@]+)>?\s*$/.exec(field ?? '')?.[1]?.toLowerCase()));
}

function nothing(why: string): Reading {
  return { kind: 'nothing', why };
}

function isReport({ headers }: Email): boolean {
  return /^\s*multipart\/report\s*;/i.test(headers.find(({ key }) => key === 'content-type')?.value ?? '');
}

/** What a report says about its recipients; undefined when it says nothing that matters. */
function reportOf(groups: readonly Fields[]): Report | undefined {
  for (const action of ACTIONS) {
    const group = groups.find((fields) => wordIn(fields.get('action')) === action.toLowerCase());
    if (group === undefined) continue;
    const words = wordsIn(group.get('diagnostic-code') ?? '');
    return { action, statusCode: statusCodeOf(group.get('status') ?? '', words), words };
  }
  return undefined;
}

function wordIn(value = ''): string {
  return /^\s*([a-z]+)/i.exec(value)?.[1]?.toLowerCase() ?? '';
}

/** The status of a report. Some mail servers, such as Exim, report only `5.0.0`: then the status that the server's words begin with. */
function statusCodeOf(status: string, words: string): string {
  const [, told = ''] = /^\s*([45]\.[0-9]{1,3}\.[0-9]{1,3})\b/.exec(status) ?? [];
  const [, said = told] = /^[45][0-9]{2}[ -]([45]\.[0-9]{1,3}\.[0-9]{1,3})\b/.exec(words) ?? [];
  return told === '' || told.endsWith('.0.0') ? said : told;
}

/** The server's words without their type, such as `smtp;`. */
function wordsIn(diagnosticCode: string): string {
  return shorten(toOneLine(diagnosticCode.replace(/^\s*[\w.-]{1,40}\s*;/, '')), WORDS_LENGTH_MAX);
}

/** The id that the mail was handed over with (RFC 3461), which reports repeat. */
function idInEnvelopeId(value: string): string | undefined {
  return idInMessageId(`<${value.trim()}@localhost>`);
}

function addressesOf({ headers }: Email): string[] {
  return headers
    .filter(({ key }) => ADDRESS_HEADERS.has(key))
    .flatMap(({ value }) => addressParser(value, { flatten: true }))
    .map(({ address = '' }) => address);
}

function headersOf(part: Attachment): Fields {
  const [headers = ''] = textOf(part)
    .trimStart()
    .split(/\r?\n[ \t]*\r?\n/, 1);
  return readFields(headers);
}

function readFields(text: string): Fields {
  const fields = new Map<string, string>();
  for (const line of text.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name !== '' && !fields.has(name)) fields.set(name, line.slice(colon + 1));
  }
  return fields;
}

/** Octets that are not UTF-8 become replacement characters. */
function textOf({ content }: Attachment): string {
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
}
