import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { reasonIn, type Reasons, redact } from "@ocis-pocket-id/components/docker-host";
import { reasonOf } from "../engine/programs";
import { shortNameOf } from "../stacks/files";
import { type BackupFolder, createFolder } from "./folder";
import type { Manifest } from "./manifest";

/** A restic repository as `--to` names it: `restic:sftp:user@host:/backups`; `restic:` is the one in RESTIC_REPOSITORY. */
const PREFIX = "restic:";

/** The tag of our snapshots. */
const TAG = "ocis-pocket-id";

/** Which snapshot of a repository is meant. */
export interface SnapshotChoice {
  /** Its ID, or the beginning of it. @default the latest */
  readonly snapshot?: string | undefined;
  /** A stack as `--stack` takes it. @default the only one that the repository has backups of */
  readonly stack?: string | undefined;
}

/** The repository that an argument names, without the prefix; undefined for a folder. @throws Error in one line */
export function repositoryIn(argument: string): string | undefined {
  if (!argument.startsWith(PREFIX)) return undefined;
  const repository = argument.slice(PREFIX.length);
  if (/:\/\/[^/@]*:[^/@]*@/.test(repository)) {
    throw new Error(
      `the repository's address has a password in it, which others can read in the list of processes: set RESTIC_REPOSITORY ` +
        `to the address, and write \`${PREFIX}\``,
    );
  }
  const { RESTIC_REPOSITORY, RESTIC_REPOSITORY_FILE } = process.env;
  if (repository === "" && (RESTIC_REPOSITORY ?? RESTIC_REPOSITORY_FILE) === undefined) {
    throw new Error(`\`${PREFIX}\` names no repository: set RESTIC_REPOSITORY, or write ${PREFIX}REPOSITORY`);
  }
  return repository;
}

/** A restic repository. restic takes its password, and keys of cloud storage, from the environment. */
export function openRepository(repository: string) {
  const name = `${PREFIX}${repository}`;
  const run = (args: readonly string[], options: RunOptions = {}) => runRestic(repository, args, options);
  return {
    /** Writes into a temporary folder, from which the repository gets a snapshot at the end. */
    async begin(backup: string, signal: AbortSignal): Promise<BackupFolder> {
      await text(run(["cat", "config"], { signal }));
      const parent = await mkdtemp(join(tmpdir(), "ocis-pocket-id-"));
      const remove = () => rm(parent, { recursive: true, force: true });
      const folder = await createFolder(parent, backup).catch(async (error: unknown) => {
        await remove();
        throw error;
      });
      return {
        ...folder,
        async finish(manifest) {
          const directory = await folder.finish(manifest);
          const tags = tagsOf(manifest).flatMap((tag) => ["--tag", tag]);
          const output = await text(run(["backup", "--json", ...tags, "."], { directory, signal }));
          await remove();
          return `${name}, snapshot ${snapshotIn(output)}`;
        },
        discard: remove,
      };
    },
    async find(choice: SnapshotChoice) {
      const snapshots = JSON.parse(await text(run(["snapshots", "--json", "--tag", TAG]))) as Snapshot[];
      const { id } = chosen(snapshots, choice, name);
      return {
        name: `${name}, snapshot ${id.slice(0, 8)}`,
        open: (file: string) => run(["dump", id, `/${file}`]),
      };
    },
  };
}

/** A snapshot as restic lists it. */
interface Snapshot {
  readonly id: string;
  readonly time: string;
  readonly tags: readonly string[];
}

const tagsOf = ({ project, stack }: Pick<Manifest, "project" | "stack">) => [
  TAG,
  `project=${project}`,
  `stack=${stack}`,
];

function chosen(all: readonly Snapshot[], { snapshot, stack }: SnapshotChoice, name: string): Snapshot {
  const list = `\`restic snapshots --tag ${TAG}\` lists them`;
  if (snapshot !== undefined && snapshot !== "latest") {
    const found = all.find(({ id }) => snapshot.length >= 4 && id.startsWith(snapshot));
    if (found !== undefined) return found;
    throw new Error(`${name} has no backup with the ID '${snapshot}': ${list}`);
  }
  const tag = stack === undefined ? TAG : `stack=${shortNameOf(stack)}`;
  const fitting = all.filter(({ tags }) => tags.includes(tag));
  const owners = new Set(fitting.map(({ tags }) => tags.filter((one) => one !== TAG).join(" ")));
  if (owners.size > 1) {
    throw new Error(
      `${name} has backups of several stacks (${[...owners].join("; ")}): use --stack, or --snapshot ID; ${list}`,
    );
  }
  const latest = fitting.reduce<Snapshot | undefined>(
    (last, one) => (last === undefined || Date.parse(one.time) > Date.parse(last.time) ? one : last),
    undefined,
  );
  if (latest === undefined) throw new Error(`${name} has no backup${stack ? ` of stack ${stack}` : ""}`);
  return latest;
}

/** The ID in the last line that `restic backup --json` prints. */
function snapshotIn(output: string): string {
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  return (JSON.parse(line) as { snapshot_id: string }).snapshot_id.slice(0, 8);
}

interface RunOptions {
  readonly directory?: string;
  readonly signal?: AbortSignal;
}

/** Runs restic. Reading its standard output fails in one line if restic does. */
function runRestic(repository: string, args: readonly string[], { directory, signal }: RunOptions): Readable {
  const env = { ...process.env };
  if (repository !== "") {
    env["RESTIC_REPOSITORY"] = repository;
    delete env["RESTIC_REPOSITORY_FILE"];
  }
  const output = async function* () {
    const child = spawn("restic", args, { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
    // restic removes its lock at this signal.
    const stop = () => child.kill("SIGINT");
    signal?.addEventListener("abort", stop);
    const ended = once(child, "close") as Promise<[number | null]>;
    // It is awaited when everything has been read.
    ended.catch(() => undefined);
    try {
      const stderr = text(child.stderr);
      yield* child.stdout as AsyncIterable<Buffer>;
      const [code] = await ended.catch((error: unknown) => {
        throw new Error(`restic can't be started (${reasonOf(error)}): ${INSTALL}`, { cause: error });
      });
      signal?.throwIfAborted();
      if (code !== 0) throw failure(`${PREFIX}${repository}`, await stderr);
    } finally {
      signal?.removeEventListener("abort", stop);
      stop();
    }
  };
  return Readable.from(output(), { objectMode: false });
}

const INSTALL = "install it (Debian, Ubuntu: `apt-get install restic`)";

/** What to do about an error of restic. */
const FIXES: Reasons = {
  "wrong password|empty password":
    "set RESTIC_PASSWORD, RESTIC_PASSWORD_FILE or RESTIC_PASSWORD_COMMAND to the repository's password",
  "already locked": "wait until the other restic ends; or, if none runs, run `restic unlock`",
  "no space left": "make room, or set TMPDIR to a folder on a bigger disk",
  "unable to open (config|repository)": "correct the address; a new repository needs `restic init`",
};

function failure(name: string, stderr: string): Error {
  if (stderr.includes("not found in snapshot")) {
    return Object.assign(new Error("the snapshot doesn't have it"), { code: "ENOENT" });
  }
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const reason = lines.find((line) => line.startsWith("Fatal: ")) ?? lines.at(-1) ?? "no reason given";
  const before = lines.filter((line) => line.startsWith("subprocess "));
  const fix = reasonIn(FIXES, stderr);
  const all = [...before, reason.replace("Fatal: ", "")].map(redact).join("; ");
  return new Error(`restic can't use ${redact(name)} (${all})${fix === undefined ? "" : `: ${fix}`}`);
}
