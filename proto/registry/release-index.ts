import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of the released contracts: their files, `index.json`, which lists them, and `CHANGELOG.md`. */
export const RELEASES = join(import.meta.dirname, '../releases');

/** One file of a release. It never changes. */
export interface ReleaseFile {
  /** Its name within the release, e.g. `image.binpb`, as in `/schemas/<version>/<path>`. */
  readonly path: string;
  /** Its name in the folder of releases. */
  readonly file: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/** Released contracts. */
export interface Release {
  /** `v<major>.<minor>.<patch>`. */
  readonly version: string;
  /** Day of the release, `YYYY-MM-DD`. */
  readonly date: string;
  /** Digest of the image: the identity of the contracts. */
  readonly digest: string;
  /** The changes since the previous release, one line each. */
  readonly notes: readonly string[];
  readonly files: readonly ReleaseFile[];
}

/** The list of all releases. */
export interface ReleaseIndex {
  /** The newest first. */
  readonly releases: readonly Release[];
}

/** Reads the index of a folder of releases. Without an index there are no releases. */
export async function readIndex(folder = RELEASES): Promise<ReleaseIndex> {
  const path = join(folder, 'index.json');
  if (!existsSync(path)) return { releases: [] };
  // Only `addRelease` writes it, and a test compares it with the files.
  return JSON.parse(await readFile(path, 'utf8')) as ReleaseIndex;
}

/** `sha256:` and the hexadecimal digest of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A file of a new release, not yet written. */
export interface NewFile {
  readonly path: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** A release that is about to be written. The first file is the image. */
export interface NewRelease {
  readonly version: string;
  readonly date: string;
  readonly notes: readonly string[];
  readonly files: readonly [NewFile, ...NewFile[]];
}

/**
 * Writes the files of a release, then its entries in the index and the change log.
 *
 * @throws Error when a file of that release exists, since a release never changes
 */
export async function addRelease(release: NewRelease, folder = RELEASES): Promise<Release> {
  const { version, date, notes, files } = release;
  await mkdir(folder, { recursive: true });
  const written: ReleaseFile[] = [];
  for (const { path, mediaType, content } of files) {
    const file = `${version}.${path.replace('image.', '')}`;
    await writeFile(join(folder, file), content, { flag: 'wx' });
    written.push({ path, file, mediaType, bytes: content.length, digest: digestOf(content) });
  }
  const added: Release = { version, date, digest: digestOf(files[0].content), notes, files: written };
  const { releases } = await readIndex(folder);
  await writeFile(join(folder, 'index.json'), `${JSON.stringify({ releases: [added, ...releases] }, null, 2)}\n`);
  await addToChangelog(added, folder);
  return added;
}

const CHANGELOG_TITLE = '# Released contracts\n';

async function addToChangelog({ version, date, digest, notes }: Release, folder: string): Promise<void> {
  const path = join(folder, 'CHANGELOG.md');
  const before = existsSync(path) ? await readFile(path, 'utf8') : CHANGELOG_TITLE;
  const entry = [`## ${version}, ${date}`, '', `\`${digest}\``, '', ...notes.map((note) => `- ${note}`), ''].join('\n');
  await writeFile(path, before.replace(CHANGELOG_TITLE, `${CHANGELOG_TITLE}\n${entry}`));
}
