import { randomUUIDv7 } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Code, createRouterTransport, type HandlerContext, type Transport } from '@connectrpc/connect';
import { type Customer, CustomerSchema } from '../../../gen/numer/user/v1/customer_pb.ts';
import { CustomerService, ListCustomersRequestSchema } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { type User, UserSchema } from '../../../gen/numer/user/v1/user_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { HEADER } from '../../../runtime/call/call.ts';
import { errorWithReason } from '../../../runtime/call/errors.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';

/** A user service in memory, as far as the invoice service calls it, with its rules about who sees what. */
export interface FakeUserService {
  readonly transport: Transport;
  /** Adds an account. */
  addUser(user: MessageInitShape<typeof UserSchema>): User;
  /** Adds a customer of a user. */
  addCustomer(ownerId: string, customer?: MessageInitShape<typeof CustomerSchema>): Customer;
  /** Changes a customer. */
  changeCustomer(id: string, change: MessageInitShape<typeof CustomerSchema>): void;
  /** Deletes a customer. */
  deleteCustomer(id: string): void;
  /** While true, no other service gets an answer. */
  readonly isDown: { value: boolean };
  /** Names of the RPCs called so far. */
  readonly calls: string[];
}

/** Creates a user service without users. */
export function createFakeUserService(): FakeUserService {
  const users = new Map<string, User>();
  const customers = new Map<string, { readonly ownerId: string; readonly customer: Customer }>();
  const calls: string[] = [];
  const isDown = { value: false };

  const transport = createRouterTransport((router) => {
    router.service(UserService, {
      getUser({ userId }, context) {
        calls.push('GetUser');
        const user = users.get(userId);
        if (user === undefined || callerOf(context) !== userId) {
          throw errorWithReason(Code.NotFound, 'USER_NOT_FOUND', 'There is no such user.');
        }
        return { user };
      },
      batchGetParties({ keys }) {
        calls.push('BatchGetParties');
        if (isDown.value) throw errorWithReason(Code.Unavailable, 'UNAVAILABLE', 'Try again.');
        return {
          parties: keys.map(({ userId, customerId }) => {
            const [user, found] = [users.get(userId), customers.get(customerId)];
            return {
              ...(user === undefined ? {} : { user }),
              ...(found?.ownerId === userId ? { customer: found.customer } : {}),
            };
          }),
        };
      },
    });
    router.service(CustomerService, {
      getCustomer({ customerId }, context) {
        calls.push('GetCustomer');
        const found = customers.get(customerId.toLowerCase());
        if (found === undefined || found.ownerId !== callerOf(context)) {
          throw errorWithReason(Code.NotFound, 'CUSTOMER_NOT_FOUND', 'There is no such customer.');
        }
        return { customer: found.customer };
      },
      listCustomers(request, context) {
        calls.push('ListCustomers');
        requireValid(ListCustomersRequestSchema, request);
        const own = [...customers.values()].filter(({ ownerId }) => ownerId === callerOf(context));
        return {
          customers: own.map(({ customer }) => customer).filter((customer) => customer.reference === request.reference),
        };
      },
    });
  });

  return {
    transport,
    isDown,
    calls,
    addUser(init) {
      const user = create(UserSchema, init);
      users.set(user.id, user);
      return user;
    },
    addCustomer(ownerId, init) {
      const customer = create(CustomerSchema, {
        id: randomUUIDv7(),
        name: 'Example Ltd',
        email: 'pay@example.com',
        ...init,
      });
      customers.set(customer.id, { ownerId, customer });
      return customer;
    },
    changeCustomer(id, change) {
      const found = customers.get(id);
      if (found !== undefined) Object.assign(found.customer, change);
    },
    deleteCustomer(id) {
      customers.delete(id);
    },
  };
}

/** The user whose internal token came with the call. A fake does not check whether it is genuine. */
function callerOf(context: HandlerContext): string {
  const token = context.requestHeader.get(HEADER.authorization)?.split('.')[1] ?? '';
  const claims: { identity?: { userId?: string } } = JSON.parse(Buffer.from(token, 'base64url').toString() || '{}');
  return claims.identity?.userId ?? '';
}
