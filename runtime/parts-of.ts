/** Takes items apart, in their order: a part ends with the item that makes it `sizeMax` large, or larger. */
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
