import { DomainError } from '../runtime/call/errors.ts';
import { givePassword } from '../services/user/give-password.ts';
import { UsageError } from './command.ts';
import { joinLocalEnvironment } from './environment.ts';
import { readPassword } from './read-password.ts';
import { useServiceDatabase } from './service-database.ts';

/**
 * `numer reset-password EMAIL`: gives an account the password on the first line of standard input, and ends its sessions.
 *
 * @throws UsageError when no account is named; Error when there is no such account, or the password is too short or long
 */
export async function resetPassword(email: string | undefined): Promise<void> {
  if (email === undefined) throw new UsageError('Name the email address of the account.');
  const password = await readPassword('New password');
  const environment = await joinLocalEnvironment();
  try {
    await useServiceDatabase(environment, 'user', (db) => givePassword(db, { email, password, now: new Date() }));
  } catch (error) {
    // The request that the service checks has another name for it.
    throw error instanceof DomainError ? new Error(error.message.replace(/^new_password\b/, 'password')) : error;
  } finally {
    await environment.close();
  }
  process.stdout.write('The password is changed, and all sessions of the account are ended.\n');
}
