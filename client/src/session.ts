import { createMemoryStorage, type TokenStorage, type Tokens } from './token-storage.ts';

/** The credentials of a user. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/**
 * The session of one user: signs in and out, and gives a valid access token for every call. Several clients may share
 * it.
 *
 * A refresh token works once, and its second use ends the session. So only one refresh runs at a time, in this page and
 * in others that share the storage, and all calls wait for it.
 */
export interface Session {
  /** Signs in, replacing the user who was signed in. Gives the user's id. */
  signIn(credentials: Credentials): Promise<string>;
  /** Signs out. Forgets the tokens in any case. Rejects when the server could not be told. */
  signOut(): Promise<void>;
  /** The id of the user who is signed in; undefined when nobody is. */
  userId(): Promise<string | undefined>;
  /** An access token that is valid for some time, refreshed if needed; undefined when nobody is signed in. */
  accessToken(): Promise<string | undefined>;
  /** Another access token instead of one that the server refused; undefined when nobody is signed in any more. */
  replace(refused: string): Promise<string | undefined>;
}

/** What the server gives for credentials or a refresh token. */
export type Grant = Omit<Tokens, 'receiveMs'>;

/** The calls of a session to the server. None may be repeated automatically: a refresh is answered only once. */
export interface SessionExchange {
  signIn(credentials: Credentials): Promise<Grant>;
  refresh(refreshToken: string): Promise<Grant>;
  signOut(accessToken: string): Promise<void>;
  /** Whether the server refused the token, so that further attempts cannot succeed either. */
  isRefusal(error: unknown): boolean;
}

/** What a session uses besides the server. */
export interface SessionOptions {
  /** Where the tokens are stored. Default: in memory. */
  readonly storage?: TokenStorage | undefined;
  /**
   * Called when the session ends without `signOut`: it expired, or was ended elsewhere. The user has to sign in again.
   */
  readonly onSessionEnd?: (() => void) | undefined;
  /** The current time in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/** How long before its expiry an access token is refreshed, so that a call that has begun with it can finish. */
const REFRESH_EARLY_MS = 30_000;
/**
 * A token younger than this is not refreshed, even if a clock ahead of the server's says that it is about to expire.
 */
const AGE_MIN_MS = 60_000;

/** Makes a session. */
export function createSession(exchange: SessionExchange, options: SessionOptions = {}): Session {
  const { storage = createMemoryStorage(), onSessionEnd, now = Date.now } = options;
  let underWay: Promise<Tokens | undefined> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** Does one piece of work after the other, among all that share the storage. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(async () => (storage.exclusively === undefined ? work() : storage.exclusively(work)));
    last = turn.catch(() => undefined);
    return turn;
  };

  const receive = (grant: Grant): Tokens => ({ ...grant, receiveMs: now() });

  /** To be called in turn. If another page or process refreshed while this waited for its turn, takes its tokens. */
  const refresh = async (old: Tokens): Promise<Tokens | undefined> => {
    const current = await storage.read();
    if (current === undefined || current.accessToken !== old.accessToken) return current;
    try {
      const fresh = receive(await exchange.refresh(current.refreshToken));
      await storage.write(fresh);
      return fresh;
    } catch (error) {
      if (!exchange.isRefusal(error)) throw error;
      await storage.write(undefined);
      onSessionEnd?.();
      return undefined;
    }
  };

  const refreshOnce = (old: Tokens): Promise<Tokens | undefined> => {
    underWay ??= inTurn(() => refresh(old)).finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  /** The tokens, refreshed when they are about to expire. */
  const current = async (refreshTokens: typeof refreshOnce): Promise<Tokens | undefined> => {
    const tokens = await storage.read();
    if (tokens === undefined || !isStale(tokens, now())) return tokens;
    return refreshTokens(tokens).catch((error: unknown) => {
      // Without an answer the old token can still be used until it expires.
      if (now() < tokens.expireMs) return tokens;
      throw error;
    });
  };

  return {
    async signIn(credentials) {
      const tokens = receive(await exchange.signIn(credentials));
      await inTurn(async () => storage.write(tokens));
      return tokens.userId;
    },
    signOut: () =>
      inTurn(async () => {
        try {
          const tokens = await current(refresh);
          if (tokens !== undefined) await exchange.signOut(tokens.accessToken);
        } catch (error) {
          if (!exchange.isRefusal(error)) throw error;
        } finally {
          await storage.write(undefined);
        }
      }),
    userId: async () => (await storage.read())?.userId,
    accessToken: async () => (await current(refreshOnce))?.accessToken,
    async replace(refused) {
      const tokens = await storage.read();
      if (tokens?.accessToken !== refused) return tokens?.accessToken;
      return (await refreshOnce(tokens))?.accessToken;
    },
  };
}

function isStale({ expireMs, receiveMs }: Tokens, nowMs: number): boolean {
  return nowMs >= expireMs - REFRESH_EARLY_MS && nowMs >= receiveMs + AGE_MIN_MS;
}
