import { existsSync } from "node:fs";
import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { dirname, join, relative } from "node:path";
import { FLEET_FOLDER } from "./files";

/**
 * The options with which `pulumi` works on a stack: `--stack company`, and `--config-file` unless its file is next to
 * Pulumi.yaml.
 *
 * @param file the stack's file. @default the one next to Pulumi.yaml, or else the fleet's
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

/** A text with these options added to every `pulumi` command in backticks. */
export function onStack(advice: string, options: string): string {
  return advice.replace(/`(pulumi (?:(?! -- )[^`])*)( -- [^`]*)?`/g, (_whole, command: string, rest = "") => {
    return `\`${command} ${options}${String(rest)}\``;
  });
}
