/** The tokens of a session, as signing in and each refresh give them. */
export interface Tokens {
  readonly userId: string;
  readonly accessToken: string;
  /** Works once. */
  readonly refreshToken: string;
  /** When the access token expires, in milliseconds since 1970 on the server's clock. */
  readonly expireMs: number;
  /** When they were received, in milliseconds since 1970 on this machine's clock. */
  readonly receiveMs: number;
}

/**
 * Where the tokens of a session are kept. A store that several tabs or processes share has to offer `exclusively`: a
 * refresh token that two of them use ends the session for both.
 */
export interface TokenStorage {
  /** What was written last; undefined when nobody is signed in. */
  read(): Promise<Tokens | undefined> | Tokens | undefined;
  /** Replaces the tokens; undefined forgets them. */
  write(tokens: Tokens | undefined): Promise<void> | void;
  /** Does the work while nobody else who shares the store does any. Not needed when nobody shares it. */
  exclusively?<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Keeps tokens as long as this process or page lives. */
export function createMemoryStorage(): TokenStorage {
  let kept: Tokens | undefined;
  return {
    read: () => kept,
    write(tokens) {
      kept = tokens;
    },
  };
}

/** The part of the browser's `Storage` that is used. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Keeps tokens in `localStorage` or `sessionStorage`, so that a session outlives the page. Tabs that share it take turns
 * by the Web Locks API. A script that gets into the page can read the tokens, as with every store of a browser.
 *
 * @param store `localStorage`, for instance
 * @param key the name of the entry; choose another for each account that is signed in at the same time
 */
export function createWebStorage(store: KeyValueStore, key = 'numer-session'): TokenStorage {
  return {
    read() {
      const text = store.getItem(key);
      return text === null ? undefined : parse(text);
    },
    write(tokens) {
      if (tokens === undefined) store.removeItem(key);
      else store.setItem(key, JSON.stringify(tokens));
    },
    // A browser without locks, or a page without a secure context, has nothing to take turns by.
    exclusively: async (work) =>
      globalThis.navigator?.locks === undefined ? work() : navigator.locks.request(key, work),
  };
}

/** The tokens in a text; undefined for what something else has written. */
function parse(text: string): Tokens | undefined {
  try {
    const value: Partial<Tokens> | null = JSON.parse(text);
    const { userId, accessToken, refreshToken, expireMs, receiveMs } = value ?? {};
    const isWhole = [userId, accessToken, refreshToken].every((part) => typeof part === 'string');
    if (!isWhole || typeof expireMs !== 'number' || typeof receiveMs !== 'number') return undefined;
    return value as Tokens; // as just checked
  } catch {
    return undefined;
  }
}
