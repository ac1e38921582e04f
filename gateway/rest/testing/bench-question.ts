/** The two ways that are compared. */
export const WAYS = ['byHand', 'transcoded'] as const;

/** One of them. */
export type Way = (typeof WAYS)[number];

/** Where each way is served. */
export type Ports = Readonly<Record<Way, number>>;

/** A request, the same to both. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the server of the benchmark is asked: its CPU time so far, or to make calls by itself and tell what they took. */
export type Question =
  | { readonly ask: 'cpu' }
  | { readonly ask: 'memory'; readonly way: Way; readonly request: HttpRequest; readonly calls: number };
