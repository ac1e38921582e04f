import { createClient, type Transport } from '@connectrpc/connect';
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

/** The request that a document is asked for. */
export interface Asking {
  readonly exchange: Exchange;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal;
}

/** Documents for those who have a link. Each call rejects with a ConnectError: NOT_FOUND when the token leads nowhere. */
export interface LinkedDocuments {
  page(token: string, asking: Asking): Promise<GetLinkedPageResponse>;
  file(token: string, format: GetLinkedFileRequest_Format, asking: Asking): Promise<GetLinkedFileResponse>;
  answer(token: string, answer: AnswerLinkedQuoteRequest_Answer, asking: Asking): Promise<void>;
}

/** Gets linked documents from the notification service, which decides from the token alone what may be shown. */
export function createLinkedDocuments(notificationService: Transport, tokens: InternalTokens): LinkedDocuments {
  const client = createClient(DocumentLinkService, notificationService);
  const optionsOf = async ({ exchange: { requestId, callerAddress }, signal }: Asking) => {
    const internal = await tokens.issue({ kind: 'service', name: 'gateway' });
    const headers = new Headers({ [HEADER.authorization]: `Bearer ${internal}`, [HEADER.requestId]: requestId });
    if (callerAddress !== undefined) headers.set(HEADER.callerAddress, callerAddress);
    return { headers, signal };
  };
  return {
    page: async (token, asking) => client.getLinkedPage({ token }, await optionsOf(asking)),
    file: async (token, format, asking) => client.getLinkedFile({ token, format }, await optionsOf(asking)),
    answer: async (token, answer, asking) => {
      await client.answerLinkedQuote({ token, answer }, await optionsOf(asking));
    },
  };
}
