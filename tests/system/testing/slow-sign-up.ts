import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { anonymous } from './api.ts';

/** A request to sign up of which only the beginning has arrived. */
export interface SlowSignUp {
  /** Sends the rest, but not before two seconds have passed since the beginning; gives the whole answer as text. */
  finish(): Promise<string>;
}

const SLOW_MS = 2_000;

/** Begins to sign up as `late@example.com`. */
export async function beginSlowSignUp(url: string): Promise<SlowSignUp> {
  const { hostname, port } = new URL(url);
  const body = JSON.stringify({ email: 'late@example.com', password: 'correct horse', name: 'Late' });
  const socket = connect(Number(port), hostname);
  const answer = text(socket);
  const head = ['POST /users HTTP/1.1', 'Host: x', 'Content-Type: application/json', `Content-Length: ${body.length}`];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`);
  await anonymous(() => url).call('GET', '/livez'); // by now the system has seen the beginning
  const startMs = performance.now();
  return {
    async finish() {
      await waitUntil(() => performance.now() - startMs > SLOW_MS, { what: 'two seconds to pass' });
      socket.write(body.slice(10));
      return answer;
    },
  };
}
