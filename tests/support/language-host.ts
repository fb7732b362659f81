import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** Asked in a process of its own, as Jest wants to know before a file's end which of its tests are skipped. */
const QUESTION = `
const { findEngine } = require("./cli/bin/cli/engine");
findEngine({ progress: () => {} }).then(
  ({ directory }) => process.stdout.write("directory:" + directory),
  (error) => process.stdout.write(error.message),
);
`;

/** Why the engine can't run programs and policy packs itself, in one line; undefined when it can. One built by Go lacks the host. */
export function whyNoLanguageHost(): string | undefined {
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", QUESTION], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (!stdout.startsWith("directory:")) return (stdout || stderr).trim().split("\n").at(-1);
  const folders = [stdout.slice("directory:".length), ...(process.env["PATH"] ?? "").split(delimiter)];
  const host = /^pulumi-language-nodejs(\.exe)?$/;
  if (folders.some((folder) => filesOf(folder).some((file) => host.test(file)))) return undefined;
  return "Pulumi's language host for Node.js (pulumi-language-nodejs) is not on PATH; it comes with the official CLI";
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
