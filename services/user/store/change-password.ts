import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { sessions, signInFailures, users } from './schema.ts';

/** A change of an account's password. */
export interface PasswordChange {
  readonly id: string;
  /** The version that it is based on. */
  readonly version: bigint;
  readonly passwordHash: string;
  readonly updateTime: Date;
  /** The one session that goes on; null ends all. */
  readonly keptSessionId: string | null;
  readonly emailDigest: Uint8Array;
  /** This many failures block signing in to the account and changing its password; null for no limit. */
  readonly failuresMax: number | null;
}

/**
 * Prepares the statement that changes a password, ends sessions and forgets failed sign-ins. It does not see sessions
 * that begin at the same moment with the previous password. Those have the version of that password, so they are
 * invalid.
 *
 * Gives false, and has done nothing, when the account was changed meanwhile, or signing in with its address has failed
 * too often by now. As at the beginning of a session, the right one of many guesses made at the same moment must not
 * get through.
 */
export function prepareChangePassword(
  db: Database,
): (change: PasswordChange, effects: WriteEffects) => Promise<boolean> {
  const { id, version, passwordHash, updateTime } = columnParameters(users);
  const { emailDigest } = columnParameters(signInFailures);
  const kept = sql`${sql.placeholder('keptSessionId')}::uuid`;
  const changed = db.$with('changed', { id: sql<string>`id`.as('id') }).as(sql`
    update ${users} set password_hash = ${passwordHash}, password_version = password_version + 1,
      update_time = ${updateTime}, version = version + 1
    where id = ${id} and version = ${version} and not exists (
      select 1 from ${signInFailures}
      where email_digest = ${emailDigest} and failures >= ${sql.placeholder('failuresMax')}::integer
        and expire_time > ${updateTime}
    )
    returning id, password_version
  `);
  const goesOn = db.$with('goes_on', {}).as(sql`
    update ${sessions} set password_version = changed.password_version from ${changed} as changed
    where ${sessions.userId} = changed.id and ${sessions.id} = ${kept}
  `);
  const ended = db.$with('ended', {}).as(sql`
    delete from ${sessions} using ${changed} as changed
    where ${sessions.userId} = changed.id and ${sessions.id} is distinct from ${kept}
  `);
  const forgotten = db.$with('forgotten', {}).as(sql`
    delete from ${signInFailures}
    where email_digest = ${emailDigest} and exists (select 1 from ${changed})
  `);
  return prepareWrite(db, 'change_password', { changed, parts: [changed, goesOn, ended, forgotten] });
}
