/** Splits items into parts, in their order. A part ends with the item that brings it to `sizeMax` or more. */
export function partsOf<Item>(items: readonly Item[], sizeMax: number, sizeOf: (item: Item) => number): Item[][] {
  const parts: Item[][] = [];
  let left = 0;
  for (const item of items) {
    if (left <= 0) {
      parts.push([]);
      left = sizeMax;
    }
    parts.at(-1)?.push(item);
    left -= sizeOf(item);
  }
  return parts;
}
