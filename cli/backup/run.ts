import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { printJson } from "../output";
import { chooseStacks, openProject } from "../stacks";
import { backUp } from "./create";
import { type Manifest, verifyBackup } from "./manifest";
import type { BackupVerbOptions, RestoreVerbOptions } from "./options";
import { restore } from "./restore";
import { destinationOf, sourceOf } from "./source";

const report = (line: string) => {
  process.stderr.write(`${line}\n`);
};

/** Makes a backup of one stack, or verifies one. */
export async function runBackup(options: BackupVerbOptions): Promise<ExitCode> {
  const { to = ".", verify, snapshot, compress, stack, json } = options;
  if (verify !== undefined) {
    const source = await sourceOf(verify, { snapshot, stack: first(stack) });
    const manifest = await verifyBackup(source);
    if (json) printJson({ location: source.name, manifest });
    else console.log(`the backup is complete: ${summary(manifest)}`);
    return EXIT_CODES.fine;
  }
  const destination = destinationOf(to);
  const project = await openProject(options);
  const [chosen = ""] = await chooseStacks(project, { all: false, stack: [stack ?? []].flat() });
  const backup = await interruptible("no backup was made", (signal) =>
    backUp(project, chosen, { to: destination, compress, signal, report }),
  );
  if (json) printJson(backup);
  else {
    const { location, manifest, seconds } = backup;
    console.log(`${location}\n${summary(manifest)}; oCIS was stopped for ${seconds} s`);
    console.log("the stack's passphrase isn't in it, and a restore needs it: keep it elsewhere");
  }
  return EXIT_CODES.fine;
}

/** Restores a backup, and prints what to run next. */
export async function runRestore(options: RestoreVerbOptions): Promise<ExitCode> {
  const { backup = "", snapshot, replace, stack, json } = options;
  const source = await sourceOf(backup, { snapshot, stack: first(stack) });
  const manifest = await verifyBackup(source);
  const project = await openProject(options);
  const chosen = first(stack) ?? manifest.stack;
  const next = await interruptible("the restore isn't complete: run it again", (signal) =>
    restore(project, source, manifest, { stack: chosen, replace, signal, report }),
  );
  if (json) printJson({ manifest, next });
  else
    console.log(
      [`restored ${summary(manifest)}`, "run next:", ...next.map((line) => `  ${line}`)].join("\n"),
    );
  return EXIT_CODES.fine;
}

/** What an option was set to. */
const first = (values: string | string[] | undefined) => [values ?? []].flat()[0];

/** @param outcome what an interruption means */
async function interruptible<T>(outcome: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const onSignal = () => {
    report("interrupted: cleaning up");
    interruption.abort(new Error(`interrupted: ${outcome}`));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(interruption.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function summary({ project, stack, time, archives, images }: Manifest): string {
  const bytes = archives.reduce((sum, archive) => sum + archive.bytes, 0);
  const names = archives.map(({ name }) => name.replace(/\.tar(\.gz)?$/, "")).join(", ");
  const of = images.map(({ name }) => name).join(", ");
  return `stack ${project}/${stack} at ${time}: ${names} (${(bytes / 1e6).toFixed(1)} MB) of ${of}`;
}
