import { type Client, createClient, type Transport } from '@connectrpc/connect';
import {
  type AnswerLinkedQuoteRequest_Answer,
  DocumentLinkService,
  type GetLinkedFileRequest_Format,
  type GetLinkedFileResponse,
  type GetLinkedPageResponse,
} from '../../gen/numer/notification/v1/document_link_service_pb.ts';
import { HEADER } from '../../runtime/call/call.ts';
import type { InternalTokens } from '../../runtime/call/identity.ts';
import type { Exchange } from '../edge/exchange.ts';

/** Documents as those get them who have a link. Each rejects with a ConnectError, NOT_FOUND when the token leads nowhere. */
export interface LinkedDocuments {
  page(token: string, exchange: Exchange): Promise<GetLinkedPageResponse>;
  file(token: string, format: GetLinkedFileRequest_Format, exchange: Exchange): Promise<GetLinkedFileResponse>;
  answer(token: string, answer: AnswerLinkedQuoteRequest_Answer, exchange: Exchange): Promise<void>;
}

/** They come from the notification service, which finds out from the token alone what may be shown. */
export function createLinkedDocuments(notificationService: Transport, tokens: InternalTokens): LinkedDocuments {
  const client: Client<typeof DocumentLinkService> = createClient(DocumentLinkService, notificationService);
  const optionsOf = async ({ requestId, callerAddress }: Exchange) => {
    const internal = await tokens.issue({ kind: 'service', name: 'gateway' });
    const headers = new Headers({ [HEADER.authorization]: `Bearer ${internal}`, [HEADER.requestId]: requestId });
    if (callerAddress !== undefined) headers.set(HEADER.callerAddress, callerAddress);
    return { headers };
  };
  return {
    page: async (token, exchange) => client.getLinkedPage({ token }, await optionsOf(exchange)),
    file: async (token, format, exchange) => client.getLinkedFile({ token, format }, await optionsOf(exchange)),
    answer: async (token, answer, exchange) => {
      await client.answerLinkedQuote({ token, answer }, await optionsOf(exchange));
    },
  };
}
