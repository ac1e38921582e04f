import { TextDecoder } from 'node:util';

/** A file as it was sent. */
export interface TextFile {
  /** Its media type. A `charset` in it names the encoding; without one the file is in UTF-8. */
  readonly contentType: string;
  readonly data: Uint8Array;
}

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/** What a decoder puts where bytes are not text. */
const UNREADABLE = '\uFFFD';
/** Characters around it that an error repeats. */
const CONTEXT = 20;

/**
 * Gives the text of a file without a byte order mark, or says why it cannot be read. An encoding is never guessed: most
 * bytes are letters in many encodings, but not the same ones.
 */
export function decodeText({ contentType, data }: TextFile): { readonly text: string } | { readonly detail: string } {
  const charset = CHARSET.exec(contentType)?.[1] ?? 'utf-8';
  const decoder = decoderOf(charset);
  if (decoder === undefined) {
    return { detail: `must be in an encoding that is known, which ${charset.slice(0, CONTEXT)} is not` };
  }
  const text = decode(decoder, data);
  if (decoder.encoding === 'utf-8') return text === undefined ? { detail: notUtf8(data) } : { text };
  // Text with accents in another encoding hardly ever happens to be UTF-8, so the name is wrong.
  if (data.some((byte) => byte > 0x7f) && decode(new TextDecoder('utf-8', { fatal: true }), data) !== undefined) {
    return { detail: `is text in UTF-8, but its content type says ${decoder.encoding}` };
  }
  return text === undefined ? { detail: `must be text in ${decoder.encoding}, as its content type says` } : { text };
}

function decoderOf(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return undefined;
  }
}

function decode(decoder: TextDecoder, data: Uint8Array): string | undefined {
  try {
    return decoder.decode(data);
  } catch {
    return undefined;
  }
}

function notUtf8(data: Uint8Array): string {
  const text = new TextDecoder().decode(data);
  const place = text.indexOf(UNREADABLE);
  const before = text.slice(0, place);
  const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  const end = /[\r\n]|$/.exec(text.slice(place, place + CONTEXT))?.index ?? 0;
  const read = text.slice(Math.max(start, place - CONTEXT), place + end).toWellFormed();
  return (
    `must be text in UTF-8, which line ${lineAt(place, text)} is not: ${JSON.stringify(read)}; save the file as ` +
    'UTF-8, or name its encoding in the content type, e.g. text/csv; charset=windows-1252'
  );
}

/** The number of the line that has the character at this place. */
function lineAt(place: number, text: string): number {
  let line = 1;
  for (const { index } of text.matchAll(/\r\n|\n|\r/g)) {
    if (index >= place) break;
    line++;
  }
  return line;
}
