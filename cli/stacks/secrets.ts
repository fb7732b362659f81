import { hidingForms, shown } from "@ocis-pocket-id/providers/core";

/** The key and value by which an exported state marks an object as a secret. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

interface Secret {
  readonly plaintext: string;
}

function isSecret(value: object): value is Secret {
  return (value as Record<string, unknown>)[SIGNATURE_KEY] === SECRET_SIGNATURE && "plaintext" in value;
}

/** A value with all its secrets opened; it must have been exported with `--show-secrets`. */
export function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return opened(JSON.parse(value.plaintext));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}

/** Names of properties that are or contain a secret. */
export function secretNames(properties: Readonly<Record<string, unknown>>): Set<string> {
  return new Set(Object.keys(properties).filter((name) => holdsSecret(properties[name])));
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isSecret(value) || Object.values(value).some(holdsSecret);
}

/** Shorter texts occur in too many words to be replaced. Code that prints such values checks the resource's `secrets`. */
const SHORTEST = 6;

/** A text with every secret of a state in it replaced. */
export type Hide = (text: string) => string;

/** A resource as `pulumi stack export --show-secrets` writes it. */
interface Entry {
  readonly type: string;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

/** Makes a function that hides a state's secrets, applied last before printing. A text that state also has in clear isn't hidden. */
export function hiding(state: readonly Entry[]): Hide {
  const found: Found = { secret: new Set(), clear: new Set() };
  for (const { type, inputs, outputs } of state) {
    // One secret variable or file makes a container's whole list secret, names and paths included. `drift` checks these by
    // property.
    const lists = !type.startsWith("docker:");
    collect([inputs, outputs], { inSecret: false, lists }, found);
  }
  const texts = [...found.secret].filter((text) => text.length >= SHORTEST && !found.clear.has(text));
  // Also in the forms that JSON and reports have.
  return hidingForms(
    texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1), shown(text).slice(1, -1)]),
  );
}

interface Found {
  readonly secret: Set<string>;
  readonly clear: Set<string>;
}

interface Place {
  readonly inSecret: boolean;
  /** Whether everything in a secret list or map is a secret. */
  readonly lists: boolean;
}

function collect(value: unknown, place: Place, found: Found): void {
  if (typeof value === "string") {
    (place.inSecret ? found.secret : found.clear).add(value);
    // Maps in the configuration, and lists of a provider, are JSON.
    if (place.inSecret && /^\s*[[{]/.test(value)) collect(parsed(value), place, found);
  }
  if (typeof value !== "object" || value === null) return;
  if (!isSecret(value)) {
    for (const inner of Object.values(value)) collect(inner, place, found);
    return;
  }
  const inner = JSON.parse(value.plaintext) as unknown;
  if (typeof inner === "string" || place.lists) collect(inner, { ...place, inSecret: true }, found);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A report with the secrets hidden in all texts, except in properties that programs compare. */
export function hiddenIn<T>(report: T, hide: Hide, except: readonly string[] = []): T {
  if (typeof report === "string") return hide(report) as T;
  if (Array.isArray(report)) return report.map((item: unknown) => hiddenIn(item, hide, except)) as T;
  if (typeof report !== "object" || report === null) return report;
  const entries = Object.entries(report).map(([key, value]) => [
    key,
    except.includes(key) ? (value as unknown) : hiddenIn<unknown>(value, hide, except),
  ]);
  return Object.fromEntries(entries) as T;
}
