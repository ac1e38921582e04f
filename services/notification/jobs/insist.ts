/** How many times to try to record the result of a delivery. */
const TRIES = 3;

/** Records the result of a delivery. Tries again on failure, since a broken database connection is no reason to deliver twice. */
export async function insist(write: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await write();
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}
