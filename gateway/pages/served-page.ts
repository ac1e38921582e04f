import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';

/** For content that never changes under its URL. */
export const CACHE_FOR_EVER = 'public, max-age=31536000, immutable';
/** For content that may change with the next version of the system. */
export const ASK_EACH_TIME = 'public, no-cache';

/** A page or file of the system's own. */
export interface PageOptions {
  /** Media type. */
  readonly type: string;
  /** The header Content-Security-Policy. */
  readonly policy: string;
  /** Gives the content. Called when the page is first requested, and again after a failure. */
  read(): Promise<Buffer | string>;
}

/** Answers a request for a page; `cache` is the header Cache-Control. */
export type ServePage = (context: Context, cache: string) => Promise<Response>;

/** A page as it is sent. */
interface Page {
  readonly text: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** A page that is made once and kept. It is compressed for clients that accept that, and not sent again to those that have it. */
export function createPage(options: PageOptions): ServePage {
  const page = keep(() => makePage(options));
  return async (context, cache) => answer(context, await page(), options, cache);
}

/**
 * Makes something when it is first asked for, and again after a failure. All answers share the bytes of a page or file: those
 * of its own would cost a megabyte for a request of a few bytes, for as long as the peer takes to read.
 */
export function keep<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

async function makePage({ read }: PageOptions): Promise<Page> {
  const text = Buffer.from(await read());
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return { text: new Uint8Array(text), gzipped: new Uint8Array(await promisify(gzip)(text)), etag: `"${hash}"` };
}

function answer(context: Context, page: Page, { type, policy }: PageOptions, cache: string): Response {
  context.header('cache-control', cache);
  context.header('content-security-policy', policy);
  // Weak, since the bytes depend on the encoding.
  context.header('etag', `W/${page.etag}`);
  context.header('vary', 'Accept-Encoding, Origin');
  if (context.req.header('if-none-match')?.includes(page.etag)) return context.body(null, 304);
  const isGzipped = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '');
  if (isGzipped) context.header('content-encoding', 'gzip');
  context.header('content-type', type);
  return context.body(isGzipped ? page.gzipped : page.text);
}
