import type { MessageInitShape } from '@bufbuild/protobuf';
import type { CreditNote } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import {
  CreditNoteService,
  type IssueCreditNoteRequestSchema,
} from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { type InvoiceTestService, type Owner, required } from './start-invoice-service.ts';

/** The credit notes of an owner, called with these headers. */
export function creditNotesOf(service: InvoiceTestService, owner: Owner, headers: Record<string, string> = {}) {
  const client = service.client(CreditNoteService, owner.identity, headers);
  return {
    client,
    /** Issues one for an invoice; for all that remains unless the request says otherwise. */
    async issue(
      invoiceId: string,
      request: Exclude<MessageInitShape<typeof IssueCreditNoteRequestSchema>, { $typeName: string }> = {},
    ): Promise<CreditNote> {
      return required((await client.issueCreditNote({ invoiceId, reason: 'Returned', ...request })).creditNote);
    },
  };
}
