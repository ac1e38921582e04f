import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Quote, QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { type InvoiceTestService, LINE, type Owner, required } from './start-invoice-service.ts';

type QuoteInit = Exclude<MessageInitShape<typeof QuoteSchema>, { readonly $typeName: string }>;

/** The quotes of an owner, called with these headers. */
export function quotesOf(service: InvoiceTestService, owner: Owner, headers: Record<string, string> = {}) {
  const client = service.client(QuoteService, owner.identity, headers);
  const draft = async ({ invoice, ...init }: QuoteInit = {}): Promise<Quote> => {
    const content = { customerId: owner.customerId, currencyCode: 'EUR', lines: [LINE], ...invoice };
    const quote = { expireDate: '2026-03-31', dueDays: 14, ...init, invoice: content };
    return required((await client.createQuote({ quote })).quote);
  };
  const send = async (init?: QuoteInit): Promise<Quote> => {
    const { id: quoteId } = await draft(init);
    return required((await client.sendQuote({ quoteId })).quote);
  };
  return {
    client,
    /** Makes a draft over 119.00 EUR that expires in 30 days. */
    draft,
    /** Makes that draft and sends it. */
    send,
    /** Makes that draft, sends it and has it accepted. */
    async accept(init?: QuoteInit): Promise<Quote> {
      const { id: quoteId } = await send(init);
      return required((await client.acceptQuote({ quoteId })).quote);
    },
    async get(quoteId: string): Promise<Quote> {
      return required((await client.getQuote({ quoteId })).quote);
    },
    /** Changes the given fields; paths are those of the proto, e.g. `invoice.memo`. */
    async change(quote: MessageInitShape<typeof QuoteSchema>, ...paths: string[]): Promise<Quote> {
      return required((await client.updateQuote({ quote, updateMask: { paths } })).quote);
    },
  };
}
