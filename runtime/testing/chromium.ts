import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { askFixture } from './ask-fixture.ts';

/** Names under which packages install a Chromium. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Path of a Chromium; undefined when there is none on this machine. The suite should then be skipped, and the run ends
 * with a warning.
 *
 * Use: `const chromium = await findChromium(); describe.skipIf(chromium === undefined)(...)`.
 *
 * @throws Error when there is none though REQUIRE_CHROMIUM=1
 */
export async function findChromium(): Promise<string | undefined> {
  return (await askFixture('chromium-program')) || undefined;
}

/** Path of a Chromium on the PATH, for the run's set-up. */
export function findChromiumProgram(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}
