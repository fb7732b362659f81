import { hidingForms, shown } from "@ocis-pocket-id/providers/core";
import type { StateEntry } from "./project";

/** The key and value by which an exported state marks an object as a secret. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const isSecret = (value: unknown): value is { readonly plaintext: string } =>
  isObject(value) &&
  (value as Record<string, unknown>)[SIGNATURE_KEY] === SECRET_SIGNATURE &&
  "plaintext" in value;

/** A value with all its secrets opened; it must have been exported with `--show-secrets`. */
export function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (!isObject(value)) return value;
  if (isSecret(value)) return opened(JSON.parse(value.plaintext));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}

/** Names of properties that are or contain a secret. */
export const secretNames = (properties: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(properties).filter((name) => holdsSecret(properties[name]));

const holdsSecret = (value: unknown): boolean =>
  isSecret(value) || (isObject(value) && Object.values(value).some(holdsSecret));

/** Shorter texts occur in too many words to be replaced. Code that prints such values checks the resource's `secrets`. */
const SHORTEST = 6;

/** A text with every secret of a state in it replaced. */
export type Hide = (text: string) => string;

/** Makes a function that hides a state's secrets, applied last before printing. A text that state also has in clear isn't hidden. */
export function hiding(state: readonly StateEntry[]): Hide {
  const secret = new Set<string>();
  const clear = new Set<string>();
  const collect = (value: unknown, wholeLists: boolean, inSecret: boolean): void => {
    if (typeof value === "string") {
      (inSecret ? secret : clear).add(value);
      // Maps in the configuration, and lists of a provider, are JSON.
      if (inSecret && /^\s*[[{]/.test(value)) collect(parsed(value), wholeLists, inSecret);
    } else if (isSecret(value)) {
      const inner = JSON.parse(value.plaintext) as unknown;
      if (typeof inner === "string" || wholeLists) collect(inner, wholeLists, true);
    } else if (isObject(value)) {
      for (const inner of Object.values(value)) collect(inner, wholeLists, inSecret);
    }
  };
  for (const { type, inputs, outputs } of state) {
    // One secret variable or file makes a container's whole list secret, names and paths included. `drift` checks these by
    // property.
    collect([inputs, outputs], !type.startsWith("docker:"), false);
  }
  const texts = [...secret].filter((text) => text.length >= SHORTEST && !clear.has(text));
  // Also in the forms that JSON and reports have.
  return hidingForms(
    texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1), shown(text).slice(1, -1)]),
  );
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
