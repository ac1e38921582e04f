import { describe, expect, test } from 'vitest';
import { createSession, type Grant, type SessionExchange, type SessionOptions } from './session.ts';
import { createMemoryStorage, createWebStorage, type TokenStorage } from './token-storage.ts';

const LIFETIME_MS = 600_000;
const CREDENTIALS = { email: 'ada@example.com', password: 'correct horse' };

/** A server of sessions whose refresh tokens work only once. */
function createServer() {
  let nowMs = 1_000_000;
  let count = 0;
  let valid = '';
  let failure: Error | undefined;
  const log: string[] = [];
  const grant = (): Grant => {
    count++;
    valid = `refresh-${count}`;
    return { userId: 'ada', accessToken: `access-${count}`, refreshToken: valid, expireMs: nowMs + LIFETIME_MS };
  };
  const exchange: SessionExchange = {
    async signIn() {
      log.push('sign in');
      return grant();
    },
    async refresh(refreshToken) {
      log.push(`refresh ${refreshToken}`);
      // Like a network, it lets others run before it answers.
      await new Promise((resolve) => setImmediate(resolve));
      if (failure !== undefined) throw failure;
      if (refreshToken !== valid) throw new Error('refused');
      return grant();
    },
    async signOut(accessToken) {
      log.push(`sign out ${accessToken}`);
      if (failure !== undefined) throw failure;
      valid = '';
    },
    isRefusal: (error) => error instanceof Error && error.message === 'refused',
  };
  return {
    log,
    exchange,
    now: () => nowMs,
    advance(durationMs: number) {
      nowMs += durationMs;
    },
    fail(error: Error | undefined) {
      failure = error;
    },
    endSession() {
      valid = '';
    },
  };
}

async function signedIn(options: SessionOptions = {}) {
  const server = createServer();
  const session = createSession(server.exchange, { now: server.now, ...options });
  await session.signIn(CREDENTIALS);
  server.log.length = 0;
  return { server, session };
}

/** A store that two tabs share, with the lock of a browser. */
function createSharedStore(): () => TokenStorage {
  const kept = createMemoryStorage();
  let last: Promise<unknown> = Promise.resolve();
  return () => ({
    read: async () => kept.read(),
    write: async (tokens) => kept.write(tokens),
    exclusively(work) {
      const turn = last.then(work);
      last = turn.catch(() => undefined);
      return turn;
    },
  });
}

