/** The documents that have links. */
export type LinkedKind = 'INVOICE' | 'QUOTE' | 'CREDIT_NOTE';

/** Where in a mail a link to the document has its place, and what it is called. */
export interface LinkPlace {
  readonly label: string;
  /** How far into each body, in UTF-16 code units. */
  readonly textOffset: number;
  readonly htmlOffset: number;
  /**
   * Where each body goes on after it, since it takes the place of what is said without it. Absent in mails that were queued before it
   * took any.
   */
  readonly textEnd?: number;
  readonly htmlEnd?: number;
}

/** The link that a mail is to have, without the link itself. */
export interface MailLink extends LinkPlace {
  readonly kind: LinkedKind;
  readonly documentId: string;
}
