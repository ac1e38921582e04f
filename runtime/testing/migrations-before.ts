import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyServiceDefinition } from '../process/service.ts';
import { migrationsOf } from '../process/start-service.ts';
import { makeScratchDir } from './scratch-dir.ts';

/**
 * The migrations of a service as an earlier version had them: in each folder those before one, e.g. of the runtime those before
 * `0007_fold_all_letters`.
 */
export function migrationsBefore(
  definition: AnyServiceDefinition,
  first: { readonly runtime: string; readonly own: string },
): readonly URL[] {
  const scratch = makeScratchDir('numer-migrations').path;
  const firsts = [first.runtime, first.own];
  return migrationsOf(definition).map((folder, index) => {
    const files = readdirSync(folder).sort();
    const end = files.indexOf(`${firsts[index]}.sql`);
    if (end < 0) throw new Error(`there is no migration ${firsts[index]}`);
    const copy = join(scratch, index === 0 ? 'database' : definition.name, 'migrations');
    mkdirSync(copy, { recursive: true });
    for (const file of files.slice(0, end)) copyFileSync(new URL(file, folder), join(copy, file));
    return pathToFileURL(`${copy}/`);
  });
}
