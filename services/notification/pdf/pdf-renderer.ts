import { Piscina } from 'piscina';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { PrintedDocument } from '../domain/printed-document.ts';
import { countFallbackParts, countSyllableParts } from './printable-texts.ts';
import type { PrintTask, RenderTask, renderPdf } from './render-pdf.ts';
import { countTurnedLetters } from './turned-letters.ts';
import { createTurns } from './turns.ts';

/** Makes PDF files of documents, one after the other. Their owners take turns. */
export interface PdfRenderer {
  /**
   * Gives the file of a document of an owner, with the owner's logo when there is one.
   *
   * @throws DomainError DOCUMENT_TOO_LONG.
   */
  render(ownerId: string, document: PrintedDocument, logo?: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Gives the file of a document that an owner waits for. With the same document as an e-invoice in CII, it is a Factur-X file.
   *
   * @throws DomainError DOCUMENT_TOO_LONG, and RATE_LIMITED when too many of the owner's, or of all owners, wait already.
   * @throws what `signal` is aborted with.
   */
  renderFor(ownerId: string, task: PrintTask, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The longest document that is printed, some hundred pages: it takes three seconds, and memory far below the bound of the thread. One of
 * 500 lines of 1,000 characters is not that long.
 */
const LENGTH_MAX = 600_000;

/** A line break counts as this many characters, which take as long to lay out. */
const LINE_BREAK_LENGTH = 40;

/** Each part of a text that may need a fallback font counts as this many characters more. */
const FALLBACK_PART_LENGTH = 10;

/** Each letter of a script that is written from right to left counts as this many characters more. */
const TURNED_LENGTH = 3;

/** Each letter of a syllabic script counts as this many characters more, in words that were not met before. */
const SYLLABLE_PART_LENGTH = 9;

/** How many files of one owner may be waited for at once. */
const OWN_MAX = 20;

/** How many files of all owners may be waited for at once. Most take some milliseconds. */
const WAITING_MAX = 200;

/** How long the thread stays without work. Then the memory that it holds, above all for the fonts, is given back. */
const IDLE_MS = 30_000;

const TRY_FONTS = { filename: new URL('./fonts.ts', import.meta.url).href, name: 'tryFonts' };

/**
 * Lays out documents in a separate thread, so that nothing else waits for that. The thread is there only while there is work.
 *
 * @param fallbackFonts Paths of fonts for letters that the font of the documents does not have.
 * @throws an Error that says which of these cannot be opened.
 */
export async function createPdfRenderer(fallbackFonts: readonly string[]): Promise<PdfRenderer> {
  const pool = new Piscina({
    filename: new URL('./render-pdf.ts', import.meta.url).href,
    name: 'renderPdf',
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const print = (task: PrintTask): ReturnType<typeof renderPdf> =>
    pool.run({ ...task, fallbackFonts } satisfies RenderTask);
  if (fallbackFonts.length > 0) await pool.run(fallbackFonts, TRY_FONTS);
  const inTurn = createTurns();
  const waiting = new Map<string, number>();
  let waitingCount = 0;
  return {
    async render(ownerId, document, logo) {
      requirePrintable(document);
      return await inTurn(ownerId, undefined, () => print({ document, logo }));
    },
    async renderFor(ownerId, task, signal) {
      requirePrintable(task.document);
      const own = waiting.get(ownerId) ?? 0;
      if (own >= OWN_MAX || waitingCount >= WAITING_MAX) throw tooMany();
      waiting.set(ownerId, own + 1);
      waitingCount++;
      try {
        // The pool does not get the signal: it would end the thread, and what that had just made would come as an error that
        // nobody can catch. So a file that is being made is finished, which takes three seconds at most.
        const file = await inTurn(ownerId, signal, () => print(task));
        signal?.throwIfAborted();
        return file;
      } finally {
        waitingCount--;
        const rest = (waiting.get(ownerId) ?? 1) - 1;
        if (rest === 0) waiting.delete(ownerId);
        else waiting.set(ownerId, rest);
      }
    },
  };
}

function requirePrintable(document: PrintedDocument): void {
  const text = JSON.stringify(document);
  const lineBreaks = text.match(/\\[nr]/g)?.length ?? 0;
  const length =
    text.length +
    lineBreaks * LINE_BREAK_LENGTH +
    countFallbackParts(text) * FALLBACK_PART_LENGTH +
    countTurnedLetters(text) * TURNED_LENGTH +
    countSyllableParts(text) * SYLLABLE_PART_LENGTH;
  if (length <= LENGTH_MAX) return;
  throw new DomainError(
    'state',
    'DOCUMENT_TOO_LONG',
    'The document is too long to be printed: it would have hundreds of pages.',
  );
}

function tooMany(): DomainError {
  return new DomainError(
    'exhausted',
    'RATE_LIMITED',
    'Too many documents are being made at once; try again in a moment.',
    { metadata: { retryAfterSeconds: '1' } },
  );
}
