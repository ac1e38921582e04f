/** What a message holds in a field that its service always fills. Throws when it does not. */
export function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`the message has no ${name}`);
  return value;
}
