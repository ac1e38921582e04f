import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** `numer version`: prints the version of Numer, which is that of the newest released contracts, and the version of Node. */
export function printVersion(): void {
  const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  process.stdout.write(`numer ${version}, Node ${process.version}\n`);
}
