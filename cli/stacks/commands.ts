import { existsSync } from "node:fs";
import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { dirname, join, relative } from "node:path";
import { FLEET_FOLDER } from "./project-folder";

/**
 * What a `pulumi` command needs to work on a stack that need not be the current one: `--stack company`, and its file where
 * that is not beside Pulumi.yaml.
 *
 * @param file the stack's file. @default the one beside Pulumi.yaml or, without one, that of the fleet
 */
export function stackOptions(directory: string, stack: string, file = fileOf(directory, stack)): string {
  if (file === undefined || dirname(file) === directory) return `--stack ${shellWord(stack)}`;
  return `--stack ${shellWord(stack)} --config-file ${shellWord(relative(directory, file))}`;
}

function fileOf(directory: string, stack: string): string | undefined {
  const name = stack.slice(stack.lastIndexOf("/") + 1);
  const places = [directory, join(directory, FLEET_FOLDER)];
  const files = places.flatMap((place) =>
    ["yaml", "yml"].map((ending) => join(place, `Pulumi.${name}.${ending}`)),
  );
  return files.find((file) => existsSync(file));
}

/** Advice with these options in every command of `pulumi` that it names between backticks. */
export function onStack(advice: string, options: string): string {
  return advice.replace(/`(pulumi (?:(?! -- )[^`])*)( -- [^`]*)?`/g, (_whole, command: string, rest = "") => {
    return `\`${command} ${options}${String(rest)}\``;
  });
}
