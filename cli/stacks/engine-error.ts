import { types } from "node:util";

const NO_LOGIN = /PULUMI_ACCESS_TOKEN must be set/;
const NO_PASSPHRASE = /incorrect passphrase|passphrase must be set/;

/**
 * The engine's own line of error, without the dump of what was called, and with what to do where that is known.
 *
 * @param passphrase what to do when the passphrase is wrong or missing
 */
export function engineError(what: string, error: unknown, passphrase?: string): Error {
  const text = types.isNativeError(error) ? error.message : String(error);
  const line = (/^\s*(?:stderr: )?error: (.+)$/m.exec(text)?.[1] ?? text).replace(/\s+/g, " ").trim();
  const hint = NO_LOGIN.test(text)
    ? "log in to the backend with `pulumi login`"
    : NO_PASSPHRASE.test(text)
      ? passphrase
      : undefined;
  return new Error(`${what}: ${line}${hint === undefined ? "" : ` (${hint})`}`);
}
