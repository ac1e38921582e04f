/** Gives the two values in turn, so that each call changes something. */
export function alternate(one: string, other: string): () => string {
  let next = other;
  return () => {
    next = next === one ? other : one;
    return next;
  };
}
