import { sql } from 'drizzle-orm';
import { sessions, users } from './schema.ts';

/**
 * Whether a session, joined with its user, is of the present password. One without a version is: what ends it is its deletion.
 *
 * A session with a higher version than its user was kept by a change that the statement waited for, whereas it sees the user as of
 * before.
 */
export const isOfPresentPassword = sql`(${sessions.passwordVersion} < ${users.passwordVersion}) is not true`;
