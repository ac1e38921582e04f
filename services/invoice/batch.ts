import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { ErrorReason } from '../../gen/numer/errors/v1/error_reason_pb.ts';
import type { BatchResultSchema } from '../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import type { Invoice } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Call } from '../../runtime/call/call.ts';
import { doPart } from '../../runtime/call/call-parts.ts';
import { DomainError } from '../../runtime/call/errors.ts';
import type { Deps } from './deps.ts';

/** What is done with each invoice of a batch: an RPC of its own, whose answer has the changed invoice. */
export interface BatchAction<Desc extends DescMessage> {
  readonly responseSchema: Desc;
  run(part: Call, invoiceId: string): Promise<MessageInitShape<Desc>>;
}

type BatchResult = MessageInitShape<typeof BatchResultSchema>;

/**
 * Does the same with several invoices, one after the other, in the given order. A refusal becomes the result of its
 * invoice. Any other failure ends the call, and a retry with the same idempotency key goes on from there.
 */
export async function inBatch<Desc extends DescMessage>(
  deps: Deps,
  call: Call,
  invoiceIds: readonly string[],
  { responseSchema, run }: BatchAction<Desc>,
): Promise<BatchResult[]> {
  const { signal } = call.forward();
  const results: BatchResult[] = [];
  for (const invoiceId of invoiceIds) {
    // After an abort nobody waits for the rest.
    signal?.throwIfAborted();
    const part = { name: invoiceId, responseSchema, run: (one: Call) => run(one, invoiceId) };
    results.push(await resultOf(invoiceId, doPart(deps.idempotency, call, part)));
  }
  return results;
}

async function resultOf(invoiceId: string, answer: Promise<unknown>): Promise<BatchResult> {
  try {
    const { invoice } = (await answer) as { readonly invoice?: Invoice }; // as BatchAction demands
    return { invoiceId, ...(invoice && { state: invoice.state, number: invoice.number, etag: invoice.etag }) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { reason, message, facts } = error;
    return { invoiceId, refusal: { reason: ErrorReason[reason], detail: message, metadata: { ...facts.metadata } } };
  }
}
