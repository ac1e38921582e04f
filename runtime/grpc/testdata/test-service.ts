import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from '@connectrpc/connect';
import { ItemSchema, type Orders, type Payload, PayloadSchema, TestService } from './gen/test_service_pb.ts';

/** Registers the test service. */
export function testRoutes(router: ConnectRouter): void {
  router.service(TestService, {
    async echo(request, context) {
      const { payload, orders } = request;
      if (orders !== undefined) await obey(orders, context);
      const timeoutMs = context.timeoutMs();
      return {
        payload: answerOf(payload, orders),
        header: Object.fromEntries(context.requestHeader),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      };
    },
    async *count({ count }) {
      for (let number = 1; number <= count; number++) yield { number };
    },
  });
}

async function obey(orders: Orders, context: HandlerContext): Promise<void> {
  for (const [name, value] of Object.entries(orders.header)) context.responseHeader.set(name, value);
  for (const [name, value] of Object.entries(orders.trailer)) context.responseTrailer.set(name, value);
  if (orders.hang) await aborted(context.signal);
  if (orders.code === -1) throw new Error('a secret of the server');
  if (orders.code !== 0) throw failureOf(orders);
}

function failureOf(orders: Orders): ConnectError {
  const details = orders.details.map((value) => ({ desc: ItemSchema, value }));
  // The tests ask for codes that exist.
  return new ConnectError(orders.message, orders.code as Code, orders.errorMetadata, details);
}

function answerOf(payload: Payload | undefined, orders: Orders | undefined): Payload {
  const bytes = orders?.answerBytes ?? 0;
  if (bytes > 0) return create(PayloadSchema, { data: new Uint8Array(bytes) });
  return payload ?? create(PayloadSchema);
}

/** Tells of calls that hang until they are cancelled, as the server sees them. */
export const cancelledCalls = {
  waiting: [] as (() => void)[],
  beginning: [] as (() => void)[],
  /** Resolves when the next such call is cancelled. */
  next(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  },
  /** Resolves when the next such call has reached the server. */
  begun(): Promise<void> {
    return new Promise((resolve) => this.beginning.push(resolve));
  },
};

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => {
      cancelledCalls.waiting.shift()?.();
      reject(ConnectError.from(signal.reason, Code.Canceled));
    };
    cancelledCalls.beginning.shift()?.();
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** A payload with a value in every field. */
export const FULL_PAYLOAD = {
  text: 'Grüße, 世界 🌍',
  data: new Uint8Array([0, 1, 254, 255]),
  number: 2n ** 62n,
  ratio: 0.1,
  items: [
    { name: 'first', amount: '3', total: 14_999n, data: new Uint8Array([1]) },
    { name: 'second', amount: '1.5', total: -1n, data: new Uint8Array([2]) },
  ],
  itemsByName: { third: { name: 'third', amount: '', total: 0n, data: new Uint8Array() } },
  choice: { case: 'item', value: { name: 'chosen' } },
  flag: false,
  time: { seconds: 1_700_000_000n, nanos: 5 },
  extra: { list: [1, 'two', null, { deep: true }] },
  inner: { text: 'inner', choice: { case: 'word', value: 'yes' } },
} satisfies MessageInitShape<typeof PayloadSchema>;
