import { type Block, type Mail, type MailDraft, toSubject } from './mail.ts';
import type { LinkPlace } from './mail-link.ts';
import { HTML_END, renderHtml } from './render-html.ts';
import { renderText } from './render-text.ts';

/** Both bodies of a mail, and its subject on one line. */
export function layOut(draft: MailDraft): Mail {
  const titled = { ...draft, subject: toSubject(draft.subject) };
  return { subject: titled.subject, text: renderText(titled), html: renderHtml(titled) };
}

/** A mail that is to have a link to its document. */
interface LinkedDraft extends Omit<MailDraft, 'blocks'> {
  /** What comes before the link. */
  readonly opening: readonly Block[];
  readonly linkLabel: string;
  /** What is said in place of the link where there is none. */
  readonly unlinked?: readonly Block[];
  /** What comes after the link. */
  readonly content: readonly Block[];
}

/** The same for a mail with a place for the link to its document. */
export function layOutLinked({ opening, linkLabel, unlinked = [], content, ...head }: LinkedDraft): Mail {
  const draft = { ...head, blocks: [...opening, ...unlinked, ...content] };
  const start = lengthsOf({ ...draft, blocks: opening });
  const end = lengthsOf({ ...draft, blocks: [...opening, ...unlinked] });
  const linkPlace: LinkPlace = {
    label: linkLabel,
    textOffset: start.text,
    htmlOffset: start.html,
    textEnd: end.text,
    htmlEnd: end.html,
  };
  return { ...layOut(draft), linkPlace };
}

/** How long both bodies are up to where another block would begin. */
function lengthsOf(draft: MailDraft) {
  const { text, html } = layOut(draft);
  return { text: text.length - '\n'.length, html: html.length - HTML_END.length };
}
