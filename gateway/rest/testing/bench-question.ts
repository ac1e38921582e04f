/** The two ways that are compared. */
export const WAYS = ['byHand', 'transcoded'] as const;

/** One of the two ways. */
export type Way = (typeof WAYS)[number];

/** The port that each way is served on. */
export type Ports = Readonly<Record<Way, number>>;

/** A request, the same for both ways. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the benchmark's server is asked: its CPU time so far, or to make calls itself and say how much CPU they took. */
export type Question =
  | { readonly ask: 'cpu' }
  | { readonly ask: 'memory'; readonly way: Way; readonly request: HttpRequest; readonly calls: number };
