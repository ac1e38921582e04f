import { DomainError } from '../../runtime/call/errors.ts';

/**
 * Runs what takes an invoice for the whole of a request, where it is only a field of a resource. The fields that its errors
 * name get the path `parent` of that resource, e.g. `quote.`, before their own, which begins with `invoice`.
 */
export async function nestErrors<T>(parent: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof DomainError ? nested(error, parent) : error;
  }
}

function nested(error: DomainError, parent: string): DomainError {
  const { violations = [], ...facts } = error.facts;
  if (violations.length === 0) return error;
  const isNamed = violations.some(({ field }) => error.message.startsWith(field));
  return new DomainError(error.kind, error.reason, isNamed ? parent + error.message : error.message, {
    ...facts,
    violations: violations.map(({ field, description }) => ({ field: parent + field, description })),
  });
}
