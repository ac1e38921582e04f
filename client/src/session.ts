import { createMemoryStorage, type TokenStorage, type Tokens } from './token-storage.ts';

/** Who signs in. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/**
 * The session of one user: signs in and out, and has a fresh access token for every call. Several clients may share it.
 *
 * A refresh token works once and its second use ends the session, so whatever happens here at the same time, in this page
 * or in others that share the storage, one refresh runs and all wait for it.
 */
export interface Session {
  /** Signs in, in place of whoever was signed in; gives the user's id. */
  signIn(credentials: Credentials): Promise<string>;
  /** Signs out. The tokens are forgotten in any case; it rejects when the server could not be told. */
  signOut(): Promise<void>;
  /** The id of the user who is signed in; undefined when nobody is. */
  userId(): Promise<string | undefined>;
  /** An access token that is good for a while yet, refreshed if need be; undefined when nobody is signed in. */
  accessToken(): Promise<string | undefined>;
  /** Another access token in place of one that the server refused; undefined when nobody is signed in any more. */
  replace(refused: string): Promise<string | undefined>;
}

/** What the server gives for credentials or a refresh token. */
export type Grant = Omit<Tokens, 'receiveMs'>;

/** How a session asks the server. None of these may be repeated by itself: the answer to a refresh comes once. */
export interface SessionExchange {
  signIn(credentials: Credentials): Promise<Grant>;
  refresh(refreshToken: string): Promise<Grant>;
  signOut(accessToken: string): Promise<void>;
  /** Whether the server refused the token, so that no other attempt can succeed. */
  isRefusal(error: unknown): boolean;
}

/** What a session runs on besides the server. */
export interface SessionOptions {
  /** Where tokens are kept. Default: in memory. */
  readonly storage?: TokenStorage | undefined;
  /** Called when the session ended without `signOut`: it expired, or was ended elsewhere. The user has to sign in again. */
  readonly onSessionEnd?: (() => void) | undefined;
  /** Gives the time in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/** An access token is refreshed so long before it expires that a call begun with it can finish. */
const REFRESH_EARLY_MS = 30_000;
/** A token that has just come is not refreshed, whatever a clock that is ahead of the server's makes of its expiry. */
const AGE_MIN_MS = 60_000;

/** Makes a session. */
export function createSession(exchange: SessionExchange, options: SessionOptions = {}): Session {
  const { storage = createMemoryStorage(), onSessionEnd, now = Date.now } = options;
  let underWay: Promise<Tokens | undefined> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** Does one thing after the other, here and with others who share the storage. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(async () => (storage.exclusively === undefined ? work() : storage.exclusively(work)));
    last = turn.catch(() => undefined);
    return turn;
  };

  const receive = (grant: Grant): Tokens => ({ ...grant, receiveMs: now() });

  /** To be called in turn. Somebody else may have refreshed while it waited for its turn; then theirs is taken. */
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

  /** The tokens, fresh ones when they are about to expire. */
  const current = async (refreshTokens: typeof refreshOnce): Promise<Tokens | undefined> => {
    const tokens = await storage.read();
    if (tokens === undefined || !isStale(tokens, now())) return tokens;
    return refreshTokens(tokens).catch((error: unknown) => {
      // Without an answer there is still the old one for the rest of its time.
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
