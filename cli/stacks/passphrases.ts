import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { shortNameOf } from "./files";

/** The passphrase of one stack. */
export interface Passphrase {
  /** Variables for the engine that override those of this process; none if this process's own apply. */
  readonly variables: Readonly<Record<string, string>>;
  /** The fix if it isn't the stack's. */
  readonly fix: string;
}

/**
 * Finds the passphrases of all stacks, each of which can have its own, in this order: the stack's file in the folder,
 * `PULUMI_CONFIG_PASSPHRASE_<STACK>`, the variables of this process for all stacks. Stacks with a secrets provider (a cloud's
 * key, Pulumi Cloud) need none.
 *
 * Removes the stacks' own passphrases from the environment, which every child process inherits: so none of them gets the
 * passphrase of another stack.
 *
 * @param directory folder with a file for each stack, named after it
 * @throws Error if the folder doesn't exist; the returned function if it can't read the stack's file.
 */
export function openPassphrases(
  directory: string | undefined,
  environment: Record<string, string | undefined> = process.env,
): (stack: string) => Promise<Passphrase> {
  // Resolved before the current folder changes.
  const folder = directory === undefined ? undefined : resolve(directory);
  if (folder !== undefined && !existsSync(folder)) {
    throw new Error(
      `passphrase folder ${folder} doesn't exist: use another one with --passphrase-file-directory`,
    );
  }
  const own = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || name === FILE || value === undefined) continue;
    own.set(name, value);
    Reflect.deleteProperty(environment, name);
  }
  return async (stack) => {
    // Some backends list stacks as organisation/project/stack.
    const name = shortNameOf(stack);
    // `PULUMI_CONFIG_PASSPHRASE_COMPANY_A` for `company-a`.
    const variable = PREFIX + name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
    const file = folder === undefined ? undefined : join(folder, name);
    if (file !== undefined && existsSync(file)) {
      const text = (await readFile(file, "utf8")).replace(/\r?\n$/, "");
      return { variables: only(text), fix: `write the stack's passphrase into ${file}` };
    }
    const passphrase = own.get(variable);
    if (passphrase !== undefined) {
      return { variables: only(passphrase), fix: `set ${variable} to the stack's passphrase` };
    }
    return {
      variables: {},
      fix: `set PULUMI_CONFIG_PASSPHRASE, or ${variable} for this stack alone, to its passphrase`,
    };
  };
}

const PREFIX = "PULUMI_CONFIG_PASSPHRASE_";

/** The engine's own variable, which holds the name of a file. */
const FILE = `${PREFIX}FILE`;

/** A passphrase file that this process has for all stacks would override a passphrase. */
const only = (passphrase: string) => ({ PULUMI_CONFIG_PASSPHRASE: passphrase, [FILE]: "" });
