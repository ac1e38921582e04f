/** The documents that have links. */
export type LinkedKind = 'INVOICE' | 'QUOTE' | 'CREDIT_NOTE';

/** The place of a link to the document in a mail, and the label of the link. */
export interface LinkPlace {
  readonly label: string;
  /** How far into each body, in UTF-16 code units. */
  readonly textOffset: number;
  readonly htmlOffset: number;
  /**
   * Where each body goes on after the link, since the link takes the place of what is said without it. Absent in mails that were queued
   * when a link did not yet replace anything.
   */
  readonly textEnd?: number;
  readonly htmlEnd?: number;
}

/** The link that a mail is to have, without its URL. */
export interface MailLink extends LinkPlace {
  readonly kind: LinkedKind;
  readonly documentId: string;
}
