import { existsSync } from "node:fs";
import { join, relative } from "node:path";

/** Where `fleet` looks for stack files, seen from the project's folder, when nobody says where. */
export const FLEET_FOLDER = "stacks";

/**
 * What a `pulumi` command needs to work on a stack that need not be the current one: `--stack company`, and its file where
 * that is a fleet's and not beside Pulumi.yaml.
 */
export function stackOptions(directory: string, stack: string): string {
  const files = ["yaml", "yml"].map(
    (ending) => `Pulumi.${stack.slice(stack.lastIndexOf("/") + 1)}.${ending}`,
  );
  const beside = files.some((file) => existsSync(join(directory, file)));
  const ofFleet = files.map((file) => join(directory, FLEET_FOLDER, file)).find((file) => existsSync(file));
  if (beside || ofFleet === undefined) return `--stack ${stack}`;
  return `--stack ${stack} --config-file ${relative(directory, ofFleet)}`;
}

/** Advice with these options in every command of `pulumi` that it names between backticks. */
export function onStack(advice: string, options: string): string {
  return advice.replace(/`(pulumi (?:(?! -- )[^`])*)( -- [^`]*)?`/g, (_whole, command: string, rest = "") => {
    return `\`${command} ${options}${String(rest)}\``;
  });
}
