import type { InDocker } from "./index";

/**
 * Whether a value of a resource's property may be printed. A property that state marks as secret, in whole or in part, is
 * never printed: what somebody put there by hand may be a secret too. Others are printed if this package set the value, or
 * with --show-values.
 */
export function mayShow({ resource, showValues }: InDocker, property: string, isOwn: boolean): boolean {
  return !resource.secrets.has(property) && (isOwn || showValues);
}
