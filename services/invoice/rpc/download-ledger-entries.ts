import { create } from '@bufbuild/protobuf';
import {
  type CustomerLedgerService,
  ListLedgerEntriesRequestSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CSV_CONTENT_TYPE } from '../../../runtime/csv/write-csv.ts';
import { readLedgerList } from '../credit/ledger-list.ts';
import { LEDGER_TABLE_HEADER, ledgerTableRow } from '../csv/ledger-table.ts';
import type { Deps } from '../deps.ts';

/**
 * Entries in a part. Each may be that of another customer who is on no invoice and has to be asked for, and with notes and metadata
 * some 100 KB large; all of them must fit into a message.
 */
const ENTRIES_MAX = 200;

/** Gives a part of a CSV file of ledger entries. */
export const downloadLedgerEntries: Rpc<Deps, typeof CustomerLedgerService.method.downloadLedgerEntries> = async (
  deps,
  { filter = create(ListLedgerEntriesRequestSchema), pageToken },
  call,
) => {
  const page = { pageToken, pageSize: ENTRIES_MAX };
  const { ledgerEntries, nextPageToken } = await readLedgerList(deps, call, filter, page, 'filter.');
  const written = ledgerEntries.map(ledgerTableRow);
  if (pageToken === '') written.unshift(LEDGER_TABLE_HEADER);
  return {
    file: { contentType: CSV_CONTENT_TYPE, data: Buffer.from(written.join('')) },
    nextPageToken,
    fileName: 'ledger-entries.csv',
  };
};
