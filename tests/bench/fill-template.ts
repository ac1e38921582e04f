/** Values of placeholders by name. */
export type PlaceholderValues = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{([a-zA-Z]+)\}/;

/**
 * Prepares the filling in of `{name}` in a text; braces with anything else in them stay, so JSON may be such a text.
 * What it gives throws an Error when there is no value for a name.
 */
export function compileTemplate(text: string): (values: PlaceholderValues) => string {
  // Split by a group, every second part is what the group has caught.
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

/** Fills a text in once. */
export function fillTemplate(text: string, values: PlaceholderValues): string {
  return compileTemplate(text)(values);
}
