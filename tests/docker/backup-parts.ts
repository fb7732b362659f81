import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { loginOf, MAIN } from "../support/program";
import type { TargetStack } from "./target-stack";

/** Writes files into the data whose owners, modes and links a backup has to keep. */
export async function writeFiles(by: TargetStack): Promise<void> {
  await by.run(
    "sh",
    "-c",
    "echo mine > /var/lib/ocis/file; chown 1000:1000 /var/lib/ocis/file; chmod 0640 /var/lib/ocis/file",
  );
  await by.run("sh", "-c", "cd /var/lib/ocis; ln file hard; ln -s file link; mkdir -m 2750 'a folder'");
  await by.run("sh", "-c", "chown 1000:1000 /var/lib/ocis; chmod 0710 /var/lib/ocis");
}

/** The files of the data, with owners, modes and links. */
export const listFiles = (by: TargetStack) =>
  by.run(
    "sh",
    "-c",
    "cd /var/lib/ocis && find . -exec stat -c '%n %u:%g %a %h %F' {} + | sort; cat link || true",
  );

/** Starts a backup of more than fits in any buffer, and resolves when that is being written. */
export async function slowBackup(by: TargetStack, args: readonly string[]) {
  await by.run("sh", "-c", "head -c 400000000 /dev/zero > /var/lib/ocis/big");
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...loginOf(by.stack) },
  });
  let stderr = "";
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
  });
  await new Promise<void>((resolve) => {
    child.stderr.on("data", (chunk) => {
      stderr += String(chunk);
      if (stderr.includes("writing ocis-data")) resolve();
    });
  });
  return { child, ended, stderr: () => stderr };
}

/** Waits a minute at most. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error("waited a minute in vain");
    await sleep(200);
  }
}

/** Mounts a small file system; false if that isn't allowed here. */
export const mount = (folder: string) =>
  runCommand("mount", "-t", "tmpfs", "-o", "size=50M", "tmpfs", folder);
export const unmount = (folder: string) => runCommand("umount", folder);

function runCommand(command: string, ...words: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    spawn(command, words, { stdio: "ignore" })
      .once("error", () => {
        resolve(false);
      })
      .once("close", (code) => {
        resolve(code === 0);
      });
  });
}
