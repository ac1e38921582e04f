import { once } from 'node:events';
import { connect } from 'node:http2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';

const REQUESTS = 100;
const BYTES_EACH_MAX = 100_000;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

test.each(['/openapi.json', '/schemas/latest/openapi.json'])(
  '%s is kept once, however many peers do not read their answer',
  async (path) => {
    const file = await (await fetch(gateway.url + path)).arrayBuffer();
    expect(file.byteLength).toBeGreaterThan(5 * BYTES_EACH_MAX);
    const before = process.memoryUsage().arrayBuffers;
    // Nothing but headers may be sent to this peer.
    const session = connect(gateway.url, { settings: { initialWindowSize: 0 } });
    const answers = Array.from({ length: REQUESTS }, () => once(session.request({ ':path': path }), 'response'));
    for (const [headers] of await Promise.all(answers)) expect(headers[':status']).toBe(200);
    const growth = process.memoryUsage().arrayBuffers - before;
    session.destroy();
    expect(growth / REQUESTS).toBeLessThan(BYTES_EACH_MAX);
  },
);