describe('a session', () => {
  test('gives no token before signing in', async () => {
    const session = createSession(createServer().exchange);
    expect(await session.accessToken()).toBeUndefined();
    expect(await session.userId()).toBeUndefined();
    expect(await session.replace('anything')).toBeUndefined();
  });

  test('gives the token as it is while it is good', async () => {
    const { server, session } = await signedIn();
    server.advance(LIFETIME_MS - 31_000);
    expect(await session.accessToken()).toBe('access-1');
    expect(await session.userId()).toBe('ada');
    expect(server.log).toEqual([]);
  });

  test('refreshes shortly before it expires, once for all calls', async () => {
    const { server, session } = await signedIn();
    server.advance(LIFETIME_MS - 30_000);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => session.accessToken()));
    expect(new Set(tokens)).toEqual(new Set(['access-2']));
    expect(server.log).toEqual(['refresh refresh-1']);
  });

  test('replaces a token that was refused, once for all calls, early and late ones', async () => {
    const { server, session } = await signedIn();
    const early = await Promise.all(Array.from({ length: 50 }, () => session.replace('access-1')));
    expect(new Set(early)).toEqual(new Set(['access-2']));
    expect(await session.replace('access-1')).toBe('access-2');
    expect(server.log).toEqual(['refresh refresh-1']);
  });

  test('refreshes once when several tabs share it', async () => {
    const storage = createSharedStore();
    const { server, session } = await signedIn({ storage: storage() });
    const other = createSession(server.exchange, { now: server.now, storage: storage() });
    server.advance(LIFETIME_MS);
    const tokens = await Promise.all([session, other, session, other].map((tab) => tab.accessToken()));
    expect(new Set(tokens)).toEqual(new Set(['access-2']));
    expect(server.log).toEqual(['refresh refresh-1']);
  });

  test('ends when the refresh token is refused, and says so', async () => {
    let endings = 0;
    const { server, session } = await signedIn({ onSessionEnd: () => endings++ });
    server.endSession();
    expect(await Promise.all([session.replace('access-1'), session.replace('access-1')])).toEqual([
      undefined,
      undefined,
    ]);
    expect(await session.accessToken()).toBeUndefined();
    expect(endings).toBe(1);
    expect(server.log).toHaveLength(1);
  });

  test('goes on with a token that is good for seconds when the refresh gets no answer', async () => {
    const { server, session } = await signedIn();
    server.fail(new Error('no network'));
    server.advance(LIFETIME_MS - 10_000);
    expect(await session.accessToken()).toBe('access-1');
    server.advance(10_000);
    await expect(session.accessToken()).rejects.toThrow('no network');
    server.fail(undefined);
    expect(await session.accessToken()).toBe('access-2');
  });

  test('does not refresh again and again when the clock here is ahead', async () => {
    const server = createServer();
    const session = createSession(server.exchange, { now: () => server.now() + 24 * 3_600_000 });
    await session.signIn(CREDENTIALS);
    server.log.length = 0;
    await session.replace('access-1');
    expect(await session.accessToken()).toBe('access-2');
    expect(await session.accessToken()).toBe('access-2');
    expect(server.log).toEqual(['refresh refresh-1']);
  });

  test('signs out with a token that the server takes', async () => {
    const { server, session } = await signedIn();
    server.advance(LIFETIME_MS);
    await session.signOut();
    expect(server.log).toEqual(['refresh refresh-1', 'sign out access-2']);
    expect(await session.accessToken()).toBeUndefined();
  });

  test('forgets its tokens when the server cannot be told of signing out', async () => {
    const { server, session } = await signedIn();
    server.fail(new Error('no network'));
    await expect(session.signOut()).rejects.toThrow('no network');
    expect(await session.accessToken()).toBeUndefined();
  });

  test('stays signed out when a refresh was under way', async () => {
    const { server, session } = await signedIn();
    const replaced = session.replace('access-1');
    while (server.log.length === 0) await Promise.resolve();
    await session.signOut();
    expect(await replaced).toBe('access-2');
    expect(await session.accessToken()).toBeUndefined();
    expect(server.log).toEqual(['refresh refresh-1', 'sign out access-2']);
  });

  test('takes the next user in place of the last', async () => {
    const { server, session } = await signedIn();
    expect(await session.signIn(CREDENTIALS)).toBe('ada');
    expect(await session.accessToken()).toBe('access-2');
    expect(server.log).toEqual(['sign in']);
  });
});

describe('tokens in a web storage', () => {
  const tokens = { userId: 'ada', accessToken: 'a', refreshToken: 'r', expireMs: 2, receiveMs: 1 };

  function createStore(): Map<string, string> & Parameters<typeof createWebStorage>[0] {
    const entries = new Map<string, string>();
    return Object.assign(entries, {
      getItem: (key: string) => entries.get(key) ?? null,
      setItem: (key: string, value: string) => void entries.set(key, value),
      removeItem: (key: string) => void entries.delete(key),
    });
  }

  test('are kept, found by others, and forgotten', async () => {
    const store = createStore();
    await createWebStorage(store).write(tokens);
    expect(await createWebStorage(store).read()).toEqual(tokens);
    expect(await createWebStorage(store, 'other').read()).toBeUndefined();
    await createWebStorage(store).write(undefined);
    expect(store.size).toBe(0);
  });

  test.each(['', '{', 'null', '[]', '{"userId":"ada"}', JSON.stringify({ ...tokens, expireMs: 'soon' })])(
    'are not taken from %s',
    async (text) => {
      const store = createStore();
      store.setItem('numer-session', text);
      expect(await createWebStorage(store).read()).toBeUndefined();
    },
  );

  test('are used in turn', async () => {
    const log: string[] = [];
    const [first, second] = [createWebStorage(createStore()), createWebStorage(createStore())];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
    };
    await Promise.all([first.exclusively?.(work('first')), second.exclusively?.(work('second'))]);
    expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });
});
