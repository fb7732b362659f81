import { ProgramError } from "@ocis-pocket-id/providers";

/**
 * The text of an `.env` file whose values arrive in the container exactly as they are here, by the rules of Docker Compose 2:
 * nothing is expanded between single quotes, but a backslash or quote can't be there; between double quotes backslash, quote
 * and dollar are escaped.
 *
 * @throws ProgramError for names that no environment variable can have, and values with a zero byte.
 */
export function environmentFile(environment: Readonly<Record<string, string>>): string {
  return Object.keys(environment)
    .sort()
    .map((name) => `${checkedName(name)}=${quoted(environment[name] ?? "")}\n`)
    .join("");
}

function quoted(value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value;
  if (value.includes("\0")) throw new ProgramError("an environment variable can't hold a zero byte");
  if (!/['\\\r\n]/.test(value)) return `'${value}'`;
  const escaped = value
    .replace(/[\\"$]/g, "\\$&")
    .replace(/\r/g, "\\r")
    .replace(/\n/g, "\\n");
  return `"${escaped}"`;
}

function checkedName(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new ProgramError(`'${name}' can't be the name of an environment variable`);
}
