import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareImages } from './changes.ts';
import { type Break, findBreaks } from './compatibility.ts';
import { type Image, ROOT, readImage } from './image.ts';
import { addRelease, digestOf, type Release, readIndex } from './release-index.ts';
import { packTarball } from './tarball.ts';
import { compareVersions, nextVersion } from './version.ts';

const scratch = mkdtempSync(join(tmpdir(), 'registry-'));
const bin = join(ROOT, 'node_modules/.bin');
let built = 0;
/** One message and nothing else. */
let library: Image;

beforeAll(async () => {
  // findBreaks runs the buf of this checkout, like make.
  process.env.PATH = `${bin}:${process.env.PATH}`;
  library = await imageOf({ 'library/v1/book.proto': book });
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** An image of some files below `numer/`, given as path and text without the first lines. */
async function imageOf(files: Record<string, string>): Promise<Image> {
  const folder = join(scratch, String(built++));
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, 'proto/numer', path);
    mkdirSync(dirname(target), { recursive: true });
    const name = `numer.${dirname(path).replaceAll('/', '.')}`;
    writeFileSync(target, `syntax = "proto3";\npackage ${name};\nimport "numer/options/v1/options.proto";\n${text}`);
  }
  cpSync(join(ROOT, 'proto/numer/options'), join(folder, 'proto/numer/options'), { recursive: true });
  writeFileSync(join(folder, 'buf.yaml'), 'version: v2\nmodules: [{path: proto}]\n');
  execFileSync(join(bin, 'buf'), ['build', '--output', 'image.binpb'], { cwd: folder, stdio: 'pipe' });
  return readImage(join(folder, 'image.binpb'));
}

/** Releases these images, oldest first, into a folder of their own, and gives the folder. */
async function release(...images: readonly Image[]): Promise<{ folder: string; releases: readonly Release[] }> {
  const folder = join(scratch, String(built++));
  for (const [index, { bytes }] of images.entries()) {
    const files = [{ path: 'image.binpb', mediaType: 'application/x-protobuf', content: bytes }] as const;
    await addRelease({ version: `v0.${index + 1}.0`, date: '2026-11-22', notes: [`Note ${index}.`], files }, folder);
  }
  return { folder, ...(await readIndex(folder)) };
}

const book = 'message Book { string title = 1; }';
const lent = (field: string): string =>
  `message BookLent {\n  option (numer.options.v1.event) = {topic: "book.lent" subject: "id"};\n  string id = 1;\n  ${field}\n}`;

describe('what changed', () => {
  test('nothing, when only the layout did', async () => {
    const after = await imageOf({ 'library/v1/book.proto': `\n\n  ${book}` });
    expect(compareImages(library, after)).toEqual({ level: 'none', notes: [] });
  });

  test('a patch, when only comments did', async () => {
    const after = await imageOf({ 'library/v1/book.proto': `// A book.\n${book}` });
    expect(compareImages(library, after).level).toBe('patch');
  });

  test('something minor, when something was added or changed', async () => {
    const after = await imageOf({
      'library/v1/book.proto': 'message Book { string title = 1 [deprecated = true]; string name = 2; }',
      'library/v1/shelf.proto': 'message Shelf { string room = 1; enum Kind { NONE = 0; } }',
      'library/v1/book_events.proto': lent(''),
    });
    expect(compareImages(library, after)).toEqual({
      level: 'minor',
      notes: [
        'Added field `numer.library.v1.Book.name`.',
        'Added event `book.lent` (`numer.library.v1.BookLent`).',
        'Added message `numer.library.v1.Shelf`.',
        'Changed field `numer.library.v1.Book.title`.',
      ],
    });
  });

  test('something major, when something is gone', async () => {
    const before = await imageOf({ 'library/v1/book.proto': book, 'library/v1/shelf.proto': 'message Shelf {}' });
    expect(compareImages(before, library)).toEqual({
      level: 'major',
      notes: ['Removed message `numer.library.v1.Shelf`.'],
    });
  });
});

// Each comparison starts Buf, and Buf starts the check plugin several times, so that tests look at the same ones.
describe('what breaks the newest release', () => {
  let breaks: readonly Break[];
  beforeAll(async () => {
    const former = await imageOf({ 'library/v1/book.proto': book, 'music/v1/disc.proto': 'message Disc {}' });
    const { folder, releases } = await release(former);
    const current = await imageOf({
      'library/v1/book.proto': 'message Book {}',
      'music/v2/disc.proto': 'message Disc {}',
    });
    breaks = await findBreaks(current, releases, folder);
  });

  test('a removed field, with file and line', () => {
    const place = 'proto/numer/library/v1/book.proto:4:1';
    expect(breaks).toContainEqual({ version: 'v0.1.0', place, message: expect.stringContaining('FIELD_NO_DELETE') });
  });

  test('a package that went when its successor came', () => {
    const message = expect.stringContaining('numer/music/v1/disc.proto');
    expect(breaks).toContainEqual({ version: 'v0.1.0', place: 'proto', message });
  });

  test('nothing else', () => {
    expect(breaks).toHaveLength(2);
  });
});

