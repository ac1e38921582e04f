import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import { csvRow } from '../../../runtime/csv/write-csv.ts';

/** The columns of a table in their order: names, and how their cells are made. */
export type Columns<Source> = Readonly<Record<string, (source: Source) => string>>;

/** The first row, with the names of the columns. */
export function headerOf(columns: Columns<never>): string {
  return csvRow(Object.keys(columns));
}

/** A row of the table. */
export function rowOf<Source>(columns: Columns<Source>, source: Source): string {
  return csvRow(Object.values(columns).map((cellOf) => cellOf(source)));
}

/** A moment as ISO 8601; empty when there was none. */
export function timeOf(time: Timestamp | undefined): string {
  return time === undefined ? '' : timestampDate(time).toISOString();
}
