import { DomainError } from '../runtime/call/errors.ts';
import { addUser } from '../services/user/add-user.ts';
import { UsageError } from './command.ts';
import { joinLocalEnvironment } from './environment.ts';
import { readPassword } from './read-password.ts';
import { useServiceDatabase } from './service-database.ts';

/**
 * `numer create-user EMAIL NAME`: adds an account with the password on the first line of standard input.
 *
 * @throws UsageError when address or name is missing; Error when the address has an account, or sign-up would refuse the values
 */
export async function createUser(email: string | undefined, name: string | undefined): Promise<void> {
  if (email === undefined || name === undefined)
    throw new UsageError('Name the email address and the name of the user.');
  const password = await readPassword('Password');
  const environment = await joinLocalEnvironment();
  try {
    const account = { email, name, password, now: new Date() };
    const { id } = await useServiceDatabase(environment, 'user', (db) => addUser(db, account));
    process.stdout.write(`${email} can sign in now; the id of the account is ${id}.\n`);
  } catch (error) {
    throw error instanceof DomainError ? new Error(error.message) : error;
  } finally {
    await environment.close();
  }
}
