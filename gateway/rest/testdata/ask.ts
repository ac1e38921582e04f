import { LibraryService } from '../gen/testdata/library_pb.ts';
import { createTranscoder, type TranscoderOptions } from '../transcoder.ts';
import { createLibrary, type Library } from './library-server.ts';

/** An answer that was read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body: parsed when it is JSON, else text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

/** Sends requests to a transcoder. A body that is neither a string nor bytes is sent as JSON. */
export type Ask = (rule: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Makes a transcoder over the library service and a way to ask it: `ask('GET /v1/books')`. */
export function createAsk(options: Partial<TranscoderOptions> = {}): { readonly ask: Ask; readonly library: Library } {
  const library = createLibrary();
  const transcoder = createTranscoder({ services: [LibraryService], transport: () => library.transport, ...options });
  const ask: Ask = async (rule, body, headers = {}) => {
    const [method = '', path = ''] = rule.split(' ', 2);
    const isText = typeof body === 'string' || body instanceof Uint8Array;
    const request = new Request(`http://api.example${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      // The bytes of a test have a buffer of their own.
      body: body === undefined ? null : isText ? (body as string) : JSON.stringify(body),
    });
    const response = await transcoder.handle(request);
    if (response === undefined) {
      return { status: 404, headers: new Headers(), body: 'no route' };
    }
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.endsWith('json') && text !== '' && !text.includes('}\n{');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  return { ask, library };
}
