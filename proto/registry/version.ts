import type { Level } from './changes.ts';

/** The parts of `v<major>.<minor>.<patch>`. */
type Parts = readonly [major: number, minor: number, patch: number];

/** The version of the first release. */
export const FIRST_VERSION = 'v0.1.0';

/** The next version, by the level of the changes. */
export function nextVersion(version: string, level: Exclude<Level, 'none'>): string {
  const [major, minor, patch] = partsOf(version);
  switch (level) {
    case 'major':
      return `v${major + 1}.0.0`;
    case 'minor':
      return `v${major}.${minor + 1}.0`;
    case 'patch':
      return `v${major}.${minor}.${patch + 1}`;
  }
}

/** Below 0 when the first version is older, above 0 when it is newer, 0 when they are equal. */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [partsOf(one), partsOf(other)];
  return first[0] - second[0] || first[1] - second[1] || first[2] - second[2];
}

/** @throws Error when the version is not `v<major>.<minor>.<patch>` */
function partsOf(version: string): Parts {
  const [, major, minor, patch] = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(version) ?? [];
  if (major === undefined) throw new Error(`${version} is no version such as v1.2.3`);
  return [Number(major), Number(minor), Number(patch)];
}
