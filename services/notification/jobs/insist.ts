/** How often what came of a delivery is tried to be written down. */
const TRIES = 3;

/** Writes down what came of a delivery. A broken database connection is no reason to deliver twice, so it is tried again. */
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
