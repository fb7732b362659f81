import { createRequire, Module } from "node:module";

/**
 * Pulumi's SDK loads the TypeScript compiler and npm's Arborist to serialize functions, which nothing here does. Until something
 * uses them they are replaced by proxies, which saves about 0.6 of 1.3 s at the start of `drift`, `doctor`, `diagram` and `show`.
 */
const load = createRequire(require.resolve("@pulumi/pulumi"));

for (const name of ["typescript", "@npmcli/arborist"]) {
  let file: string;
  try {
    file = load.resolve(name);
  } catch {
    continue;
  }
  if (require.cache[file] !== undefined) continue;
  let real: object | undefined;
  const proxy = new Module(file);
  proxy.filename = file;
  proxy.loaded = true;
  proxy.exports = new Proxy(Object, {
    get(_target, property) {
      // Compiled imports check this first.
      if (property === "__esModule") return true;
      if (real === undefined) {
        Reflect.deleteProperty(require.cache, file);
        real = load(file) as object;
      }
      return Reflect.get(real, property) as unknown;
    },
  });
  require.cache[file] = proxy;
}
