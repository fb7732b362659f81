import { types } from "node:util";
import { reasonOf } from "./reason";

/**
 * The engine's own line of error, without the dump of what was called, and with what to do where that is known. Never has
 * anything else that the engine printed, such as a state with its secrets shown.
 *
 * @param passphrase what to do when the passphrase is wrong or missing
 */
export function engineError(
  what: string,
  error: unknown,
  passphrase = "set PULUMI_CONFIG_PASSPHRASE to the stack's passphrase",
): Error {
  const text = types.isNativeError(error) ? error.message : String(error);
  return new Error(`${what}: ${reasonIn(text, passphrase) ?? reasonWithout(error)}`);
}

/** A parser quotes what it could not read. */
function reasonWithout(error: unknown): string {
  return error instanceof SyntaxError ? "the engine's answer is not JSON" : reasonOf(error);
}

function reasonIn(text: string, passphrase: string): string | undefined {
  if (text.includes("incorrect passphrase")) return `incorrect passphrase (${passphrase})`;
  if (text.includes("passphrase must be set")) return `its passphrase is missing (${passphrase})`;
  const line = /^\s*(?:stderr: )?error: (.+)$/m.exec(text)?.[1]?.replace(/\s+/g, " ").trim();
  const login = text.includes("PULUMI_ACCESS_TOKEN must be set");
  return login && line !== undefined ? `${line} (log in to the backend with \`pulumi login\`)` : line;
}

/**
 * A diagnostic of the engine's in one line: without marks for colours, and without what it puts before every error of a
 * program or of our resources.
 */
export function diagnosticLine(message: string): string {
  return message
    .replace(/<\{%[^%]*%\}>/g, "")
    .replace(/\s+/g, " ")
    .replace(/^One or more errors occurred: /, "")
    .replace(/^pulumi-nodejs:dynamic\/pocketid:(\w+) resource '([^']*)'(?: has a problem)?: /, "$1 $2: ")
    .trim();
}
