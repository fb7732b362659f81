import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** What opens one stack's secrets. */
export interface Passphrase {
  /** Variables for the engine, over those of this process; none where this process's own count. */
  readonly variables: Readonly<Record<string, string>>;
  /** What to do when it is not the stack's. */
  readonly mend: string;
}

/** The passphrases of stacks that may each have their own. */
export interface Passphrases {
  /**
   * In this order: the stack's file in the folder; `PULUMI_CONFIG_PASSPHRASE_<STACK>`; or whatever this process has for
   * all. Stacks with a secrets provider (a key of a cloud, Pulumi Cloud) need none.
   *
   * @throws Error when its file can't be read.
   */
  of(stack: string): Promise<Passphrase>;
}

/**
 * Takes the stacks' own passphrases out of the environment, as every process that is started hands its environment on: so
 * none of them gets a passphrase of another stack.
 *
 * @param directory folder with a file for each stack, named like it
 * @throws Error when there is no such folder.
 */
export function openPassphrases(
  directory: string | undefined,
  environment: Record<string, string | undefined> = process.env,
): Passphrases {
  // Before anybody changes the current folder.
  const folder = directory === undefined ? undefined : resolve(directory);
  if (folder !== undefined && !existsSync(folder)) {
    throw new Error(
      `there is no folder of passphrases at ${folder}: name another one with --passphrase-file-directory`,
    );
  }
  const own = takeVariables(environment);
  return {
    async of(stack) {
      // A backend may list stacks with organisation and project before their name.
      const name = stack.slice(stack.lastIndexOf("/") + 1);
      const variable = passphraseVariable(name);
      const file = folder === undefined ? undefined : join(folder, name);
      if (file !== undefined && existsSync(file)) {
        const text = (await readFile(file, "utf8")).replace(/\r?\n$/, "");
        return { variables: only(text), mend: `write the stack's passphrase into ${file}` };
      }
      const passphrase = own.get(variable);
      if (passphrase !== undefined) {
        return { variables: only(passphrase), mend: `set ${variable} to the stack's passphrase` };
      }
      return {
        variables: {},
        mend: `set PULUMI_CONFIG_PASSPHRASE, or ${variable} for this stack alone, to its passphrase`,
      };
    },
  };
}

const PREFIX = "PULUMI_CONFIG_PASSPHRASE_";

/** The engine's own, which holds a file's name. */
const FILE = `${PREFIX}FILE`;

function takeVariables(environment: Record<string, string | undefined>): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || name === FILE || value === undefined) continue;
    taken.set(name, value);
    Reflect.deleteProperty(environment, name);
  }
  return taken;
}

/** A file's name that this process has for all stacks would win over a passphrase. */
function only(passphrase: string): Record<string, string> {
  return { PULUMI_CONFIG_PASSPHRASE: passphrase, [FILE]: "" };
}

/** `PULUMI_CONFIG_PASSPHRASE_COMPANY_A` for `company-a`. */
function passphraseVariable(stack: string): string {
  return PREFIX + stack.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}
