import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** `numer version`: prints the versions of the package, of the newest released contracts, and of Node. */
export function printVersion(): void {
  const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const index: { releases: readonly { version: string }[] } = JSON.parse(
    readFileSync(join(ROOT, 'proto/releases/index.json'), 'utf8'),
  );
  process.stdout.write(`numer ${version}, contracts ${index.releases[0]?.version}, Node ${process.version}\n`);
}
