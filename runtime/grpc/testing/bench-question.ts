/** The ways of making a call that are compared, the least it can cost first. */
export const WAYS = [
  'node:http2 and the codec',
  'unary gRPC, both ends',
  'connect-node gRPC, both ends',
  'createRouterTransport',
  'direct, in process',
] as const;
export type Way = (typeof WAYS)[number];

/** The requests that they are measured with. */
export const REQUEST_NAMES = ['a document of 3 lines', 'a page of 60 lines'] as const;
export type RequestName = (typeof REQUEST_NAMES)[number];

/** A question to the process of a way: the microseconds of CPU, of both ends, that each of `count` calls takes. */
export interface Question {
  readonly request: RequestName;
  readonly count: number;
  /** How many calls are under way at a time. */
  readonly atOnce: number;
}
