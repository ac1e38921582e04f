/**
 * One segment of a path template: text that must match, any one segment (`*`), or all remaining ones (`**`).
 */
export type Segment =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'single' }
  | { readonly kind: 'rest' };

/** A `{variable}` of a template and the segments it captures. */
export interface Variable {
  /** Proto field names from the request message down, e.g. `['book', 'name']` of `{book.name}`. */
  readonly fieldPath: readonly string[];
  /** Index of the first captured segment. */
  readonly start: number;
  /** Index after the last captured segment; undefined when it ends in `**` and captures all remaining ones. */
  readonly end: number | undefined;
  /** Whether more than one segment can be captured. Such a value keeps `%2F` as it was sent (google/api/http.proto). */
  readonly multi: boolean;
}

/** A path template, taken apart. */
export interface Template {
  /** The segments without variables around them. `**` can only be the last. None for the template `/`. */
  readonly segments: readonly Segment[];
  readonly variables: readonly Variable[];
  /** The custom verb after the last colon (`cancel` of `/v1/{id}:cancel`); empty when there is none. */
  readonly verb: string;
}

/** What is wrong with a template. The message names the place but not the template, which the caller adds. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

interface Cursor {
  readonly text: string;
  at: number;
  readonly segments: Segment[];
  readonly variables: Variable[];
  verb: string;
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
// pchar of RFC 3986 without `*`, which is only allowed as a whole segment.
const literal = /^(?:[-A-Za-z0-9._~!$&'()+,;=:@]|%[0-9A-Fa-f]{2})+$/;

/**
 * Takes apart a path template in the grammar of google/api/http.proto:
 *
 *     Template = "/" Segments [ Verb ] ;
 *     Segments = Segment { "/" Segment } ;
 *     Segment  = "*" | "**" | LITERAL | Variable ;
 *     Variable = "{" FieldPath [ "=" Segments ] "}" ;
 *     FieldPath = IDENT { "." IDENT } ;
 *     Verb     = ":" LITERAL ;
 *
 * The bare `/` is accepted as well. After a literal, the verb starts at the last colon of the last segment; after a
 * variable or wildcard, at the first.
 *
 * @throws TemplateError when the text does not follow the grammar.
 */
export function parseTemplate(text: string): Template {
  if (!text.startsWith('/')) {
    throw new TemplateError('must start with "/"');
  }
  const cursor: Cursor = { text, at: 1, segments: [], variables: [], verb: '' };
  if (text !== '/') {
    parseSegments(cursor, false);
  }
  checkRestIsLast(cursor.segments);
  checkVariablesDiffer(cursor.variables);
  return { segments: cursor.segments, variables: cursor.variables, verb: cursor.verb };
}

function parseSegments(cursor: Cursor, inVariable: boolean): void {
  for (;;) {
    parseSegment(cursor, inVariable);
    const next = cursor.text[cursor.at];
    if (next === '/') {
      cursor.at++;
    } else if (next === ':' && !inVariable) {
      parseVerb(cursor);
      return;
    } else if (next === undefined || (next === '}' && inVariable)) {
      return;
    } else {
      throw new TemplateError(`unexpected "${next}" at position ${cursor.at}`);
    }
  }
}

function parseSegment(cursor: Cursor, inVariable: boolean): void {
  const { text } = cursor;
  if (text[cursor.at] === '{') {
    if (inVariable) {
      throw new TemplateError(`a variable inside a variable at position ${cursor.at}`);
    }
    parseVariable(cursor);
  } else if (text.startsWith('**', cursor.at)) {
    cursor.at += 2;
    cursor.segments.push({ kind: 'rest' });
  } else if (text[cursor.at] === '*') {
    cursor.at++;
    cursor.segments.push({ kind: 'single' });
  } else {
    parseLiteral(cursor, inVariable);
  }
}

function parseLiteral(cursor: Cursor, inVariable: boolean): void {
  const { text, at } = cursor;
  let end = at;
  while (end < text.length && !'/{}'.includes(text.charAt(end))) {
    end++;
  }
  // Only the last segment can carry the verb; a colon before that is an ordinary character.
  if (end === text.length && !inVariable) {
    const colon = text.lastIndexOf(':');
    end = colon >= at ? colon : end;
  }
  cursor.segments.push({ kind: 'literal', value: decodeLiteral(text.slice(at, end), at) });
  cursor.at = end;
}

function parseVerb(cursor: Cursor): void {
  const verb = cursor.text.slice(cursor.at + 1);
  if (!literal.test(verb)) {
    throw new TemplateError(verb === '' ? 'the verb is empty' : `"${verb}" cannot be a verb`);
  }
  cursor.verb = decodeLiteral(verb, cursor.at + 1);
  cursor.at = cursor.text.length;
}

function parseVariable(cursor: Cursor): void {
  const { text } = cursor;
  const open = cursor.at;
  let at = open + 1;
  while (at < text.length && text[at] !== '=' && text[at] !== '}') {
    at++;
  }
  const name = text.slice(open + 1, at);
  const fieldPath = name.split('.');
  if (!fieldPath.every((part) => identifier.test(part))) {
    throw new TemplateError(`"${name}" is not a field path`);
  }
  const start = cursor.segments.length;
  cursor.at = at;
  if (text[at] === '=') {
    cursor.at++;
    parseSegments(cursor, true);
  } else {
    cursor.segments.push({ kind: 'single' });
  }
  if (text[cursor.at] !== '}') {
    throw new TemplateError(`the variable at position ${open} is not closed`);
  }
  cursor.at++;
  const end = cursor.segments.length;
  const endless = cursor.segments.at(-1)?.kind === 'rest';
  cursor.variables.push({ fieldPath, start, end: endless ? undefined : end, multi: endless || end - start > 1 });
}

function decodeLiteral(text: string, at: number): string {
  if (text === '') {
    throw new TemplateError(`an empty segment at position ${at}`);
  }
  if (!literal.test(text)) {
    throw new TemplateError(`"${text}" has characters that a path segment must percent-encode`);
  }
  try {
    return decodeURIComponent(text);
  } catch {
    throw new TemplateError(`"${text}" is not percent-encoded UTF-8`);
  }
}

function checkRestIsLast(segments: readonly Segment[]): void {
  if (segments.slice(0, -1).some((segment) => segment.kind === 'rest')) {
    throw new TemplateError('"**" must be the last segment');
  }
}

function checkVariablesDiffer(variables: readonly Variable[]): void {
  const seen = new Set<string>();
  for (const { fieldPath } of variables) {
    const name = fieldPath.join('.');
    if (seen.has(name)) {
      throw new TemplateError(`the variable "${name}" is there twice`);
    }
    seen.add(name);
  }
}
