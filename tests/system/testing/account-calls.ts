import { randomUUID } from 'node:crypto';
import { pngFile } from '../../../runtime/testing/png-file.ts';
import { alternate } from './alternate.ts';
import { type Api, anonymous, signIn, signUp } from './api.ts';
import type { ChangingCalls } from './changing-calls.ts';

/** Calls of the routes that change an account, its logo, sessions and API keys. */
export function accountCalls(url: () => string, api: Api): ChangingCalls {
  const timeZone = alternate('Asia/Tokyo', 'Europe/Berlin');
  const key = () => ({ name: `Shop ${randomUUID()}`, readOnly: true });
  const newcomer = () => ({ name: 'Eve', email: `${randomUUID()}@example.com`, password: 'correct horse' });
  const another = async () => {
    const credentials = newcomer();
    await anonymous(url).post('/users', credentials);
    return credentials;
  };
  const userWithPassword = passwordsOf(url);
  let logosCount = 0;
  const logo = () => pngFile({ width: ++logosCount, height: 1 });
  return {
    'POST /users': async () => {
      const credentials = newcomer();
      return { path: '/users', body: credentials, credentials };
    },
    'PATCH /users/{user.id}': async () => ({
      path: `/users/${api.userId}`,
      body: { name: `Dana ${randomUUID()}`, timeZone: timeZone() },
    }),
    'POST /users/{user_id}/password': async () => {
      const { caller, currentPassword, newPassword } = await userWithPassword();
      return { path: `/users/${caller.userId}/password`, body: { currentPassword, newPassword }, caller };
    },
    'POST /users/{user_id}/logo': async () => ({ path: `/users/${api.userId}/logo`, png: logo() }),
    'DELETE /users/{user_id}/logo': async () => {
      const path = `/users/${api.userId}/logo`;
      await api.call('POST', path, { text: logo(), headers: { 'content-type': 'image/png' } });
      return { path };
    },
    'DELETE /users/{user_id}': async () => {
      const caller = await signUp(url);
      return { path: `/users/${caller.userId}`, caller };
    },
    'POST /sessions': async () => {
      const credentials = await another();
      return { path: '/sessions', body: { email: credentials.email, password: credentials.password }, credentials };
    },
    'POST /sessions/refresh': async () => {
      const { refreshToken } = await signIn(url, await another());
      return { path: '/sessions/refresh', body: { refreshToken } };
    },
    'DELETE /sessions/current': async () => {
      const credentials = await another();
      return { path: '/sessions/current', caller: await signIn(url, credentials), credentials };
    },
    'POST /api-keys': async () => ({ path: '/api-keys', body: key() }),
    'DELETE /api-keys/{api_key_id}': async () => ({
      path: `/api-keys/${(await api.post('/api-keys', key())).apiKey.id}`,
    }),
  };
}

/** A new user, whose password may be any of those that calls tried to set. */
function passwordsOf(url: () => string) {
  const email = `${randomUUID()}@example.com`;
  const passwords = ['correct horse'];
  let signedUp: Promise<Api> | undefined;
  return async () => {
    signedUp ??= signUp(url, { email });
    const caller = await signedUp;
    for (const currentPassword of passwords) {
      const { status } = await anonymous(url).call('POST', '/sessions', { body: { email, password: currentPassword } });
      if (status !== 201) continue;
      const newPassword = `correct horse ${randomUUID()}`;
      passwords.unshift(newPassword);
      return { caller, currentPassword, newPassword };
    }
    throw new Error('none of the passwords is the present one');
  };
}
