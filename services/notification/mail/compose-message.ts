import { domainToASCII } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mailbox } from '../config.ts';
import { isMailAddress, shorten, toOneLine } from '../domain/mail.ts';
import type { OutgoingMail } from './mail-carrier.ts';

const NAME_LENGTH_MAX = 100;

/**
 * The Message-ID of a mail, in the domain that it comes from: mail servers distrust other ones (RFC 5322, section 3.6.4). It stays
 * the same when the mail is sent again.
 */
function messageIdOf(id: string, from: Mailbox): string {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return `<${id}@${domainToASCII(domain) || domain}>`; // the address of a host in brackets is no domain
}

/** The id of the mail that a header with a Message-ID may name, in lower case; undefined when it is not of the form of an id. */
export function idInMessageId(header: string): string | undefined {
  return /^\s*<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^\s<>@]+>\s*$/i.exec(header)?.[1]?.toLowerCase();
}

function toAttachment({ fileName, contentType, data }: NonNullable<OutgoingMail['attachment']>) {
  return { filename: fileName, contentType, content: Buffer.from(data) };
}

/** Builds the MIME message of a mail: text and HTML, from the system's address in the seller's name. The envelope is not part of it. */
export function composeMessage(mail: OutgoingMail, from: Mailbox) {
  const senderName = shorten(toOneLine(mail.senderName), NAME_LENGTH_MAX);
  return new MailComposer({
    from: { name: senderName || from.name, address: from.address },
    to: { name: '', address: mail.copy?.addressee ?? mail.recipient },
    cc: (mail.ccEmails ?? []).filter(isMailAddress).map((address) => ({ name: '', address })),
    ...(isMailAddress(mail.replyTo) ? { replyTo: { name: senderName, address: mail.replyTo } } : {}),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    ...(mail.attachment === undefined ? {} : { attachments: [toAttachment(mail.attachment)] }),
    messageId: messageIdOf(mail.copy?.of ?? mail.id, from),
    date: mail.date,
    headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: asks for no holiday replies
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
}
