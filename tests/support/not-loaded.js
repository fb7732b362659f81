/**
 * Stands in for TypeScript and npm's arborist, which @pulumi/pulumi loads to serialize functions: half of its loading time, in
 * every test file. Nothing of ours is serialized in a test's own process.
 */
module.exports = new Proxy(
  { __esModule: true },
  {
    get(target, name) {
      if (name in target) return target[name];
      throw new Error(
        `tests don't load what serializes functions, but @pulumi/pulumi asked for ${String(name)}`,
      );
    },
  },
);
