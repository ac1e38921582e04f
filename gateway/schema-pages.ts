import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context, Env, Hono } from 'hono';

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

/** The index of the registry, newest release first. */
interface Index {
  readonly releases: readonly { readonly version: string; readonly files: readonly ReleaseFile[] }[];
}

const RELEASES_DIR = join(import.meta.dirname, '../proto/releases');

/** A release never changes. */
const CACHE_FOR_EVER = 'public, max-age=31536000, immutable';
/** What "latest" and the list are can change with the next version of the system. */
const ASK_EACH_TIME = 'public, no-cache';

/**
 * Serves the released contracts: `/schemas` lists the releases, `/schemas/{version}/{file}` is a file of one, where
 * `latest` stands for the newest version. With them `buf breaking --against http://.../schemas/latest/image.binpb` and
 * `buf generate http://.../schemas/latest/image.binpb` need nothing but the address. Open to all, as the contracts are.
 */
export function addSchemaPages<E extends Env>(app: Hono<E>, directory = RELEASES_DIR): void {
  const text = readFileSync(join(directory, 'index.json'), 'utf8');
  const { releases }: Index = JSON.parse(text);
  app.get('/schemas', (context) => {
    context.header('cache-control', ASK_EACH_TIME);
    context.header('content-type', 'application/json');
    return context.body(text);
  });
  for (const [index, { version, files }] of releases.entries()) {
    for (const file of files) {
      app.get(`/schemas/${version}/${file.path}`, (context) => send(context, directory, file, CACHE_FOR_EVER));
      if (index === 0) {
        app.get(`/schemas/latest/${file.path}`, (context) => send(context, directory, file, ASK_EACH_TIME));
      }
    }
  }
}

async function send(context: Context, directory: string, file: ReleaseFile, cache: string): Promise<Response> {
  const etag = `"${file.digest}"`;
  context.header('cache-control', cache);
  context.header('etag', etag);
  if (context.req.header('if-none-match')?.includes(etag)) return context.body(null, 304);
  context.header('content-type', file.mediaType);
  return context.body(new Uint8Array(await readFile(join(directory, file.file))));
}
