import { types } from "node:util";
import { ProgramError, reasonOf } from "./programs";

/**
 * The engine's own error line, without a dump of the command, and with the fix if it is known. It contains nothing else that the
 * engine printed, such as a state with its secrets shown.
 *
 * @param passphraseFix the fix for a wrong or missing passphrase
 */
export function engineError(
  what: string,
  error: unknown,
  passphraseFix = "set PULUMI_CONFIG_PASSPHRASE to the stack's passphrase",
): Error {
  const text = types.isNativeError(error) ? error.message : String(error);
  const stderr = error instanceof ProgramError ? error.stderr : text;
  // A parser quotes what it couldn't read.
  const reason = error instanceof SyntaxError ? "the engine's answer is not JSON" : reasonOf(error);
  return new Error(`${what}: ${reasonIn(stderr, passphraseFix) ?? reason}`);
}

function reasonIn(text: string, passphraseFix: string): string | undefined {
  if (text.includes("incorrect passphrase")) return `incorrect passphrase (${passphraseFix})`;
  if (text.includes("passphrase must be set")) return `its passphrase is missing (${passphraseFix})`;
  const line = /^\s*(?:stderr: )?error: (.+)$/m.exec(text)?.[1]?.replace(/\s+/g, " ").trim();
  const login = text.includes("PULUMI_ACCESS_TOKEN must be set");
  return login && line !== undefined ? `${line} (log in to the backend with \`pulumi login\`)` : line;
}

/** A diagnostic of the engine on one line, without colour marks and without its prefix of every error of a resource. */
export function diagnosticLine(message: string): string {
  return message
    .replace(/<\{%[^%]*%\}>/g, "")
    .replace(/\s+/g, " ")
    .replace(/^One or more errors occurred: /, "")
    .replace(/^pulumi-nodejs:dynamic\/pocketid:(\w+) resource '([^']*)'(?: has a problem)?: /, "$1 $2: ")
    .trim();
}
