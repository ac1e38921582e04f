import { DomainError } from '../call/errors.ts';
import type { RowError } from './read-csv.ts';

/** Most errors that a dry run reports. */
export const ROW_ERRORS_MAX = 1_000;

/** Most errors that a refusal reports. */
const VIOLATIONS_MAX = 20;

/** The place in a file that a field came from, by the path of the field: `address.city`. */
export type PlaceOf = (path: string) => Omit<RowError, 'detail'>;

/**
 * Runs checks of what was made from rows. Gives what is wrong with these rows; nothing when all is well.
 *
 * @throws any error that is no DomainError
 */
export async function rowErrorsOf(placeOf: PlaceOf, check: () => unknown): Promise<RowError[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { violations = [{ field: '', description: error.message }] } = error.facts;
    return violations.map(({ field, description }) => ({ ...placeOf(field), detail: description }));
  }
}

/** The name of the column that a field came from, by its path: that of its last part. */
export function columnOf(path: string): string {
  return (
    path
      .replaceAll(/\[[^\]]*\]/g, '')
      .split('.')
      .at(-1) ?? ''
  );
}

/** The refusal of a file with errors. */
export function importRefused(errors: readonly RowError[]): DomainError {
  const message = `The file has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}, so nothing was imported.`;
  return new DomainError('invalid', 'IMPORT_INVALID', message, {
    metadata: { errorCount: String(errors.length) },
    violations: errors
      .slice(0, VIOLATIONS_MAX)
      .map((error) => ({ field: 'file', description: `${placeText(error)}${error.detail}` })),
  });
}

function placeText({ row, column }: RowError): string {
  if (row === 0) return '';
  return column === '' ? `row ${row} ` : `row ${row}: ${column} `;
}
