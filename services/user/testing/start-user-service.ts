import { randomUUIDv7 } from 'node:crypto';
import { createRegistry, fromJson, type JsonValue, type Message, type MessageInitShape } from '@bufbuild/protobuf';
import { file_numer_user_v1_api_key_events } from '../../../gen/numer/user/v1/api_key_events_pb.ts';
import { file_numer_user_v1_customer_events } from '../../../gen/numer/user/v1/customer_events_pb.ts';
import type { Customer, CustomerSchema } from '../../../gen/numer/user/v1/customer_pb.ts';
import { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { file_numer_user_v1_session_events } from '../../../gen/numer/user/v1/session_events_pb.ts';
import {
  type AuthenticateResponse,
  type CreateSessionResponse,
  SessionService,
} from '../../../gen/numer/user/v1/session_service_pb.ts';
import { file_numer_user_v1_user_events } from '../../../gen/numer/user/v1/user_events_pb.ts';
import type { User } from '../../../gen/numer/user/v1/user_pb.ts';
import { type CreateUserRequestSchema, UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import type { UserIdentity } from '../../../runtime/identity.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { userService } from '../service.ts';

/** The password of every account that a test makes. */
export const PASSWORD = 'correct horse battery';

/** Somebody with an account, signed in. */
export interface Member {
  readonly user: User;
  readonly identity: UserIdentity;
}

/** An event as it waits in the outbox. */
export interface WrittenEvent {
  readonly topic: string;
  readonly subject: string;
  readonly version: bigint;
  readonly ownerId: string;
  readonly actor: string;
  readonly requestId: string;
  readonly message: Message;
}

/** The user service with what most of its tests do. */
export interface UserTestService extends TestService {
  /** A new account, by sign-up. */
  newMember(profile?: MessageInitShape<typeof CreateUserRequestSchema>): Promise<Member>;
  /** Adds a customer. */
  newCustomer(member: Member, customer?: MessageInitShape<typeof CustomerSchema>): Promise<Customer>;
  /** Signs in. */
  signIn(member: Member): Promise<CreateSessionResponse>;
  /** What the gateway is told of a token. */
  authenticate(token: string): Promise<AuthenticateResponse>;
  /** What somebody owns wrote into the outbox, oldest first. */
  eventsOf(ownerId: string): Promise<WrittenEvent[]>;
}

let count = 0;

/** An address that no other test has. */
export function newEmail(): string {
  count += 1;
  return `ada.${count}@example.com`;
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
    eventsOf: (ownerId) => eventsOf(service, ownerId),
  };
}

/** Whom the gateway calls as when it asks who a caller is. */
export const GATEWAY = { kind: 'service', name: 'gateway' } as const;

/** The identity that the gateway gives calls of a signed-in user, or of an API key when the session is empty. */
export function identityOf(
  { id, timeZone, defaultCurrencyCode }: User,
  sessionId: string = randomUUIDv7(),
): UserIdentity {
  return { kind: 'user', userId: id, actor: `user:${id}`, sessionId, canWrite: true, timeZone, defaultCurrencyCode };
}

async function eventsOf(service: TestService, ownerId: string): Promise<WrittenEvent[]> {
  const registry = createRegistry(
    file_numer_user_v1_user_events,
    file_numer_user_v1_session_events,
    file_numer_user_v1_api_key_events,
    file_numer_user_v1_customer_events,
  );
  const rows = await service.db.$client<
    {
      topic: string;
      type: string;
      subject: string;
      version: bigint;
      owner_id: string;
      actor: string;
      request_id: string;
      payload: JsonValue;
    }[]
  >`select * from outbox where owner_id = ${ownerId} order by available_time, id`;
  return rows.map((row) => ({
    topic: row.topic,
    subject: row.subject,
    version: row.version,
    ownerId: row.owner_id,
    actor: row.actor,
    requestId: row.request_id,
    message: fromJson(required(registry.getMessage(row.type)), row.payload),
  }));
}

/** The value; fails when there is none. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no value');
  return value;
}
