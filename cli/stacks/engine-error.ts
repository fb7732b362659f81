import { types } from "node:util";

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/PULUMI_ACCESS_TOKEN must be set/, "log in to the backend with `pulumi login`"],
  [/incorrect passphrase|passphrase must be set/, "set PULUMI_CONFIG_PASSPHRASE to the stack's passphrase"],
];

/** The engine's own line of error, without the dump of what was called, and with what to do where that is known. */
export function engineError(what: string, error: unknown): Error {
  const text = types.isNativeError(error) ? error.message : String(error);
  const line = (/^\s*(?:stderr: )?error: (.+)$/m.exec(text)?.[1] ?? text).replace(/\s+/g, " ").trim();
  const hint = HINTS.find(([pattern]) => pattern.test(text))?.[1];
  return new Error(`${what}: ${line}${hint === undefined ? "" : ` (${hint})`}`);
}
