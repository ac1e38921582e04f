import type { Language } from './language.ts';
import type { LinkPlace } from './mail-link.ts';

/** A mail as it is sent: the subject is one line of bounded length, both bodies say the same. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The place of a link to its document; absent when it is to have none. */
  readonly linkPlace?: LinkPlace;
}

/** A mail before it is laid out. All texts are plain; the layout escapes them. */
export interface MailDraft {
  readonly language: Language;
  readonly subject: string;
  readonly blocks: readonly Block[];
}

/** A part of a mail. */
export type Block =
  | Paragraph
  /** The address of a page, by itself. */
  | { readonly kind: 'link'; readonly url: string }
  /** Small print at the end. */
  | { readonly kind: 'footer'; readonly text: string }
  | FactList
  /** The lines of an invoice. */
  | { readonly kind: 'items'; readonly items: readonly Item[] };

/** A text by itself. */
export interface Paragraph {
  readonly kind: 'paragraph';
  readonly text: string;
}

/** Labels and values below each other. */
export interface FactList {
  readonly kind: 'facts';
  readonly facts: readonly Fact[];
}

/** A label with its value. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Whether it stands out in print, as a total does. */
  readonly isTotal?: boolean;
}

/** A line of an invoice: what it is for, how its amount comes about, and the amount. */
export interface Item {
  readonly title: string;
  readonly detail: string;
  readonly amount: string;
}

/** The longest subject, in characters. Mail programs show less of one. */
const SUBJECT_LENGTH_MAX = 150;

/**
 * A text as one line: line breaks and other control characters become spaces. Whatever goes into a header passes through
 * here, so that a name cannot add a header.
 */
export function toOneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '') // they would turn around the letters after them
    .trim();
}

/**
 * Whether a text is one mail address, and nothing that a mail program would take for several or for more than an address.
 * Quoted names before the @ are refused; hardly anybody has one.
 */
export function isMailAddress(text: string): boolean {
  return /^[^\s\p{Cc}<>@,;:"()\\[\]]+@[^\s\p{Cc}<>@,;:"()\\]+$/u.test(text);
}

/** A text cut to at most `length` characters, with an ellipsis in place of what is left out. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** The subject line for a text of any kind. */
export function toSubject(text: string): string {
  return shorten(toOneLine(text), SUBJECT_LENGTH_MAX);
}
