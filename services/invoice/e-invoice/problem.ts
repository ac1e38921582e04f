/** Something that keeps a document from being an electronic invoice. */
export type Problem = {
  /** Path of what is to be changed, from the invoice or credit note, in proto names: `seller.address.country_code`. */
  readonly field: string;
  /** The rule of EN 16931 that would be broken, e.g. `BR-9`, or the term that cannot hold it, e.g. `BT-151`. */
  readonly rule: string;
  /** What is wrong, for a person, after the name of the field: `must be ...`. */
  readonly text: string;
};
