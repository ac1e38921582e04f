/** `make breaking`: compares the contracts of the checkout with the released ones. */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBreaks } from './registry/compatibility.ts';
import { buildImage } from './registry/image.ts';
import { readIndex } from './registry/release-index.ts';

/** The breaking changes, one line each. */
async function check(): Promise<string[]> {
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'numer-contracts-'));
  const { releases } = await readIndex();
  if (releases.length === 0)
    return ['proto/releases/index.json lists no release; make contract-release makes the first.'];
  const breaks = await findBreaks(await buildImage(join(scratch.path, 'image.binpb')), releases);
  return breaks.map(({ place, message, version }) => `${place}: ${message} Released in ${version}.`);
}

const lines = await check();
process.stdout.write(lines.map((line) => `${line}\n`).join(''));
if (lines.length > 0) process.exitCode = 1;
