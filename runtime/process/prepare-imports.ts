import { enableCompileCache, type RegisterHooksOptions, registerHooks } from 'node:module';

type Resolve = NonNullable<RegisterHooksOptions['resolve']>;

const RELATIVE = /^\.{1,2}\//;
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//;
/** The folder of this system's own files, which all find the same packages. */
const OWN = new URL('../..', import.meta.url).href;

/**
 * Makes later imports faster and smaller. Call it before anything else is imported.
 *
 * To find a package, and to tell whether a file is an ES module, Node reads the package.json above the file again for
 * each import, however large its `exports` are. Drizzle has a package.json of 178 KB, so its 112 files take seconds and
 * 200 MB. Here each answer of Node is remembered. Compiled code is kept for the next start.
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
    // Not remembered when it led elsewhere: a link, or a file that CommonJS finds without its suffix.
    if (resolved.url === href && typeof resolved.format === 'string') formats.set(kind, resolved.format);
    return resolved;
  };
}

/** All files of a package find the same packages. */
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
