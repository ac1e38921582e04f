import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type DescFile, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { type Image, ROOT, readImage } from './image.ts';
import { RELEASES, type Release } from './release-index.ts';

/** A change that breaks a release. */
export interface Break {
  /** The release that it breaks. */
  readonly version: string;
  /** `proto/numer/...proto:<line>:<column>`, or `proto` for something that is gone. */
  readonly place: string;
  /** What changed, and the rule that forbids it. */
  readonly message: string;
}

/** Exit code of Buf when rules failed, but not Buf itself. */
const RULES_FAILED = 100;

/**
 * Rules for the events of releases before the newest: neither their bytes nor their JSON may break, since both wait in
 * queues, outboxes and dead letters.
 */
const EVENT_RULES = {
  version: 'v2',
  breaking: { use: ['WIRE_JSON', 'EVENTS_COMPATIBLE'] },
  plugins: [{ plugin: ['node', 'proto/check-plugin/main.ts'] }],
};

/**
 * Compares contracts with the releases. All contracts are compared with the newest release, by the rules of `buf.yaml`,
 * which are the strictest. The events and their contents are compared with every release, since a stored message may be
 * older than the newest release.
 *
 * @param releases the newest first
 * @throws Error when Buf itself fails
 */
export async function findBreaks(current: Image, releases: readonly Release[], folder = RELEASES): Promise<Break[]> {
  const images = await Promise.all(releases.map((release) => readReleased(release, folder)));
  const retired = retiredPackages(current, images);
  const withoutRetired = retired.flatMap((name) => ['--exclude-path', name.replaceAll('.', '/')]);
  const compared = new Set<string>();
  const breaks: Break[] = [];
  for (const [index, image] of images.entries()) {
    // Most releases have the same events as the release after them, and need no comparison of their own.
    const content = eventFiles([image]).map(contentOf).join();
    const events = eventFiles([current, image]).filter(({ proto }) => !retired.includes(proto.package));
    const paths = events.flatMap(({ proto }) => ['--path', proto.name]);
    const args = index === 0 ? withoutRetired : [...paths, '--config', JSON.stringify(EVENT_RULES)];
    if (index === 0 || (events.length > 0 && !compared.has(content))) {
      const version = releases[index]?.version ?? '';
      breaks.push(...compare(current, image, args).map((finding) => ({ ...finding, version })));
    }
    compared.add(content);
  }
  return breaks;
}

/** A file without comments and source positions. */
function contentOf({ proto }: DescFile): string {
  const { sourceCodeInfo: _, ...content } = proto;
  return Buffer.from(toBinary(FileDescriptorProtoSchema, content)).toString('base64');
}

/** The image of a release. */
export function readReleased({ version, files }: Release, folder = RELEASES): Promise<Image> {
  const image = files.find(({ path }) => path === 'image.binpb');
  if (image === undefined) throw new Error(`${version} has no image.binpb in proto/releases/index.json`);
  return readImage(join(folder, image.file));
}

/**
 * Packages that are gone and may be: some release had them beside their successor (`library.v1` beside `library.v2`),
 * so users could migrate. Anything else that is gone is a break.
 */
function retiredPackages(current: Image, released: readonly Image[]): string[] {
  const present = packagesOf(current);
  const former = new Set(released.flatMap((image) => [...packagesOf(image)]));
  return [...former].filter(
    (name) =>
      !present.has(name) &&
      released.some((image) => packagesOf(image).has(name) && successorsOf(name, packagesOf(image)).length > 0),
  );
}

function packagesOf({ files }: Image): Set<string> {
  return new Set(files.map(({ proto }) => proto.package));
}

function successorsOf(name: string, packages: ReadonlySet<string>): string[] {
  const [, noun = '', version = ''] = /^(.*)\.v(\d+)$/.exec(name) ?? [];
  return [...packages].filter((other) => {
    const [, otherNoun, otherVersion = ''] = /^(.*)\.v(\d+)$/.exec(other) ?? [];
    return otherNoun === noun && Number(otherVersion) > Number(version);
  });
}

/** The files with events and our own files that they import, each name once. */
function eventFiles(images: readonly Image[]): DescFile[] {
  const found = new Map<string, DescFile>();
  const visit = (file: DescFile, own: readonly DescFile[]): void => {
    if (found.has(file.name) || !own.includes(file)) return;
    found.set(file.name, file);
    for (const imported of file.dependencies) visit(imported, own);
  };
  for (const { files } of images) {
    for (const file of files.filter(({ name }) => name.endsWith('_events'))) visit(file, files);
  }
  return [...found.values()];
}

type Finding = Omit<Break, 'version'>;

function compare(current: Image, released: Image, args: readonly string[]): Finding[] {
  // Third-party protos are imports, whose compatibility is not ours to keep.
  const common = ['breaking', current.path, '--against', released.path, '--exclude-imports', '--error-format', 'json'];
  const { status, stdout, stderr, error } = spawnSync('buf', [...common, ...args], { cwd: ROOT, encoding: 'utf8' });
  if (status === 0) return [];
  if (status !== RULES_FAILED) throw new Error(`buf breaking failed: ${error?.message ?? stderr}`);
  return stdout.trim().split('\n').map(readFinding);
}

function readFinding(line: string): Finding {
  // The output of `--error-format json`. Something that is gone has no path.
  const found = JSON.parse(line) as {
    path?: string;
    start_line: number;
    start_column: number;
    type: string;
    message: string;
  };
  const place = found.path === undefined ? 'proto' : `proto/${found.path}:${found.start_line}:${found.start_column}`;
  return { place, message: `${found.message} (${found.type})` };
}
