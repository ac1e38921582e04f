import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';

/** A page ends with the message that makes it so large. A message has 5 MB at most, an answer between services 16 MiB. */
const PAGE_BYTES = 2 * 1024 * 1024;

/** Pages with no more lines than this are small whatever the lines say, and are not measured. */
const FEW_LINES = 200;

/** How the messages of a page are made of its rows. */
export interface PageOf<Row, Desc extends DescMessage> {
  readonly schema: Desc;
  toMessage(row: Row): MessageInitShape<Desc>;
  /** How many lines of an invoice, quote or credit note a message has. */
  lineCountOf(row: Row): number;
}

/** The messages of as many rows, from the first on, as an answer can hold: at least one when there is a row. */
export function pageWithin<Row, Desc extends DescMessage>(
  rows: readonly Row[],
  { schema, toMessage, lineCountOf }: PageOf<Row, Desc>,
): MessageInitShape<Desc>[] {
  const messages: MessageInitShape<Desc>[] = [];
  let lineCount = 0;
  let bytes = 0;
  for (const row of rows) {
    const message = toMessage(row);
    messages.push(message);
    lineCount += lineCountOf(row);
    if (lineCount > FEW_LINES) bytes += toBinary(schema, create(schema, message)).byteLength;
    if (bytes >= PAGE_BYTES) break;
  }
  return messages;
}
