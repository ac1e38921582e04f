import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { makeScratchDir } from '../../../runtime/testing/scratch-dir.ts';

/** A statement that was sent to a database, which takes one round trip. */
export interface SeenStatement {
  readonly database: string;
  readonly text: string;
  /** Whether the statement is prepared under a name, so that the server parses and plans it once for a connection. */
  readonly isPrepared: boolean;
}

/** A Postgres server whose statements are watched. */
export interface StatementWatch {
  /** Connection string that goes through the watcher. */
  readonly url: string;
  /** The statements executed so far, oldest first; tests may empty it. */
  readonly seen: SeenStatement[];
  stop(): Promise<void>;
}

const SOCKET_NAME = '.s.PGSQL.5432';

/** Sits between the system and the Unix socket of the server, and reads what the system sends; `url` names a `host` folder. */
export async function watchStatements(url: string): Promise<StatementWatch> {
  const scratch = makeScratchDir('numer-watch');
  const target = new URL(url);
  const upstream = join(target.searchParams.get('host') ?? '', SOCKET_NAME);
  const seen: SeenStatement[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const postgres = connect(upstream);
    for (const socket of [client, postgres]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    }
    const read = createReader((statement) => seen.push(statement));
    client.on('data', read).pipe(postgres);
    postgres.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(join(scratch.path, SOCKET_NAME), resolve));
  target.searchParams.set('host', scratch.path);
  return {
    url: target.href,
    seen,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      scratch.remove();
    },
  };
}

/**
 * Reads what one connection sends, in pieces of any size: a startup message, then messages of a letter, a length and a body
 * (PostgreSQL documentation, "Message Formats").
 */
function createReader(tell: (statement: SeenStatement) => void): (bytes: Buffer) => void {
  let pending = Buffer.alloc(0);
  let follow: ((type: string, body: Buffer) => void) | undefined;
  return (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    for (;;) {
      const head = follow === undefined ? 0 : 1;
      if (pending.length < head + 4) return;
      const end = head + pending.readUInt32BE(head);
      if (pending.length < end) return;
      const body = pending.subarray(head + 4, end);
      if (follow === undefined) follow = followStatements(databaseOf(body), tell);
      else follow(pending.toString('latin1', 0, 1), body);
      pending = pending.subarray(end);
    }
  };
}

/** After the protocol version, a startup message has alternating names and values. */
function databaseOf(startup: Buffer): string {
  const words = startup.toString('utf8', 4).split('\0');
  return words[words.indexOf('database') + 1] ?? '';
}

/** Parse gives a statement's name and text, Bind a portal and the statement's name, Execute and Query run one. */
function followStatements(database: string, tell: (statement: SeenStatement) => void) {
  const texts = new Map<string, string>();
  let bound = '';
  return (type: string, body: Buffer) => {
    const [first = '', second = ''] = body.toString('utf8').split('\0');
    if (type === 'P') texts.set(first, second);
    if (type === 'B') bound = second;
    if (type === 'E') tell({ database, text: texts.get(bound) ?? '', isPrepared: bound !== '' });
    if (type === 'Q') tell({ database, text: first, isPrepared: false });
  };
}
