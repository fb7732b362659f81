import * as pulumi from "@pulumi/pulumi";

/** True for a value without any output or promise in it: it can be checked before anything is registered. */
export function isPlain(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isPlain);
}
