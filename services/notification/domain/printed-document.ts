import type { Fact, FactList, Item, Paragraph } from './mail.ts';

/** A document as it is printed: plain JSON, with all texts in the customer's language. */
export interface PrintedDocument {
  /** BCP 47 tag of the language. */
  readonly language: string;
  readonly paper: 'A4' | 'LETTER';
  /** What it is, with its number. */
  readonly title: string;
  /** Says across each page that it is not, or no longer, in force, or that it is a copy. Empty when it is the document itself. */
  readonly marking: string;
  /** When it was made (RFC 3339), as its file says. */
  readonly createTime: string;
  /** The name of the issuer, and below it what else the law requires about them. */
  readonly issuer: readonly string[];
  /** Name and address of the recipient, line by line. */
  readonly recipient: readonly string[];
  /** Its numbers and dates. */
  readonly facts: readonly Fact[];
  readonly itemsHead: { readonly title: string; readonly amount: string };
  readonly items: readonly Item[];
  /** The totals of the items. */
  readonly sums: readonly Fact[];
  /** What is said below the sums. */
  readonly notes: readonly (Paragraph | FactList)[];
}
