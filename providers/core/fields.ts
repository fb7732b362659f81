/** Named values whose names are not known to the compiler. */
export type Fields = Record<string, unknown>;

export function isRecord(value: unknown): value is Readonly<Fields> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
