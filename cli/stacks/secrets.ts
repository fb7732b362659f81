/** How the engine marks a secret in an exported state: this key with this value, and the text beside it. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

interface Secret {
  readonly plaintext: string;
}

export function isSecret(value: object): value is Secret {
  return (value as Record<string, unknown>)[SIGNATURE_KEY] === SECRET_SIGNATURE && "plaintext" in value;
}

/** The value with every secret in it opened; it must have been exported with its secrets shown. */
export function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return opened(JSON.parse(value.plaintext));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}

/** Names of properties that are, or hold, a secret. */
export function secretNames(properties: Readonly<Record<string, unknown>>): Set<string> {
  return new Set(Object.keys(properties).filter((name) => holdsSecret(properties[name])));
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isSecret(value) || Object.values(value).some(holdsSecret);
}
