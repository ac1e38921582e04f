import { HttpConnection, type PlainAnswer } from './http-connection.ts';

/** A request as text, head and body, and the number of the user who sends it. */
export interface PlannedRequest {
  readonly text: string;
  readonly user: number;
}

/** Requests to send over some connections, one after the other on each. */
export interface Block {
  readonly address: string;
  readonly connections: number;
  /** No request starts after this time. */
  readonly durationMs: number;
  /** The next request; undefined when there is none left. */
  next(): PlannedRequest | undefined;
  /** Called with each successful response. */
  onAnswer?(answer: PlainAnswer, request: PlannedRequest): void;
}

/** The result of a block. */
export interface BlockResult {
  readonly requests: number;
  readonly durationMs: number;
  readonly latenciesMs: readonly number[];
  /** Size of all response bodies, in bytes. */
  readonly bodyBytes: number;
}

/** Sends a block of requests. @throws Error with request and answer when one does not succeed */
export async function runBlock(block: Block): Promise<BlockResult> {
  const connections = await Promise.all(
    Array.from({ length: block.connections }, () => HttpConnection.open(block.address)),
  );
  const latenciesMs: number[] = [];
  let bodyBytes = 0;
  const startTime = performance.now();
  const deadline = startTime + block.durationMs;

  const work = async (connection: HttpConnection): Promise<void> => {
    for (let sent = performance.now(); sent < deadline; ) {
      const request = block.next();
      if (request === undefined) return;
      const answer = await connection.exchange(request.text);
      const received = performance.now();
      if (answer.status < 200 || answer.status > 299) throw failure(request.text, answer);
      latenciesMs.push(received - sent);
      bodyBytes += answer.body.length;
      block.onAnswer?.(answer, request);
      sent = received;
    }
  };
  try {
    await Promise.all(connections.map(work));
    return { requests: latenciesMs.length, durationMs: performance.now() - startTime, latenciesMs, bodyBytes };
  } finally {
    for (const connection of connections) connection.close();
  }
}

function failure(request: string, { status, body }: PlainAnswer): Error {
  const [line] = request.split('\r\n');
  return new Error(`${line} answered ${status}: ${body.subarray(0, 1_000).toString()}`);
}
