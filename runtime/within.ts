/** Waits for work, but no longer than `timeoutMs`; the work itself goes on. Gives its result, or undefined when it is late. */
export async function within<Result>(timeoutMs: number, work: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
