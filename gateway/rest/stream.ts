import type { Problem } from './problem.ts';

/** How a stream of messages is laid out in a response body. */
export interface Framing {
  readonly contentType: string;
  readonly message: (json: string) => string;
  readonly problem: (problem: Problem) => string;
  /** Sent after the last message. */
  readonly end: string;
  /** Sent at the start and during silence, so that neither proxy nor client takes the connection for dead. Empty for none. */
  readonly heartbeat: string;
}

/** Newline-delimited JSON: one message per line. If the stream fails, the last line is `{"error": <problem>}`. */
export const ndjson: Framing = {
  contentType: 'application/x-ndjson',
  message: (json) => `${json}\n`,
  problem: (problem) => `${JSON.stringify({ error: problem })}\n`,
  end: '',
  heartbeat: '',
};

/**
 * Server-sent events: a message is an event without a name, a failure is the event `error` with a problem. A complete
 * stream ends with the event `end`; without it, an EventSource would connect again and again.
 */
export const serverSentEvents: Framing = {
  contentType: 'text/event-stream',
  message: (json) => `data: ${json}\n\n`,
  problem: (problem) => `event: error\ndata: ${JSON.stringify(problem)}\n\n`,
  end: 'event: end\ndata: {}\n\n',
  heartbeat: ': keep-alive\n\n',
};

/** The stream of messages behind an answer. */
export interface StreamSource {
  readonly framing: Framing;
  /** The messages, already as JSON. */
  readonly messages: AsyncIterator<string>;
  /** The first of them, already asked for. */
  readonly first: Promise<IteratorResult<string>>;
  readonly heartbeatMs: number;
  /** Maps a failure after the answer has begun. */
  readonly problemOf: (error: unknown) => Problem;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
  /** Ends the upstream call; called when the reader goes away. */
  readonly cancel: () => void;
}

/** Makes the body of a streamed answer. Messages are asked for only as fast as the client reads. */
export function createStreamBody(source: StreamSource): ReadableStream<Uint8Array> {
  const { framing, messages, heartbeatMs, problemOf, signal, cancel } = source;
  const encoder = new TextEncoder();
  let next: Promise<IteratorResult<string>> | undefined = source.first;
  let timer: ReturnType<typeof setInterval> | undefined;
  let isRead = true;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (framing.heartbeat !== '') {
        const beat = encoder.encode(framing.heartbeat);
        controller.enqueue(beat);
        timer = setInterval(() => {
          // A client that has not read what it was sent needs no heartbeat.
          if ((controller.desiredSize ?? 0) > 0) {
            controller.enqueue(beat);
          }
        }, heartbeatMs);
        // A body that nobody has begun to read is never canceled, so the timer is cleared here as well.
        signal.addEventListener('abort', () => clearInterval(timer), { once: true });
      }
    },
    async pull(controller) {
      try {
        const result = await (next ?? messages.next());
        next = undefined;
        if (!isRead) {
          return;
        }
        if (result.done !== true) {
          controller.enqueue(encoder.encode(framing.message(result.value)));
          return;
        }
        if (framing.end !== '') {
          controller.enqueue(encoder.encode(framing.end));
        }
      } catch (error) {
        if (!isRead) {
          return;
        }
        controller.enqueue(encoder.encode(framing.problem(problemOf(error))));
      }
      clearInterval(timer);
      controller.close();
    },
    cancel() {
      isRead = false;
      clearInterval(timer);
      cancel();
    },
  });
}

/** The raw chunks behind an answer. */
export interface RawSource {
  readonly first: Uint8Array;
  /** Those after the first. */
  readonly chunks: AsyncIterator<Uint8Array>;
  /** Breaks the connection, since raw bytes leave no place to report a failure. What it throws fails the body. */
  readonly breakOff: (error: unknown) => void;
  /** Ends the upstream call; called when the reader goes away. */
  readonly cancel: () => void;
}

/** Makes the body of a stream of raw chunks. They are asked for only as fast as the client reads. */
export function createRawBody({ first, chunks, breakOff, cancel }: RawSource): ReadableStream<Uint8Array> {
  let next: Uint8Array | undefined = first;
  let isRead = true;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const result = next === undefined ? await chunks.next() : { done: false, value: next };
        next = undefined;
        if (!isRead) {
          return;
        }
        if (result.done === true) {
          controller.close();
        } else {
          controller.enqueue(result.value);
        }
      } catch (error) {
        if (isRead) {
          breakOff(error);
        }
      }
    },
    cancel() {
      isRead = false;
      cancel();
    },
  });
}

/** Waits until a promise is settled or the time is over, whichever is first. @throws what the promise rejects with */
export async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
