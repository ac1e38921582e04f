import { sql } from 'drizzle-orm';
import { sessions, users } from './schema.ts';

/**
 * Whether a session, joined with its user, belongs to the present password. One without a version does: it ends when it
 * is deleted.
 *
 * A session can have a higher version than its user: a change that the statement waited for kept the session, while the
 * statement still sees the user as of before that change.
 */
export const isOfPresentPassword = sql`(${sessions.passwordVersion} < ${users.passwordVersion}) is not true`;
