import { hidingForms, shown } from "@ocis-pocket-id/providers/core";
import { isSecret } from "./secrets";

/** Shorter texts occur in too many words to be replaced. Code that prints such values checks `secrets` of the resource. */
const SHORTEST = 6;

/** A text with every secret of a state in it replaced. */
export type Hide = (text: string) => string;

/** A resource as `pulumi stack export --show-secrets` writes it. */
interface Entry {
  readonly type: string;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

/**
 * Makes a function that hides a state's secrets in texts, applied last before printing. A text that the state also has in
 * clear isn't hidden.
 */
export function hiding(state: readonly Entry[]): Hide {
  const found: Found = { secret: new Set(), clear: new Set() };
  for (const { type, inputs, outputs } of state) {
    // One secret variable or file makes a container's whole list secret, names and paths included; `drift` checks those by
    // property.
    const lists = !type.startsWith("docker:");
    collect([inputs, outputs], { inSecret: false, lists }, found);
  }
  const texts = [...found.secret].filter((text) => text.length >= SHORTEST && !found.clear.has(text));
  // As they are, and as JSON and reports write them.
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
  /** Whether all that is in a secret list or map is a secret. */
  readonly lists: boolean;
}

function collect(value: unknown, place: Place, found: Found): void {
  if (typeof value === "string") {
    (place.inSecret ? found.secret : found.clear).add(value);
    // Maps of the configuration, and lists of a provider's, are kept as JSON.
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

/** A report with the secrets hidden in all its texts, except those of some properties, which programs compare. */
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
