import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { whyNoDockerCommand } from "../support/docker";

/** Asked in a process of its own, because Jest needs the answer while it loads the file. */
const question = (needsDocker: boolean) => `
const { findDocker, findDockerPlugin, findEngine } = require("./cli/bin/cli/engine");
(async () => {
  const docker = ${String(needsDocker)} ? await findDocker() : { available: true };
  if (!docker.available) return docker.reason;
  const plugin = await findDockerPlugin(await findEngine({ progress: () => {} }));
  return plugin.available ? "" : plugin.reason;
})().then((reason) => process.stdout.write(reason), (error) => process.stdout.write(error.message));
`;

/** Why the tests with a real Docker Engine can't run here; undefined when they can. */
export function whyNoDocker(): string | undefined {
  return whyNot(question(true));
}

/** The same for an engine that a test brings itself. */
export function whyNoDockerPlugin(): string | undefined {
  return whyNot(question(false));
}

function whyNot(script: string): string | undefined {
  if (staticBusybox() === undefined) return "no static busybox on PATH to make the stand-in image of";
  const noCommand = whyNoDockerCommand();
  if (noCommand !== undefined) return noCommand;
  const root = join(__dirname, "..", "..");
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) return stderr.trim().split("\n").at(-1) ?? "the question failed";
  return stdout === "" ? undefined : stdout;
}

/** The path of a busybox that needs no libraries: an ELF file without an interpreter. */
export function staticBusybox(): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    try {
      const path = join(folder, "busybox");
      if (!readFileSync(path).subarray(0, 4_096).includes("/ld-")) return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
