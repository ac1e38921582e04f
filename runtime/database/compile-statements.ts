import { Column, DrizzleQueryError, is, Param, Placeholder, type Query, SQL, Subquery } from 'drizzle-orm';
import type { Database } from './database.ts';

/** A column of a statement's result: where it goes in a row's object, and what it is in the schema. */
interface SelectedField {
  readonly path: readonly string[];
  readonly field: unknown;
}

/** A statement as Drizzle prepares it; its types leave most of it out. */
interface PreparedStatement {
  execute(values?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

type Decode = (value: unknown) => unknown;

const PREPARED = { prepare: true };

/**
 * Makes prepared statements work out once, not on every call, how to encode parameters and decode rows. They do what
 * Drizzle's own do, at a third of the cost, but without its tracing and query cache, which are not in use. Statements
 * whose rows contain objects, as those of joins do, are left as they are.
 */
export function compileStatements(db: Database): void {
  const { session } = db._;
  const prepare = session.prepareQuery.bind(session);
  const prepareQuery = (...parameters: Parameters<typeof prepare>) => {
    const statement: PreparedStatement = prepare(...parameters);
    const [query, fields, name] = parameters;
    const selected: readonly SelectedField[] = fields ?? [];
    if (name !== undefined && selected.length > 0 && selected.every(({ path }) => path.length === 1)) {
      statement.execute = compile(db, query, selected);
    }
    return statement;
  };
  Object.assign(session, { prepareQuery });
}

function compile(db: Database, query: Query, selected: readonly SelectedField[]): PreparedStatement['execute'] {
  const encode = query.params.map(encoderOf);
  const decodeRow = compileDecoding(selected);
  return async (values = {}) => {
    const parameters = encode.map((encodeOne) => encodeOne(values));
    try {
      // The library takes whatever the column encoders produce.
      const rows = await db.$client.unsafe(query.sql, parameters as never, PREPARED).values();
      return rows.map(decodeRow);
    } catch (error) {
      throw new DrizzleQueryError(query.sql, parameters, error instanceof Error ? error : new Error(String(error)));
    }
  };
}

/** Makes a parameter of the statement from the values that are given by name. */
function encoderOf(parameter: unknown): (values: Readonly<Record<string, unknown>>) => unknown {
  if (is(parameter, Placeholder)) return (values) => givenValue(values, parameter.name);
  if (!is(parameter, Param) || !is(parameter.value, Placeholder)) return () => parameter;
  const { encoder, value } = parameter;
  return (values) => encoder.mapToDriverValue(givenValue(values, value.name));
}

function givenValue(values: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = values[name];
  if (value === undefined && !(name in values)) throw new Error(`No value for placeholder "${name}" was provided`);
  return value;
}

function compileDecoding(selected: readonly SelectedField[]): (row: readonly unknown[]) => object {
  const names = selected.map(({ path }) => path[0] ?? '');
  const decoders = selected.map(({ field }) => decoderOf(field));
  // A copy of this has all properties from the start. If they were added one by one, engines would treat rows as
  // dictionaries.
  const blank: Readonly<Record<string, unknown>> = JSON.parse(
    JSON.stringify(Object.fromEntries(names.map((name) => [name, null]))),
  );
  return (row) => {
    const decoded: Record<string, unknown> = { ...blank };
    for (let index = 0; index < names.length; index++) {
      const value = row[index];
      const decode = decoders[index];
      decoded[names[index] as string] = value === null || decode === undefined ? value : decode(value); // within the bounds
    }
    return decoded;
  };
}

/** How a column's values are read; undefined for those that stay as the driver gives them. */
function decoderOf(field: unknown): Decode | undefined {
  if (is(field, Column)) {
    const isPlain = field.mapFromDriverValue === Column.prototype.mapFromDriverValue;
    return isPlain ? undefined : (value) => field.mapFromDriverValue(value);
  }
  // The decoder is not in the public types.
  const source = is(field, SQL) ? field : is(field, Subquery) ? field._.sql : (field as SQL.Aliased).sql;
  const { decoder } = source as unknown as { decoder: { mapFromDriverValue: Decode } }; // what SQL is made with
  return (value) => decoder.mapFromDriverValue(value);
}
