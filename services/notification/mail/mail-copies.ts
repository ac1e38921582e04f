import { createHash } from 'node:crypto';

/** A copy of a mail, which is sent like a mail of its own. */
export interface MailCopy {
  /** Id of its notification. */
  readonly id: string;
  readonly role: 'CC' | 'BCC';
  readonly recipient: string;
}

/** Whom a mail goes to. */
export interface Recipients {
  /** Empty when the customer has no address; nobody gets a copy of such a mail, which fails. */
  readonly recipient: string;
  readonly ccEmails: readonly string[];
  /** Empty for nobody. */
  readonly bccEmail: string;
}

/** The copies of a mail, the same each time. Nobody gets the mail twice, whatever the case of the addresses. */
export function copiesOf(mailId: string, { recipient, ccEmails, bccEmail }: Recipients): readonly MailCopy[] {
  if (recipient === '') return [];
  const known = new Set(['', recipient.toLowerCase()]);
  const copies = [
    ...ccEmails.map((email) => ({ role: 'CC', recipient: email }) as const),
    { role: 'BCC', recipient: bccEmail } as const,
  ];
  return copies.flatMap((copy) => {
    const address = copy.recipient.toLowerCase();
    if (known.has(address)) return [];
    known.add(address);
    return [{ ...copy, id: derivedIdOf(mailId, address) }];
  });
}

/** The addresses in the Cc header of a mail. */
export function visibleOf(copies: readonly MailCopy[]): readonly string[] {
  return copies.filter(({ role }) => role === 'CC').map(({ recipient }) => recipient);
}

/** Another id that is derived from one, for `what`: always the same one, with the same time. For a copy that is its address in lower case. */
export function derivedIdOf(id: string, what: string): string {
  return id.slice(0, 24) + createHash('md5').update(`${id} ${what}`).digest('hex').slice(0, 12);
}
