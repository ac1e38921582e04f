import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { encodeMessage } from '../grpc/encode-message.ts';

/** Most bytes of messages in an answer that has several: far below what a caller reads (client.ts). */
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

/** The messages of one answer, as many as it has room for. */
export interface Page<Desc extends DescMessage> {
  readonly messages: MessageShape<Desc>[];
  /** Adds a message if there is room for it, and says whether there was. For the first one there always is. */
  add(message: MessageShape<Desc>): boolean;
}

/** Makes a page without messages. */
export function createPage<Desc extends DescMessage>(schema: Desc): Page<Desc> {
  const messages: MessageShape<Desc>[] = [];
  let bytes = 0;
  return {
    messages,
    add(message) {
      bytes += encodeMessage(schema, message).byteLength;
      if (bytes > PAGE_BYTES_MAX && messages.length > 0) return false;
      messages.push(message);
      return true;
    },
  };
}

/** The messages of as many rows, from the first on, as an answer has room for: at least one when there is a row. */
export function pageWithin<Row, Desc extends DescMessage>(
  rows: readonly Row[],
  schema: Desc,
  toMessage: (row: Row) => MessageShape<Desc>,
): MessageShape<Desc>[] {
  const page = createPage(schema);
  for (const row of rows) {
    if (!page.add(toMessage(row))) break;
  }
  return page.messages;
}
