/** Values of placeholders by name. */
export type PlaceholderValues = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{([a-zA-Z]+)\}/;

/**
 * Prepares a text whose placeholders `{name}` can be filled in. Braces around anything else stay, so the text may be JSON.
 * The returned function throws an Error when there is no value for a name.
 */
export function compileTemplate(text: string): (values: PlaceholderValues) => string {
  // When a text is split by a group, every second part is what the group matched.
  const parts = text.split(PLACEHOLDER);
  return (values) => {
    let filled = parts[0] ?? '';
    for (let index = 1; index < parts.length; index += 2) {
      const name = parts[index] ?? '';
      const value = values[name];
      if (value === undefined) throw new Error(`There is no value for {${name}}.`);
      filled += value + parts[index + 1];
    }
    return filled;
  };
}

/** Fills in a text once. */
export function fillTemplate(text: string, values: PlaceholderValues): string {
  return compileTemplate(text)(values);
}
