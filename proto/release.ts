/**
 * `make contract-release`: releases the contracts of the checkout. The changes decide the version. `VERSION=v1.0.0`
 * chooses a higher one. `NOTES="..."` puts a sentence before the list of changes.
 */
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareImages, summarize } from './registry/changes.ts';
import { findBreaks, readReleased } from './registry/compatibility.ts';
import { buildImage, type Image, ROOT } from './registry/image.ts';
import { addRelease, type NewFile, type Release, readIndex } from './registry/release-index.ts';
import { packTarball } from './registry/tarball.ts';
import { compareVersions, FIRST_VERSION, nextVersion } from './registry/version.ts';

/** A reason not to release, for the person at the terminal. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** The version that the changes require, and the notes about them. */
async function decide(
  current: Image,
  releases: readonly Release[],
): Promise<{ version: string; notes: readonly string[] }> {
  const [newest] = releases;
  if (newest === undefined) return { version: FIRST_VERSION, notes: [`First release: ${summarize(current)}`] };
  const breaks = await findBreaks(current, releases);
  if (breaks.length > 0) {
    const list = breaks.map(({ place, message, version }) => `${place}: ${message} Released in ${version}.`);
    throw new Refusal(
      [
        ...list,
        'These changes break whoever uses a release, so they are not released. Undo them, or put a package v2 beside v1:',
        'once a release has both, v1 may go as a whole, and that is a major release.',
      ].join('\n'),
    );
  }
  const { level, notes } = compareImages(await readReleased(newest), current);
  if (level === 'none') throw new Refusal(`The contracts are those of ${newest.version}: there is nothing to release.`);
  return { version: nextVersion(newest.version, level), notes };
}

/** The OpenAPI document of the checkout. */
const DOCUMENT = join(ROOT, 'gen/openapi.json');

/** The files of a release: image, sources and the OpenAPI document. */
async function collectFiles(current: Image): Promise<[NewFile, ...NewFile[]]> {
  // Buf itself contains these files; they are in no folder of ours.
  const names = [...current.registry.files]
    .map(({ proto }) => proto.name)
    .filter((name) => !name.startsWith('google/protobuf/'));
  const sources = names.map(async (name) => {
    const folder = name.startsWith('numer/') ? 'proto' : 'vendor';
    return { path: name, content: await readFile(join(ROOT, folder, name)) };
  });
  return [
    { path: 'image.binpb', mediaType: 'application/x-protobuf', content: current.bytes },
    { path: 'protos.tar.gz', mediaType: 'application/gzip', content: packTarball(await Promise.all(sources)) },
    { path: 'openapi.json', mediaType: 'application/vnd.oai.openapi+json', content: await readFile(DOCUMENT) },
  ];
}

interface Package {
  version: string;
}

/** Gives the OpenAPI document and the packages the version of the release. */
async function setVersion(version: string): Promise<void> {
  await editJson<{ info: Package }>(DOCUMENT, ({ info }) => {
    info.version = version;
  });
  for (const path of ['package.json', 'client/package.json']) {
    await editJson<Package>(join(ROOT, path), (manifest) => {
      manifest.version = version;
    });
  }
  await editJson<Package & { packages: { '': Package } }>(join(ROOT, 'package-lock.json'), (lock) => {
    lock.version = version;
    lock.packages[''].version = version;
  });
}

async function editJson<Content>(path: string, edit: (content: Content) => void): Promise<void> {
  const content: Content = JSON.parse(await readFile(path, 'utf8'));
  edit(content);
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`);
}

async function release(): Promise<void> {
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'numer-contracts-'));
  const current = await buildImage(join(scratch.path, 'image.binpb'));
  const { releases } = await readIndex();
  const decided = await decide(current, releases);
  const version = process.env.VERSION || decided.version;
  if (compareVersions(version, decided.version) < 0) {
    throw new Refusal(`${version} is too low: the changes ask for ${decided.version} or higher.`);
  }
  const notes = [...(process.env.NOTES ? [process.env.NOTES] : []), ...decided.notes];
  const date = new Date().toISOString().slice(0, 10);
  await setVersion(version.slice(1));
  const { digest } = await addRelease({ version, date, notes, files: await collectFiles(current) });
  process.stdout.write(`Released ${version}, ${digest}\n${notes.join('\n')}\nCommit all that changed.\n`);
}

try {
  await release();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
