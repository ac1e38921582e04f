/** Gives one value and the other in turn, so that each changes something. */
export function alternate(one: string, other: string): () => string {
  let next = other;
  return () => {
    next = next === one ? other : one;
    return next;
  };
}
