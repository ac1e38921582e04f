import { type DatasetSize, emailOf, PASSWORD } from './dataset.ts';
import { compileTemplate } from './fill-template.ts';
import { type RunningTarget, untilQuiet } from './running-target.ts';

/** The users of a target, signed in. */
export interface Callers {
  /** A token of the user. */
  tokenOf(user: number): string;
  /** Signs in again when the tokens may soon expire. Call it before each block. */
  refresh(): Promise<void>;
}

/** Access tokens are valid for ten minutes or more; a block of requests takes seconds. */
const TOKEN_AGE_MAX_MS = 300_000;
/** Signing in is slow on purpose, so only a few users sign in at once. */
const AT_ONCE = 3;

/**
 * Signs all users in, and waits until the target is quiet again, so that no block includes the cost.
 *
 * @throws Error with the answer when one cannot be signed in
 */
export async function signInAll(target: RunningTarget, { users }: DatasetSize, quietMs?: number): Promise<Callers> {
  const tokens: string[] = [];
  let signInTime = Number.NEGATIVE_INFINITY;
  const refresh = async () => {
    if (performance.now() - signInTime < TOKEN_AGE_MAX_MS) return;
    signInTime = performance.now();
    let next = 0;
    const worker = async () => {
      while (next < users) {
        const user = next++;
        tokens[user] = await signIn(target, user);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await untilQuiet(target, quietMs);
  };
  await refresh();
  return { tokenOf: (user) => tokens[user] ?? '', refresh };
}

async function signIn({ file, address }: RunningTarget, user: number): Promise<string> {
  const values = { email: emailOf(user), password: PASSWORD };
  const { method, path, body, headers } = file.signIn;
  const response = await fetch(address + compileTemplate(path)(values), {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: compileTemplate(JSON.stringify(body))(values),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${file.name}: signing in answered ${response.status} ${text}`);
  const token = valueAt(JSON.parse(text), file.token);
  if (typeof token !== 'string') throw new Error(`${file.name}: signing in gave no ${file.token}: ${text}`);
  return token;
}

/** The value at a path like `data.token`; undefined when there is none. */
export function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined), value);
}
