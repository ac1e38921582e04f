import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readReleased } from '../../proto/registry/compatibility.ts';
import { digestOf, RELEASES, readIndex } from '../../proto/registry/release-index.ts';
import { compareVersions } from '../../proto/registry/version.ts';

const { releases } = await readIndex();
const files = releases.flatMap((release) => release.files.map((file) => ({ ...file, version: release.version })));
const read = (file: string): Buffer => readFileSync(join(RELEASES, file));

describe('released contracts', () => {
  test('are listed with the newest first, each once', () => {
    const versions = releases.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].toSorted((one, other) => compareVersions(other, one)));
    expect(releases.length).toBeGreaterThan(0);
  });

  test.each(files.map((file) => [file.file, file] as const))('%s is what was released', (name, { digest, bytes }) => {
    const content = read(name);
    expect({ digest: digestOf(content), bytes: content.length }, 'a release never changes: make another').toEqual({
      digest,
      bytes,
    });
  });

  test('give the OpenAPI document and the packages their version', () => {
    const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
    const lock = read('package-lock.json');
    const named = [
      read('gen/openapi.json').info,
      read('package.json'),
      read('client/package.json'),
      lock,
      lock.packages[''],
    ];
    expect(new Set(named.map(({ version }) => `v${version}`))).toEqual(new Set([releases[0]?.version]));
  });

  test('are all in the index, and nothing else lies there', () => {
    expect(readdirSync(RELEASES).toSorted()).toEqual(
      ['CHANGELOG.md', 'index.json', ...files.map(({ file }) => file)].toSorted(),
    );
  });

  test.each(releases.map((release) => [release.version, release] as const))(
    '%s is complete and in the change log',
    async (version, release) => {
      expect(release.files.map(({ path }) => path)).toEqual(['image.binpb', 'protos.tar.gz', 'openapi.json']);
      expect(release.digest).toBe(release.files[0]?.digest);
      expect(read('CHANGELOG.md').toString()).toContain(`## ${version}, ${release.date}\n\n\`${release.digest}\`\n`);
      expect((await readReleased(release)).files.length).toBeGreaterThan(0);
    },
  );
});
