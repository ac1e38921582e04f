import { html } from 'hono/html';
import { splitHeading } from '../openapi/markdown.ts';

/** A piece of a page. */
export type Html = ReturnType<typeof html>;

/** Gives the anchor that a name in a comment leads to; undefined for a word that names nothing. */
export type FindAnchor = (name: string) => string | undefined;

/** Text in backticks, and words that may be the name of an RPC, a message or a reason. */
const NAMES = /`([^`]+)`|\b([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g;

/** Puts a comment of a proto into paragraphs and lists, in which names link to what they name. */
export function markUp(comment: string, findAnchor: FindAnchor): Html[] {
  return comment
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => {
      const [intro = '', ...items] = `\n${paragraph}`.split(/\n\s*[-*] /).map(joinLines);
      const list =
        items.length === 0 ? '' : html`<ul>${items.map((item) => html`<li>${link(item, findAnchor)}</li>`)}</ul>`;
      return html`${intro === '' ? '' : html`<p>${link(intro, findAnchor)}</p>`}${list}`;
    });
}

/** The first sentence of a comment, for a list. */
export function firstSentence(comment: string): string {
  const [paragraph = ''] = comment.split(/\n\s*\n/);
  return splitHeading(joinLines(paragraph)).summary;
}

function joinLines(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function link(text: string, findAnchor: FindAnchor): Html {
  const parts: (Html | string)[] = [];
  let from = 0;
  for (const { 0: match, 1: quoted, 2: word, index } of text.matchAll(NAMES)) {
    const name = quoted ?? word ?? '';
    const anchor = findAnchor(name);
    const shown = quoted === undefined ? html`${name}` : html`<code>${name}</code>`;
    parts.push(text.slice(from, index), anchor === undefined ? shown : html`<a href="#${anchor}">${shown}</a>`);
    from = index + match.length;
  }
  return html`${parts}${text.slice(from)}`;
}