describe('what breaks an older release', () => {
  const eventsPath = 'library/v1/book_events.proto';
  const bookPath = 'library/v1/book.proto';
  const carrying = (field: string) => `import "numer/${bookPath}";\n${lent(`Book book = 2; ${field}`)}`;
  const books = { [bookPath]: 'message Book { string name = 1; }', [eventsPath]: carrying('int64 by = 3;') };
  const firstMusic = { 'music/v1/disc.proto': 'message Disc {}', 'music/v1/disc_events.proto': lent('') };
  const secondMusic = { 'music/v2/disc.proto': 'message Disc {}' };
  let breaks: readonly Break[];
  beforeAll(async () => {
    const older = await imageOf({ [bookPath]: book, [eventsPath]: carrying('string by = 3;'), ...firstMusic });
    const newest = await imageOf({ ...books, ...firstMusic, ...secondMusic });
    const { folder, releases } = await release(older, newest);
    const current = await imageOf({ ...books, ...secondMusic, 'music/v2/shelf.proto': 'message Shelf {}' });
    breaks = await findBreaks(current, releases, folder);
  });

  test('an event, and what it carries, that it has in another form than the newest', () => {
    const places = breaks.map(({ place }) => place);
    expect(places).toContainEqual('proto/numer/library/v1/book.proto:4:23');
    expect(places).toContainEqual(expect.stringMatching(/^proto\/numer\/library\/v1\/book_events.proto:8:/));
  });

  test('nothing that was added since, nor a package that went after its successor was released beside it', () => {
    expect(breaks.filter(({ version, place }) => version !== 'v0.1.0' || !place.includes('/library/'))).toEqual([]);
  });
});

describe('a release', () => {
  test('is listed with its digest, the newest first, and told in the change log', async () => {
    const { folder, releases } = await release(library, library);
    expect(releases.map(({ version, digest }) => [version, digest])).toEqual([
      ['v0.2.0', digestOf(library.bytes)],
      ['v0.1.0', digestOf(library.bytes)],
    ]);
    expect(releases[0]?.files).toMatchObject([
      { path: 'image.binpb', file: 'v0.2.0.binpb', bytes: library.bytes.length },
    ]);
    const changelog = readFileSync(join(folder, 'CHANGELOG.md'), 'utf8');
    expect([...changelog.matchAll(/^(## .*|- .*)$/gm)].map(([line]) => line)).toEqual([
      '## v0.2.0, 2026-11-22',
      '- Note 1.',
      '## v0.1.0, 2026-11-22',
      '- Note 0.',
    ]);
  });

  test('is never written again', async () => {
    const { folder } = await release(library);
    const files = [{ path: 'image.binpb', mediaType: '', content: Buffer.from('other') }] as const;
    await expect(addRelease({ version: 'v0.1.0', date: '2026-11-23', notes: [], files }, folder)).rejects.toThrow(
      'EEXIST',
    );
    expect((await readIndex(folder)).releases).toHaveLength(1);
  });
});

test('versions follow what changed, and are compared as numbers', () => {
  expect((['patch', 'minor', 'major'] as const).map((level) => nextVersion('v1.9.2', level))).toEqual([
    'v1.9.3',
    'v1.10.0',
    'v2.0.0',
  ]);
  expect(compareVersions('v1.10.0', 'v1.9.9')).toBeGreaterThan(0);
  expect(() => compareVersions('1.0.0', 'v1.0.0')).toThrow('v1.2.3');
});

test('a tarball has the files as they are, and the same bytes every time', () => {
  const files = ['b/two.proto', 'a/one.proto'].map((path) => ({ path, content: Buffer.from(path.repeat(100)) }));
  const packed = packTarball(files);
  expect(packTarball(files.toReversed())).toEqual(packed);
  const archive = join(scratch, 'protos.tar.gz');
  writeFileSync(archive, packed);
  expect(execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' })).toBe('a/one.proto\nb/two.proto\n');
  expect(execFileSync('tar', ['-xzOf', archive, 'b/two.proto'], { encoding: 'utf8' })).toBe('b/two.proto'.repeat(100));
});
