import { and, eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { UserRow } from '../convert.ts';
import { logos, users } from './schema.ts';

/** An account in the version that a change of its logo is based on, with the facts about the logo after the change. */
export type LogoUpdate = Pick<UserRow, 'id' | 'version' | 'logo' | 'updateTime'>;

/**
 * Prepares the statement that gives an account a logo; gives false, and has changed nothing, when the account is no longer at the
 * version that was read.
 */
export function prepareSetLogo(
  db: Database,
): (update: LogoUpdate & { readonly data: Uint8Array }, effects: WriteEffects) => Promise<boolean> {
  const updated = updateAccount(db);
  const { data } = columnParameters(logos);
  const stored = db.$with('stored', {}).as(sql`
    insert into ${logos} (owner_id, data) select ${updated.id}, ${data} from ${updated}
    on conflict (owner_id) do update set data = excluded.data
  `);
  return prepareWrite(db, 'set_logo', { changed: updated, parts: [updated, stored] });
}

/** Prepares the statement that deletes the logo of an account, under the same condition as {@link prepareSetLogo}. */
export function prepareDeleteLogo(db: Database): (update: LogoUpdate, effects: WriteEffects) => Promise<boolean> {
  const updated = updateAccount(db);
  const deleted = db.$with('deleted', {}).as(sql`
    delete from ${logos} using ${updated} where ${logos.ownerId} = ${updated.id}
  `);
  return prepareWrite(db, 'delete_logo', { changed: updated, parts: [updated, deleted] });
}

function updateAccount(db: Database) {
  const { id, version, logo, updateTime } = columnParameters(users);
  return db.$with('updated').as(
    db
      .update(users)
      .set({ logo, updateTime, version: sql`${users.version} + 1` })
      .where(and(eq(users.id, id), eq(users.version, version)))
      .returning({ id: users.id }),
  );
}
