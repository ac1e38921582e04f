import { PasswordResetService } from '../../../gen/numer/user/v1/password_reset_service_pb.ts';
import { type Member, required, type UserTestService } from './start-user-service.ts';

/** The identity with which the notification service asks for a token to mail. */
export const MAILER = { kind: 'service', name: 'notification' } as const;

/** Asks for a password reset. */
export async function askForReset(service: UserTestService, email: string): Promise<void> {
  await service.client(PasswordResetService).requestPasswordReset({ email });
}

/** Ids of the resets of an account that are to be mailed, oldest first. */
export async function resetsOf(service: UserTestService, { user }: Member): Promise<string[]> {
  const events = await service.eventsOf(user.id);
  return events.filter(({ topic }) => topic === 'password-reset.requested').map(({ subject }) => subject);
}

/** Asks for a password reset, and gives the token that is mailed. */
export async function newResetToken(service: UserTestService, member: Member): Promise<string> {
  await askForReset(service, member.user.email);
  const passwordResetId = required((await resetsOf(service, member)).at(-1));
  return (await service.client(PasswordResetService, MAILER).getPasswordResetToken({ passwordResetId })).token;
}
