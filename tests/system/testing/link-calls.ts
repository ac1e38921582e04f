import { type Api, addOpenInvoice } from './api.ts';
import type { ChangingCall, ChangingCalls } from './changing-calls.ts';

/** Calls of the routes that change the links of documents. */
export function linkCalls(api: Api, customerId: string): ChangingCalls {
  const change = (action: string) => async (): Promise<ChangingCall> => {
    const resource = `/document-links/${(await addOpenInvoice(api, customerId)).id}`;
    return { path: `${resource}/${action}`, body: {} };
  };
  return {
    'POST /document-links/{document_id}/rotate': change('rotate'),
    'POST /document-links/{document_id}/revoke': change('revoke'),
  };
}
