import type { InDocker } from "./index";

/**
 * Whether a value of a resource's property may be printed: never what state has as a secret, in whole or in part (what was
 * put there by hand may be another secret); else what this package has set, and with --show-values all.
 */
export function mayShow({ resource, showValues }: InDocker, property: string, isOwn: boolean): boolean {
  return !resource.secrets.has(property) && (isOwn || showValues);
}
