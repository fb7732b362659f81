/**
 * How the engine writes "not known before the update" into the inputs of a dynamic resource at preview.
 * Source: `unknownValue` in the SDK's runtime/rpc.ts, which does not export it publicly.
 */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True when the value is unknown at preview, or holds something that is. */
export function isUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(isUnknown);
  if (typeof value === "object" && value !== null) return Object.values(value).some(isUnknown);
  return false;
}
