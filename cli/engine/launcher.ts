import { chmod, mkdir, realpath, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findProgram, isExecutable } from "./programs";

const NAME = "pulumi-resource-pulumi-nodejs";

/**
 * What the engine starts for dynamic resources. It runs in the directory of the program's `main`, and so finds the
 * @pulumi/pulumi of that program. The official CLI ships its own; an engine built from source has none.
 */
export const LAUNCHER = `#!/bin/sh
script=$(node -p "require.resolve('@pulumi/pulumi/cmd/dynamic-provider')") && exec node "$script" "$@"
`;

export const WINDOWS_LAUNCHER = [
  "@echo off",
  `for /f "delims=" %%i in ('node -p "require.resolve('@pulumi/pulumi/cmd/dynamic-provider')"') do node "%%i" %*`,
  "",
].join("\r\n");

/** Puts our launcher into a directory, unless that has one. */
export async function writeLauncher(directory: string): Promise<void> {
  if (await launcherIn(directory)) return;
  const windows = process.platform === "win32";
  const file = join(directory, windows ? `${NAME}.cmd` : NAME);
  // Written beside and renamed: another process may be about to start it.
  const draft = `${file}.${process.pid}`;
  await mkdir(directory, { recursive: true });
  await writeFile(draft, windows ? WINDOWS_LAUNCHER : LAUNCHER);
  await chmod(draft, 0o755);
  await rename(draft, file);
}

/** Whether the engine in `file` finds a launcher by itself: on PATH, or beside the program that a link leads to. */
export async function hasLauncher(file: string): Promise<boolean> {
  if ((await findProgram(NAME)) !== undefined) return true;
  return launcherIn(dirname(await realpath(file)));
}

async function launcherIn(directory: string): Promise<boolean> {
  const names = process.platform === "win32" ? [`${NAME}.cmd`, `${NAME}.exe`] : [NAME];
  const found = await Promise.all(names.map((name) => isExecutable(join(directory, name))));
  return found.includes(true);
}
