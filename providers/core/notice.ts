import { AsyncLocalStorage } from "node:async_hooks";
import { hidingIn } from "./message";

/** The property with the names of a resource's secret arguments. Handlers need it because they get all values in clear. */
export const SECRETS = "__secrets";

/** The secrets of the current resource. */
interface Secrets {
  readonly names: readonly unknown[];
  readonly hide: (text: string) => string;
}

const current = new AsyncLocalStorage<Secrets>();

/** Replaces the secrets of the current resource in a text. */
export function hidden(text: string): string {
  return current.getStore()?.hide(text) ?? text;
}

/** Whether an argument of the current resource is a secret. */
export function isHidden(argument: string): boolean {
  return current.getStore()?.names.includes(argument) ?? false;
}

/** Prints a line for the resource that is checked or made. */
export function notice(line: string): void {
  console.error(hidden(line));
}

/** What was printed already: a run checks a resource several times. */
const printed = new Set<string>();

/** Prints a line the first time only. */
export function noticeOnce(line: string): void {
  if (!printed.has(line)) notice(line);
  printed.add(line);
}

/** Runs an operation in which {@link hidden} hides the values of properties that are secrets. */
export function hiding<T>(properties: Readonly<Record<string, unknown>>, operation: () => T): T {
  const names = properties[SECRETS];
  if (!Array.isArray(names)) return operation();
  const values = names.flatMap((name: unknown) => texts(properties[String(name)]));
  return current.run({ names, hide: hidingIn(values) }, operation);
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}
