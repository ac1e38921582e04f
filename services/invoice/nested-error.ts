import { DomainError } from '../../runtime/call/errors.ts';

/**
 * Runs code that takes `invoice` for a field of the request, although here it is a field of another resource. The paths
 * of the fields that its errors name begin with `invoice`; they get the path `parent` of that resource, e.g. `quote.`,
 * in front.
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
