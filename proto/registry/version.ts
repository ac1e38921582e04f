import type { Level } from './changes.ts';

/** Places of `v<major>.<minor>.<patch>`. */
type Parts = readonly [major: number, minor: number, patch: number];

/** Name of the first release. */
export const FIRST_VERSION = 'v0.1.0';

/** The version after another, by what changed. */
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

/** Below 0 when the first version is the older one, above 0 when it is the newer one. */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [partsOf(one), partsOf(other)];
  return first[0] - second[0] || first[1] - second[1] || first[2] - second[2];
}

/** @throws Error when it is not `v<major>.<minor>.<patch>` */
function partsOf(version: string): Parts {
  const [, major, minor, patch] = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(version) ?? [];
  if (major === undefined) throw new Error(`${version} is no version such as v1.2.3`);
  return [Number(major), Number(minor), Number(patch)];
}
