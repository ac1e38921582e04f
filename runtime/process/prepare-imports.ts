import { enableCompileCache, type RegisterHooksOptions, registerHooks } from 'node:module';

type Resolve = NonNullable<RegisterHooksOptions['resolve']>;

const RELATIVE = /^\.{1,2}\//;
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//;
/** Of this system's own files, which all find the same packages. */
const OWN = new URL('..', import.meta.url).href;

/**
 * Makes the imports that follow fast and small; to be called before anything else is imported.
 *
 * To find a package, and to tell whether a file is an ES module, Node reads the package.json above it anew for each import,
 * including an `exports` of any size: the 112 files of Drizzle, whose own is 178 KB, so take seconds and 200 MB. Here each is asked
 * for once. What was compiled is kept for the next start.
 */
export function prepareImports(): void {
  enableCompileCache();
  const [resolveFile, resolvePackage] = [rememberFormats(), rememberPackages()];
  registerHooks({
    resolve(specifier, context, nextResolve) {
      return (RELATIVE.test(specifier) ? resolveFile : resolvePackage)(specifier, context, nextResolve);
    },
  });
}

/** Files of one folder and suffix all have the same format. */
function rememberFormats(): Resolve {
  const formats = new Map<string, string>();
  return (specifier, context, nextResolve) => {
    if (context.parentURL === undefined) return nextResolve(specifier, context);
    const { href } = new URL(specifier, context.parentURL);
    const kind = href.slice(0, href.lastIndexOf('/') + 1) + href.slice(href.lastIndexOf('.'));
    const format = formats.get(kind);
    if (format !== undefined) return { url: href, format, shortCircuit: true };
    const resolved = nextResolve(specifier, context);
    // Not what led elsewhere: a link, or a file that CommonJS finds without its suffix.
    if (resolved.url === href && typeof resolved.format === 'string') formats.set(kind, resolved.format);
    return resolved;
  };
}

/** A package is the same for all files of the one that imports it. */
function rememberPackages(): Resolve {
  const packages = new Map<string, { readonly url: string; readonly format: string }>();
  return (specifier, context, nextResolve) => {
    const { parentURL = '', conditions } = context;
    const importer = PACKAGE.exec(parentURL)?.[0] ?? (parentURL.startsWith(OWN) ? OWN : undefined);
    if (importer === undefined || specifier.startsWith('node:')) return nextResolve(specifier, context);
    // A package may have different files for `import` and `require`.
    const key = [importer, specifier, ...conditions].join(' ');
    const known = packages.get(key);
    if (known !== undefined) return { ...known, shortCircuit: true };
    const { url, format } = nextResolve(specifier, context);
    if (typeof format === 'string') packages.set(key, { url, format });
    return { url, format };
  };
}
