import type { HandlerContext } from '@connectrpc/connect';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { CustomerService } from '../../gen/numer/user/v1/customer_service_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';
import { HEADER } from '../../runtime/call/call.ts';
import { callerOf, type TestGatewayOptions } from './start-test-gateway.ts';

/** Made-up services with a few RPCs, which record how they are called. */
export interface FakeServices {
  readonly routes: NonNullable<TestGatewayOptions['services']>;
  /** What the services were called with, newest last. */
  readonly calls: (ReturnType<typeof callerOf> & { readonly timeoutMs: number | undefined })[];
  /** What every call fails with. */
  fail: Error | undefined;
  /** Set by a test that wants GetInvoice to wait until its call is cancelled. */
  waiting: PromiseWithResolvers<AbortSignal> | undefined;
  /** Forgets what a test did. */
  reset(): void;
}

/** Makes up the services. */
export function createFakeServices(): FakeServices {
  const called = (context: HandlerContext) => {
    services.calls.push({ ...callerOf(context), timeoutMs: context.timeoutMs() });
    if (services.fail !== undefined) throw services.fail;
  };
  const answer = (_: unknown, context: HandlerContext) => {
    called(context);
    return {};
  };
  const services: FakeServices = {
    calls: [],
    fail: undefined,
    waiting: undefined,
    reset() {
      services.calls.length = 0;
      services.fail = undefined;
      services.waiting = undefined;
    },
    routes: {
      invoice: (router) =>
        router.service(InvoiceService, {
          async getInvoice({ invoiceId }, context) {
            called(context);
            const { signal } = context;
            services.waiting?.resolve(signal);
            if (services.waiting !== undefined) {
              await new Promise((resolve) => signal.addEventListener('abort', resolve));
            }
            return { invoice: { id: invoiceId, etag: '"7"', totalMinor: 9_007_199_254_740_993n } };
          },
          createInvoice({ invoice }, context) {
            called(context);
            context.responseHeader.set('x-internal', 'secret');
            context.responseHeader.set('cache-control', 'public');
            if (context.requestHeader.has(HEADER.idempotencyKey)) {
              context.responseHeader.set(HEADER.idempotentReplayed, 'true');
            }
            return { invoice: { id: 'new', memo: invoice?.memo ?? '' } };
          },
          deleteInvoice: answer,
          batchGetInvoices: answer,
        }),
      user: (router) => {
        router.service(UserService, {
          createUser(_, context) {
            called(context);
            return { user: { id: 'new' } };
          },
        });
        router.service(CustomerService, { listCustomers: answer });
      },
    },
  };
  return services;
}
