import { fromJson, toJson } from '@bufbuild/protobuf';
import { createValidator } from '@bufbuild/protovalidate';
import { test } from 'vitest';
import { CreateInvoiceRequestSchema } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { calculate } from '../../services/invoice/domain/calculate.ts';

/** The cost of a request to create an invoice before it reaches the database, for a usual and for a large invoice. */
const invoiceOf = (lines: number) => ({
  customerId: '0199f0a4-7c53-7d9e-8b1a-2f6f6c1d2e3f',
  currencyCode: 'EUR',
  dueDate: '2026-12-31',
  discountPercent: '2.5',
  lines: Array.from({ length: lines }, (_, index) => ({
    description: `Position ${index + 1}`,
    quantity: '3',
    unitPrice: '49.995',
    taxPercent: index % 2 === 0 ? '19' : '7',
  })),
});

const validator = createValidator();

test.for([3, 100])('an invoice of %i lines', async (lines, { bench }) => {
  const json = { invoice: invoiceOf(lines) };
  const request = fromJson(CreateInvoiceRequestSchema, json);
  await bench.compare(
    bench('read the JSON', () => void fromJson(CreateInvoiceRequestSchema, json)),
    bench('validate', () => void validator.validate(CreateInvoiceRequestSchema, request)),
    bench('calculate the amounts', () => void calculate(json.invoice)),
    bench('write the JSON', () => void toJson(CreateInvoiceRequestSchema, request)),
  );
});
