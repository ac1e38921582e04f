import { enableCompileCache, registerHooks } from 'node:module';

/**
 * Makes the imports that follow fast and small; to be called before anything else is imported.
 *
 * To tell whether a file is an ES module, Node reads the package.json above it anew for each file, including an `exports` of
 * any size: the 112 files of Drizzle, whose own is 178 KB, so take seconds and 200 MB. Files of one folder and suffix all have the
 * same format, so it is asked for once for each. What was compiled is kept for the next start.
 */
export function prepareImports(): void {
  enableCompileCache();
  const formats = new Map<string, string>();
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (context.parentURL === undefined || !/^\.{1,2}\//.test(specifier)) return nextResolve(specifier, context);
      const { href } = new URL(specifier, context.parentURL);
      const kind = href.slice(0, href.lastIndexOf('/') + 1) + href.slice(href.lastIndexOf('.'));
      const format = formats.get(kind);
      if (format !== undefined) return { url: href, format, shortCircuit: true };
      const resolved = nextResolve(specifier, context);
      // Not what led elsewhere: a link, or a file that CommonJS finds without its suffix.
      if (resolved.url === href && typeof resolved.format === 'string') formats.set(kind, resolved.format);
      return resolved;
    },
  });
}
