import { once } from 'node:events';
import { connect } from 'node:net';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';

/** A sign-up request of which only the beginning has arrived. */
export interface SlowSignUp {
  /** Sends the rest, at the earliest two seconds after the beginning; gives the whole response as text. */
  finish(): Promise<string>;
}

const SLOW_MS = 2_000;

/** Tells the caller that the head of its request was read, and that it may go on (RFC 9110, 15.2.1). */
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** Begins to sign up as `late@example.com`, and waits until the system has read the head of the request. */
export async function beginSlowSignUp(url: string): Promise<SlowSignUp> {
  const { hostname, port } = new URL(url);
  const body = JSON.stringify({ email: 'late@example.com', password: 'correct horse', name: 'Late' });
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  const closed = once(socket, 'close');
  const head = ['POST /users HTTP/1.1', 'Host: x', 'Content-Type: application/json', `Content-Length: ${body.length}`];
  socket.write(`${[...head, 'Expect: 100-continue'].join('\r\n')}\r\n\r\n${body.slice(0, 10)}`);
  await waitUntil(() => received === CONTINUE, { what: 'the system to read the head' });
  const startMs = performance.now();
  return {
    async finish() {
      await waitUntil(() => performance.now() - startMs > SLOW_MS, { what: 'two seconds to pass' });
      socket.write(body.slice(10));
      await closed;
      return received.slice(CONTINUE.length);
    },
  };
}
