import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Sql } from 'postgres';
import { openConnection } from '../database/open-connection.ts';
import { syncDirectory } from './cluster.ts';

/** Folders that the server fills again at each start. The log is copied separately. */
const EMPTIED: readonly string[] = [
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
];
/** Files that belong to the running server only. */
const LEFT_OUT = /^(postmaster\.(pid|opts)|backup_label|tablespace_map|pgsql_tmp.*|pg_internal\.init.*)$/;
/** The file that names the last checkpoint, changed in place at each. */
const CONTROL_FILE = 'global/pg_control';
/** A segment of the log. The names of segments grow with time. */
const SEGMENT = /^[0-9A-F]{24}$/;

/** Bytes read at once. */
const CHUNK_BYTES = 256 * 1024;
/** Number of files copied at once: most are small, and waiting for the disk takes most of the time. */
const COPIES_AT_ONCE = 16;
/** Most reads of the control file until two in a row are alike. The file changes at most every few seconds. */
const CONTROL_READS_MAX = 10;

/**
 * Copies a cluster, while its server runs and takes writes, into the folder `targetDir`, which it makes. The copy is
 * the whole cluster at the moment when this ends: a server that starts on it replays the log that was copied with it.
 * Everything is on the disk by then.
 *
 * This is Postgres's low-level base backup ("Making a Base Backup Using the Low Level API"). A replication slot keeps
 * the log for as long as it takes.
 *
 * @param url of any database of the server
 * @throws Error when the server was started by an earlier version and so keeps too little in its log, when it ends
 *   meanwhile, or when a file cannot be copied
 */
export async function backUpCluster(url: string, clusterDir: string, targetDir: string): Promise<void> {
  let isEnded = false;
  // The backup and its slot belong to this session and end with it.
  const sql = openConnection(url, {
    max_lifetime: null,
    onclose() {
      isEnded = true;
    },
    connection: { application_name: 'numer-backup', statement_timeout: 0 },
  });
  try {
    const slot = await keepLog(sql);
    const [start] = await sql<{ segment: string }[]>`select pg_walfile_name(pg_backup_start('numer', true)) as segment`;
    await copyFolder(clusterDir, targetDir);
    await copyControlFile(clusterDir, targetDir);
    const [end] = await sql<{ segment: string; label: string }[]>`
      select pg_walfile_name(lsn) as segment, labelfile as label from pg_backup_stop(false)`;
    if (start === undefined || end === undefined) throw new Error('Postgres began or ended no backup.');
    await copyLog(join(clusterDir, 'pg_wal'), join(targetDir, 'pg_wal'), start.segment, end.segment);
    // A server that ended and was started again has no slot, and may have removed parts of the log.
    const slots = await sql`select from pg_replication_slots where slot_name = ${slot}`;
    if (slots.length === 0) throw new Error('The log was not kept.');
    await writeFile(join(targetDir, 'backup_label'), end.label, { mode: 0o600, flush: true });
    syncDirectory(targetDir);
  } catch (cause) {
    throw isEnded ? new Error('Postgres ended during the backup. Try again.', { cause }) : cause;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Keeps the log from now on. @returns the name of the slot that does */
async function keepLog(sql: Sql): Promise<string> {
  const [row] = await sql<{ level: string }[]>`select current_setting('wal_level') as level`;
  if (row?.level === 'minimal') {
    throw new Error(
      'The running system was started by an earlier version, which cannot be backed up. Restart it first.',
    );
  }
  const slot = `numer_backup_${randomBytes(8).toString('hex')}`;
  await sql`select pg_create_physical_replication_slot(${slot}, true, true)`;
  return slot;
}

/** Copies the contents of a folder, without what only the running server needs; `path` is its place in the cluster. */
async function copyFolder(clusterDir: string, targetDir: string, path = ''): Promise<void> {
  const folder = join(targetDir, path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const entries = EMPTIED.includes(path) ? [] : await readdir(join(clusterDir, path), { withFileTypes: true });
  const places: string[] = [];
  for (const entry of entries) {
    const place = join(path, entry.name);
    if (LEFT_OUT.test(entry.name) || place === CONTROL_FILE) continue;
    if (entry.isDirectory()) await copyFolder(clusterDir, targetDir, place);
    else if (entry.isFile()) places.push(place);
    else throw new Error(`${join(clusterDir, place)} is not an ordinary file and cannot be backed up.`);
  }
  for (let index = 0; index < places.length; index += COPIES_AT_ONCE) {
    const batch = places.slice(index, index + COPIES_AT_ONCE);
    await Promise.all(batch.map((place) => copyFile(join(clusterDir, place), join(targetDir, place))));
  }
  syncDirectory(folder);
}

/** Copies a file that may be written to meanwhile: the log repairs whatever is torn in the copy. */
async function copyFile(from: string, to: string): Promise<void> {
  let source: FileHandle;
  try {
    source = await open(from);
  } catch (error) {
    // Its table was dropped after the folder was read, and will be dropped again when the log is replayed.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  const target = await open(to, 'wx', 0o600);
  await pipeline(
    source.createReadStream({ highWaterMark: CHUNK_BYTES }),
    target.createWriteStream({ highWaterMark: CHUNK_BYTES, flush: true }),
  );
}

/** Copies the one file that the log cannot repair. */
async function copyControlFile(clusterDir: string, targetDir: string): Promise<void> {
  const read = async () => {
    await using file = await open(join(clusterDir, CONTROL_FILE));
    return file.readFile();
  };
  let content = await read();
  for (let reads = 1; reads < CONTROL_READS_MAX; reads++) {
    const again = await read();
    if (again.equals(content)) {
      await writeFile(join(targetDir, CONTROL_FILE), content, { mode: 0o600, flush: true });
      syncDirectory(join(targetDir, 'global'));
      return;
    }
    content = again;
  }
  throw new Error(`${join(clusterDir, CONTROL_FILE)} changes all the time.`);
}

/** Copies the log from one segment to another, both included. */
async function copyLog(from: string, to: string, first: string, last: string): Promise<void> {
  const names = (await readdir(from)).filter((name) => SEGMENT.test(name) && name >= first && name <= last);
  if (!names.includes(last)) throw new Error(`The segment ${last} of the log is not in ${from}.`);
  for (const name of names) await copyFile(join(from, name), join(to, name));
  syncDirectory(to);
}
