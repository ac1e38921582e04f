import { once } from 'node:events';
import { createWriteStream, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

/** The end of an account's chain of activities at some earlier time. */
export interface SavedHead {
  readonly ownerId: string;
  readonly sequence: bigint;
  /** In hexadecimal digits. */
  readonly hash: string;
}

/** Saved heads. Accounts must be asked for in the order of their ids. Only one head is in memory at a time. */
export interface SavedHeads {
  /** The heads of accounts before this one; for undefined, all that are left. */
  before(ownerId: string | undefined): AsyncGenerator<SavedHead>;
  /** The head of this account. */
  of(ownerId: string): Promise<SavedHead | undefined>;
}

/** A file of heads that is being written. When it is complete, it takes its name and replaces an older file. */
export interface HeadsWriter {
  write(head: SavedHead): Promise<void>;
  keep(): Promise<void>;
  /** Keeps an older file. Does not fail when the new one could not be written. */
  discard(): Promise<void>;
}

/** One line of the file: account, number of the last entry, its hash. */
const LINE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([0-9]{1,18}) ([0-9a-f]{64})$/;

/** Opens a file of heads; without a file there are no heads. Reading fails when the file is not as `writeHeads` makes it. */
export function readHeads(file: string | undefined): SavedHeads {
  const heads = file === undefined ? undefined : parseHeads(file);
  let next: SavedHead | undefined;
  const peek = async () => {
    next ??= (await heads?.next())?.value ?? undefined;
    return next;
  };
  return {
    async *before(ownerId) {
      for (let head = await peek(); head !== undefined; head = await peek()) {
        if (ownerId !== undefined && head.ownerId >= ownerId) return;
        next = undefined;
        yield head;
      }
    },
    async of(ownerId) {
      const head = await peek();
      if (head?.ownerId !== ownerId) return undefined;
      next = undefined;
      return head;
    },
  };
}

async function* parseHeads(file: string): AsyncGenerator<SavedHead> {
  let number = 0;
  let before = '';
  const handle = await open(file);
  for await (const line of handle.readLines()) {
    number += 1;
    const [, ownerId = '', sequence = '', hash = ''] = LINE.exec(line) ?? [];
    if (ownerId <= before) throw new Error(`${file} has no saved head in line ${number}, or has it out of order.`);
    before = ownerId;
    yield { ownerId, sequence: BigInt(sequence), hash };
  }
}

/**
 * Begins a file of heads. They must be written in the order of their accounts.
 *
 * @throws Error when something of that name exists that is not a file, e.g. a folder or a device, which must not be replaced
 */
export function writeHeads(file: string): HeadsWriter {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error(`${file} is not a regular file.`);
  const draft = `${file}.new`;
  const stream = createWriteStream(draft);
  const written = finished(stream);
  written.catch(() => undefined); // whatever awaits it next reports it
  return {
    async write({ ownerId, sequence, hash }) {
      const hasRoom = stream.write(`${ownerId} ${sequence} ${hash}\n`);
      if (!hasRoom) await Promise.race([once(stream, 'drain'), written]);
    },
    async keep() {
      stream.end();
      await written;
      await rename(draft, file);
    },
    async discard() {
      stream.destroy();
      await written.catch(() => undefined); // a draft that could not be written is not needed
      await rm(draft, { force: true });
    },
  };
}
