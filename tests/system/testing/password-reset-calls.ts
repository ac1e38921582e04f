import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { anonymous } from './api.ts';
import type { ChangingCalls } from './changing-calls.ts';
import type { Numer } from './start-numer.ts';

/** The tokens of the password resets that were mailed to an address. */
export async function tokensMailedTo({ dataDir }: Pick<Numer, 'dataDir'>, email: string): Promise<string[]> {
  const folder = join(dataDir, 'mail/secret');
  // Without any mail, there is no folder. Files that are being written begin with a dot.
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
  const mails = await Promise.all(names.toSorted().map((name) => PostalMime.parse(readFileSync(join(folder, name)))));
  return mails
    .filter(({ to }) => to?.[0]?.address === email)
    .flatMap(({ text }) => /^[\w-]{43}$/m.exec(text ?? '') ?? []);
}

/** Calls with which a new user resets a forgotten password. */
export function passwordResetCalls(url: () => string, numer: () => Pick<Numer, 'dataDir'>): ChangingCalls {
  const somebody = async () => {
    const credentials = { email: `${randomUUID()}@example.com`, password: 'correct horse' };
    await anonymous(url).post('/users', { ...credentials, name: 'Eve' });
    return credentials;
  };
  return {
    'POST /password-resets': async () => {
      const credentials = await somebody();
      return { path: '/password-resets', body: { email: credentials.email }, credentials };
    },
    'POST /password-resets/confirm': async () => {
      const { email } = await somebody();
      await anonymous(url).call('POST', '/password-resets', { body: { email } });
      const token = await waitUntil(async () => (await tokensMailedTo(numer(), email)).at(0));
      const newPassword = `correct horse ${randomUUID()}`;
      return {
        path: '/password-resets/confirm',
        body: { token, newPassword },
        credentials: { email, password: newPassword },
      };
    },
  };
}
