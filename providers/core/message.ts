import { AsyncLocalStorage } from "node:async_hooks";

/** The message of anything thrown, on one line: it may contain names that people typed. */
export function messageOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}

/** Control characters, those that are invisible or turn the direction of writing, and line breaks. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The same text on one line, with an escape for each character that a reader can't see or a terminal obeys. */
export function printable(value: string): string {
  return value.replace(UNPRINTABLE, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** Stands for a secret in what is printed. */
export const HIDDEN = "[secret]";

/** Shorter values are only replaced as whole words: they occur inside too many others. */
const SHORTEST = 6;

/** Makes a function that replaces secrets in a text. @param forms what they look like there */
export function hidingForms(forms: Iterable<string>): (text: string) => string {
  // The longest first, as one may be part of another.
  const ordered = [...new Set(forms)].filter((form) => form !== "").sort((a, b) => b.length - a.length);
  if (ordered.length === 0) return (text) => text;
  const patterns = ordered.map((form) => {
    const literal = form.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    return form.length < SHORTEST ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal;
  });
  const pattern = new RegExp(patterns.join("|"), "gu");
  return (text) => text.replace(pattern, HIDDEN);
}

/** Makes a function that replaces these values in a text, as they are and with their control characters escaped. */
export function hidingIn(values: readonly string[]): (text: string) => string {
  return hidingForms(values.flatMap((value) => [value, printable(value), printable(value.trim())]));
}

/** The property with the names of a resource's secret arguments. Handlers need it because they get all values in clear. */
export const SECRETS = "__secrets";

/** The secrets of the current resource. */
const current = new AsyncLocalStorage<{ names: readonly string[]; hide: (text: string) => string }>();

/** Replaces the secrets of the current resource in a text. */
export function hidden(text: string): string {
  return current.getStore()?.hide(text) ?? text;
}

/** Whether an argument of the current resource is a secret. */
export function isHidden(argument: string): boolean {
  return current.getStore()?.names.includes(argument) ?? false;
}

/**
 * Runs an operation in which {@link hidden} hides the values of properties that are secrets.
 *
 * @param olds the properties before; a message can quote them, too
 */
export function hiding<T>(properties: Properties, olds: Properties, operation: () => T): T {
  const values = [properties, olds].flatMap((some) => secretNames(some).flatMap((name) => texts(some[name])));
  if (values.length === 0) return operation();
  return current.run({ names: secretNames(properties), hide: hidingIn(values) }, operation);
}

type Properties = Readonly<Record<string, unknown>>;

function secretNames({ [SECRETS]: names }: Properties): string[] {
  return Array.isArray(names) ? names.map(String) : [];
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** A problem with one property, found before anything is created. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

/** The error of an update whose object no longer exists. */
export function gone(what: string): Error {
  return new Error(`${what} is gone from Pocket ID: run \`pulumi up --refresh\` to recreate it`);
}

/** Thrown by `create` and `update` if the object exists but isn't finished: it is kept in state, and the next `up` continues. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly outputs: object,
    cause: unknown,
  ) {
    super(messageOf(cause), { cause });
  }
}

export function onOneLineEach(problems: readonly Problem[]): Problem[] {
  return problems.map(({ property, reason }) => {
    const line = hidden(printable(reason));
    // The engine prints the value of the property that a failure names.
    return isHidden(property.split(".")[0] ?? "")
      ? { property: "", reason: `${property}: ${line}` }
      : { property, reason: line };
  });
}

/**
 * Runs an operation so that whatever it throws reaches the user as one clean message. The engine prints name and stack of
 * errors from check, read and delete; a partial failure must carry `__provider`, or refresh and destroy could not run.
 */
export async function onOneLine<T>(inputs: Properties, olds: Properties, operation: () => Promise<T>) {
  return hiding(inputs, olds, async () => {
    try {
      return await operation();
    } catch (error) {
      const message = hidden(messageOf(error) + adviceOf(error));
      const clean = Object.assign(new Error(message), { stack: message, toString: () => "pocketid" });
      if (!(error instanceof PartialFailure)) throw clean;
      const properties = { ...error.outputs, __provider: inputs["__provider"], ...secretsOf(inputs) };
      throw Object.assign(clean, { id: error.id, properties, reasons: [message] });
    }
  });
}

/** The names of secrets, as state keeps them. */
export function secretsOf(properties: Properties): Record<string, unknown> {
  return SECRETS in properties ? { [SECRETS]: properties[SECRETS] } : {};
}

/** What an error, or its cause, advises to do next. */
function adviceOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("advice" in error && typeof error.advice === "string") return `. ${error.advice}`;
  return error instanceof PartialFailure ? adviceOf(error.cause) : "";
}
