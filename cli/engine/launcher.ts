import { chmod, mkdir, realpath, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findProgram } from "./programs";

const NAME = "pulumi-resource-pulumi-nodejs";

/**
 * The program that the engine starts for dynamic resources. It runs in the directory of the program's `main`, and so finds
 * that program's @pulumi/pulumi. The official CLI includes one; an engine built from source has none.
 */
export const LAUNCHER = `#!/bin/sh
script=$(node -p "require.resolve('@pulumi/pulumi/cmd/dynamic-provider')") && exec node "$script" "$@"
`;

export const WINDOWS_LAUNCHER = [
  "@echo off",
  `for /f "delims=" %%i in ('node -p "require.resolve('@pulumi/pulumi/cmd/dynamic-provider')"') do node "%%i" %*`,
  "",
].join("\r\n");

/** Writes our launcher into a directory, unless there is one. */
export async function writeLauncher(directory: string): Promise<void> {
  if ((await findProgram(NAME, directory)) !== undefined) return;
  const windows = process.platform === "win32";
  const file = join(directory, windows ? `${NAME}.cmd` : NAME);
  // Renamed when complete: another process may be about to start it.
  const draft = `${file}.${process.pid}`;
  await mkdir(directory, { recursive: true });
  await writeFile(draft, windows ? WINDOWS_LAUNCHER : LAUNCHER);
  await chmod(draft, 0o755);
  await rename(draft, file);
}

/** Whether the engine in `file` finds a launcher itself: on PATH, or next to the program that a link points to. */
export async function hasLauncher(file: string): Promise<boolean> {
  const found = (await findProgram(NAME)) ?? (await findProgram(NAME, dirname(await realpath(file))));
  return found !== undefined;
}
