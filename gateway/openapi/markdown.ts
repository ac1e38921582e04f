import { protoCamelCase } from '@bufbuild/protobuf/reflect';

/** Names of fields in a comment: in backticks, or after the name of a message. */
const fieldNames = /`[a-z][a-z0-9]*(?:[._][a-z0-9]+)*`|\b[A-Z]\w*\.[a-z]\w*\b/g;

/** The summary of an operation, and what else is said about it. */
export interface Heading {
  /** The first sentence, or the part of it before a colon. */
  readonly summary: string;
  /** Everything that follows; empty when nothing does. */
  readonly description: string;
}

/**
 * Turns the comment of a proto into Markdown for readers of the REST API: lines are joined to paragraphs, and fields are
 * called as in JSON (`nextPageToken`).
 */
export function toMarkdown(comment: string): string {
  return comment
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s*\n(?!\s*[-*] )\s*/g, ' ').trim())
    .join('\n\n')
    .replaceAll(fieldNames, (name) => name.split('.').map(protoCamelCase).join('.'));
}

/** Splits Markdown after its first sentence. */
export function splitHeading(markdown: string): Heading {
  const end = /(?<!\be\.g|\bi\.e)[.:](?=\s|$)/.exec(markdown)?.index ?? markdown.length;
  const rest = markdown.slice(end + 1).trim();
  return { summary: markdown.slice(0, end), description: rest.slice(0, 1).toUpperCase() + rest.slice(1) };
}

/** Puts the parts that are not empty into paragraphs of their own. */
export function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
