import type { DescMethod } from '@bufbuild/protobuf';
import { CreditNoteService } from '../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { CustomerLedgerService } from '../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { InvoiceBulkService } from '../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { DocumentService } from '../../gen/numer/notification/v1/document_service_pb.ts';
import { CustomerBulkService } from '../../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { LogoService } from '../../gen/numer/user/v1/logo_service_pb.ts';

/** The media types of responses that are files. The contracts give them in words only. */
export const FILE_TYPES: ReadonlyMap<DescMethod, string> = new Map<DescMethod, string>([
  [CustomerBulkService.method.downloadCustomers, 'text/csv'],
  [LogoService.method.getLogo, 'image/*'],
  [InvoiceBulkService.method.downloadInvoices, 'text/csv'],
  [CustomerLedgerService.method.downloadLedgerEntries, 'text/csv'],
  [InvoiceService.method.getInvoiceUbl, 'application/xml'],
  [InvoiceService.method.getInvoiceCii, 'application/xml'],
  [CreditNoteService.method.getCreditNoteUbl, 'application/xml'],
  [CreditNoteService.method.getCreditNoteCii, 'application/xml'],
  [DocumentService.method.getInvoicePdf, 'application/pdf'],
  [DocumentService.method.getCreditNotePdf, 'application/pdf'],
  [DocumentService.method.getQuotePdf, 'application/pdf'],
  [DocumentService.method.getCustomerStatementPdf, 'application/pdf'],
  [DocumentService.method.getInvoiceFacturX, 'application/pdf'],
  [DocumentService.method.getCreditNoteFacturX, 'application/pdf'],
]);
