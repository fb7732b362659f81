import type * as pulumi from "@pulumi/pulumi";

/**
 * The same options with each provider under its package, where Pulumi looks for it: dynamic resources are of the package
 * `pulumi-nodejs`, which nobody who writes `providers: { pocketId }` means to know.
 */
export function byPackage(opts: pulumi.ComponentResourceOptions): pulumi.ComponentResourceOptions {
  const { providers } = opts;
  if (providers === undefined || Array.isArray(providers)) return opts;
  return { ...opts, providers: Object.values(providers) };
}

/** The options of a component's children. Those that Pulumi doesn't hand down by itself are handed down here. */
export function forChildren(
  parent: pulumi.Resource,
  { retainOnDelete }: pulumi.ComponentResourceOptions,
): pulumi.CustomResourceOptions {
  return retainOnDelete === undefined ? { parent } : { parent, retainOnDelete };
}
