/** The tokens of a session, from signing in or from a refresh. */
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
 * Where the tokens of a session are stored. A store that several tabs or processes share has to offer `exclusively`,
 * because a refresh token that two of them use ends the session for both.
 */
export interface TokenStorage {
  /** The tokens that were written last; undefined when nobody is signed in. */
  read(): Promise<Tokens | undefined> | Tokens | undefined;
  /** Replaces the tokens. Undefined removes them. */
  write(tokens: Tokens | undefined): Promise<void> | void;
  /** Does the work while no one else who shares the store does any. Not needed for a store that is not shared. */
  exclusively?<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Stores tokens in memory, as long as this process or page lives. */
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
 * Stores tokens in `localStorage` or `sessionStorage`, so that a session outlives the page. Tabs that share it take
 * turns with the Web Locks API. A script injected into the page can read the tokens, as in every store of a browser.
 *
 * @param store e.g. `localStorage`
 * @param key the name of the entry; use a different one for each account that is signed in at the same time
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
    // In a browser without locks, or a page without a secure context, tabs cannot take turns.
    exclusively: async (work) =>
      globalThis.navigator?.locks === undefined ? work() : navigator.locks.request(key, work),
  };
}

/** The tokens in a text; undefined for a text in another format. */
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
