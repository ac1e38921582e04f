import type { Identifier } from '../domain/identifiers.ts';

/** A scheme, which may be left out, a colon and an identifier: `0204:991-01484-64`. */
const WITH_SCHEME = /^([0-9]{4}|[A-Z]{2}|):(.+)$/s;

/** An identifier as the cell of a table, which {@link identifierOf} reads; empty where there is none. */
export function identifierCell({ scheme, identifier }: Identifier = { scheme: '', identifier: '' }): string {
  return scheme === '' && !WITH_SCHEME.test(identifier) ? identifier : `${scheme}:${identifier}`;
}

/** The identifier in a cell; undefined where there is none. */
export function identifierOf(cell: string): Identifier | undefined {
  if (cell === '') return undefined;
  const [, scheme = '', identifier = cell] = WITH_SCHEME.exec(cell) ?? [];
  return { scheme, identifier };
}
