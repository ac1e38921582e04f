import type { Database } from './database.ts';

/** Executes a statement. */
type Statement = (...parameters: never[]) => unknown;

/** Builds a statement and gives what executes it. */
type Preparation = (db: Database) => Statement;

/** What executes each of the statements. */
export type Statements<Preparations extends Readonly<Record<string, Preparation>>> = {
  readonly [Name in keyof Preparations]: ReturnType<Preparations[Name]>;
};

/**
 * Makes statements that are built once, when they are first executed. Building all of them at the start would cost a
 * twentieth of it, and a process needs few of them soon.
 */
export function prepareOnFirstUse<const Preparations extends Readonly<Record<string, Preparation>>>(
  db: Database,
  preparations: Preparations,
): Statements<Preparations> {
  const statements = Object.entries(preparations).map(([name, prepare]) => [name, firstUseOf(() => prepare(db))]);
  return Object.fromEntries(statements); // has a statement for each of the preparations, as built from them
}

function firstUseOf(prepare: () => Statement): Statement {
  let statement: Statement | undefined;
  return (...parameters) => {
    statement ??= prepare();
    return statement(...parameters);
  };
}
