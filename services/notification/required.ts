/** The value of a message's field that its service always fills. Throws when the field is not filled. */
export function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`the message has no ${name}`);
  return value;
}
