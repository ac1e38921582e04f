import { randomUUIDv7 } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { eq } from 'drizzle-orm';
import type { Customer, CustomerSchema } from '../../../gen/numer/user/v1/customer_pb.ts';
import { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import {
  type AuthenticateResponse,
  type CreateSessionResponse,
  SessionService,
} from '../../../gen/numer/user/v1/session_service_pb.ts';
import type { User } from '../../../gen/numer/user/v1/user_pb.ts';
import { type CreateUserRequestSchema, UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import type { UserIdentity } from '../../../runtime/call/identity.ts';
import { outbox } from '../../../runtime/events/outbox.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { readWrittenEvents, type WrittenEvent } from '../../../runtime/testing/written-events.ts';
import { userService } from '../service.ts';

/** The password of every account that a test makes. */
export const PASSWORD = 'correct horse battery';

/** Somebody with an account, signed in. */
export interface Member {
  readonly user: User;
  readonly identity: UserIdentity;
}

/** The user service with helpers for what most of its tests do. */
export interface UserTestService extends TestService {
  /** A new account, by sign-up. */
  newMember(profile?: MessageInitShape<typeof CreateUserRequestSchema>): Promise<Member>;
  /** Adds a customer. */
  newCustomer(member: Member, customer?: MessageInitShape<typeof CustomerSchema>): Promise<Customer>;
  /** Signs in. */
  signIn(member: Member): Promise<CreateSessionResponse>;
  /** What the gateway is told about a token. */
  authenticate(token: string): Promise<AuthenticateResponse>;
  /** The events in the outbox about what this owner owns, oldest first. */
  eventsOf(ownerId: string): Promise<WrittenEvent[]>;
}

/** An address that no other test has. */
export function newEmail(): string {
  return `ada.${randomUUIDv7()}@example.com`;
}

/** Starts the service on a database of its own at 2026-03-01T12:00:00Z. Stop it in `afterAll`. */
export async function startUserService(): Promise<UserTestService> {
  const service = await startTestService(userService, {
    environment: { ACCESS_TOKEN_KEY: Buffer.alloc(32, 1).toString('base64url') },
  });
  const sessions = service.client(SessionService);
  return {
    ...service,
    async newMember(profile) {
      const request = { email: newEmail(), name: 'Ada Lovelace', password: PASSWORD, ...profile };
      const user = required((await service.client(UserService).createUser(request)).user);
      return { user, identity: identityOf(user) };
    },
    async newCustomer({ identity }, customer) {
      const request = { customer: { name: 'Example Ltd', email: 'pay@example.com', ...customer } };
      return required((await service.client(CustomerService, identity).createCustomer(request)).customer);
    },
    signIn: ({ user }) => sessions.createSession({ email: user.email, password: PASSWORD }),
    authenticate: (token) => service.client(SessionService, GATEWAY).authenticate({ token }),
    eventsOf: (ownerId) => readWrittenEvents(service.db, userService.events, eq(outbox.ownerId, ownerId)),
  };
}

/** The identity with which the gateway asks who a caller is. */
export const GATEWAY = { kind: 'service', name: 'gateway' } as const;

/** The identity that the gateway gives calls of a signed-in user, or of an API key when the session is empty. */
export function identityOf(
  { id, timeZone, defaultCurrencyCode }: User,
  sessionId: string = randomUUIDv7(),
): UserIdentity {
  return { kind: 'user', userId: id, actor: `user:${id}`, sessionId, canWrite: true, timeZone, defaultCurrencyCode };
}

/** The value; fails when there is none. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no value');
  return value;
}
