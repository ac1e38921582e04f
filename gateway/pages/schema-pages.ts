import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context, Env, Hono } from 'hono';
import { renderReference } from '../reference/reference-page.ts';
import { REFERENCE_STYLE } from '../reference/reference-style.ts';
import { ASK_EACH_TIME, CACHE_FOR_EVER, createPage, keep } from './served-page.ts';

/** A file of a release. */
interface ReleaseFile {
  /** Where it is served, below the version: `image.binpb`. */
  readonly path: string;
  /** Its name in the folder. */
  readonly file: string;
  readonly mediaType: string;
  /** `sha256:<hex>` of its bytes. */
  readonly digest: string;
}

/** A release; the first of its files is the image. */
interface Release {
  readonly version: string;
  readonly date: string;
  readonly notes: readonly string[];
  readonly files: readonly ReleaseFile[];
}

/** The index of the registry, newest release first. */
interface Index {
  readonly releases: readonly Release[];
}

const RELEASES_DIR = join(import.meta.dirname, '../../proto/releases');

/** The reference has one style and nothing else to load. */
const REFERENCE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(REFERENCE_STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the released contracts: `/schemas` lists the releases, `/schemas/{version}/{file}` is a file of one, where
 * `latest` stands for the newest version, and `/schemas/{version}/reference.html` is for people. With them
 * `buf breaking --against http://.../schemas/latest/image.binpb` and `buf generate http://.../schemas/latest/image.binpb` need
 * nothing but the address. Open to all, as the contracts are.
 */
export function addSchemaPages<E extends Env>(app: Hono<E>): void {
  const { releases }: Index = JSON.parse(readFileSync(join(RELEASES_DIR, 'index.json'), 'utf8'));
  const listed = releases.map((release) => ({ ...release, reference: `/schemas/${release.version}/reference.html` }));
  const list = `${JSON.stringify({ releases: listed }, null, 2)}\n`;
  app.get('/schemas', (context) => {
    context.header('cache-control', ASK_EACH_TIME);
    context.header('content-type', 'application/json');
    return context.body(list);
  });
  for (const [index, release] of releases.entries()) {
    const reference = createPage({
      type: 'text/html; charset=utf-8',
      policy: REFERENCE_POLICY,
      read: () => readReference(release),
    });
    const files = release.files.map((file) => ({ file, content: keep(() => readContent(file)) }));
    const serve = (version: string, cache: string) => {
      for (const { file, content } of files) {
        app.get(`/schemas/${version}/${file.path}`, (context) => send(context, file, content, cache));
      }
      // The contracts of a release never change, but the way in which the system shows them may.
      app.get(`/schemas/${version}/reference.html`, (context) => reference(context, ASK_EACH_TIME));
    };
    serve(release.version, CACHE_FOR_EVER);
    if (index === 0) serve('latest', ASK_EACH_TIME);
  }
}

async function readReference({ version, date, notes, files }: Release): Promise<string> {
  const image = await readFile(join(RELEASES_DIR, files[0]?.file ?? ''));
  return renderReference(image, { version, date, notes, files: files.map(({ path }) => path) });
}

async function readContent({ file }: ReleaseFile): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(join(RELEASES_DIR, file)));
}

async function send(
  context: Context,
  file: ReleaseFile,
  content: () => Promise<Uint8Array<ArrayBuffer>>,
  cache: string,
): Promise<Response> {
  const etag = `"${file.digest}"`;
  context.header('cache-control', cache);
  context.header('etag', etag);
  if (context.req.header('if-none-match')?.includes(etag)) return context.body(null, 304);
  context.header('content-type', file.mediaType);
  return context.body(await content());
}
