import { fromJson, type JsonValue, toJsonString } from '@bufbuild/protobuf';
import { customType } from 'drizzle-orm/pg-core';
import { type Invoice, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';

/**
 * An invoice as a `jsonb` column: its proto3 JSON, in which amounts are text and so exact. What a later version of the
 * contract adds is missing from older rows and reads as its default.
 */
export const invoiceJson = customType<{ data: Invoice; driverData: string }>({
  dataType: () => 'jsonb',
  toDriver: (invoice) => toJsonString(InvoiceSchema, invoice),
  // The driver has parsed the JSON, which toDriver wrote.
  fromDriver: (json) => fromJson(InvoiceSchema, json as JsonValue, { ignoreUnknownFields: true }),
});
