import { text } from "node:stream/consumers";
import * as z from "zod";
import { reasonOf } from "../engine/programs";
import { type BackupFiles, factsOf, type FileFacts, readArchive } from "./archive";
import { Contents, KINDS, TOGETHER } from "./contents";

export const MANIFEST = "manifest.json";

/** Names from a manifest become paths. */
const fileName = z.string().regex(/^[\w][\w.-]*$/);

const file = z.object({
  name: fileName,
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const archive = file.extend({
  kind: z.enum(KINDS),
  /** The component that it belongs to: `ocis`, `pocket-id`, `proxy`. */
  component: z.string(),
  /** Where it was: a volume's name, or a folder's absolute path on the Docker host. */
  source: z.string().min(1),
  /** Labels of the volume; none of a folder. */
  labels: z.record(z.string(), z.string()),
  /** Number of files, folders and links. */
  entries: z.int().nonnegative(),
});

const image = z.object({
  component: z.string(),
  container: z.string(),
  /** As the stack names it: `owncloud/ocis:8.0.5`. */
  name: z.string(),
  id: z.string(),
  digests: z.array(z.string()),
});

const manifest = z.object({
  format: z.literal(1),
  project: z.string(),
  stack: z.string(),
  /** When the backup began, in UTC. */
  time: z.iso.datetime(),
  images: z.array(image),
  archives: z.array(archive).min(1),
  /** The stack's state, with its secrets encrypted. */
  state: file,
  /** Whether a key is the one that encrypts Pocket ID's database. */
  keyCheck: z
    .object({ salt: z.string().regex(/^[0-9a-f]{32}$/), hash: z.string().regex(/^[0-9a-f]{64}$/) })
    .optional(),
  /** The stack's file; undefined if the stack has none. */
  stackFile: file.optional(),
});

/** What a backup consists of. Nothing in it is secret. */
export type Manifest = Readonly<z.output<typeof manifest>>;
export type Archive = Readonly<z.output<typeof archive>>;

/** @throws Error in one line if it isn't a backup of this form */
export async function readManifest(files: BackupFiles): Promise<Manifest> {
  let content: string;
  try {
    content = await text(files.open(MANIFEST));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it has none" : reasonOf(error);
    throw new Error(`${files.name} isn't a complete backup: ${MANIFEST} can't be read (${reason})`, {
      cause: error,
    });
  }
  try {
    return manifest.parse(JSON.parse(content));
  } catch (error) {
    const reason =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
        : reasonOf(error);
    throw new Error(`${MANIFEST} of ${files.name} is damaged, or of a newer version: ${reason}`, {
      cause: error,
    });
  }
}

/**
 * Checks a backup: that every file is there with its checksum, that each archive can be read to its end, and that it contains
 * what oCIS and Pocket ID can't do without.
 *
 * @throws Error in one line with everything that is wrong
 */
export async function verifyBackup(files: BackupFiles): Promise<Manifest> {
  const found = await readManifest(files);
  const problems: string[] = [];
  for (const one of [found.state, ...(found.stackFile === undefined ? [] : [found.stackFile])]) {
    problems.push(...(await fileProblems(files, one)));
  }
  for (const one of found.archives) {
    problems.push(...(await archiveProblems(files, one)));
  }
  const kinds = new Set(found.archives.map(({ kind }) => kind));
  for (const group of TOGETHER) {
    const [there] = group.filter((one) => kinds.has(one));
    const missing = group.filter((one) => !kinds.has(one));
    if (there !== undefined) problems.push(...missing.map((one) => `there is ${there} but not ${one}`));
  }
  if (problems.length > 0) throw new Error(`backup ${files.name} can't be restored: ${problems.join("; ")}`);
  return found;
}

async function fileProblems(files: BackupFiles, expected: z.output<typeof file>): Promise<string[]> {
  const { name } = expected;
  try {
    return differences(await factsOf(files, name), expected);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return [isMissing ? `${name} is missing` : `${name} can't be read (${reasonOf(error)})`];
  }
}

function differences({ bytes, sha256 }: FileFacts, expected: z.output<typeof file>): string[] {
  const { name } = expected;
  if (bytes !== expected.bytes) return [`${name} has ${bytes} bytes instead of ${expected.bytes}`];
  return sha256 === expected.sha256 ? [] : [`${name} has another checksum than at the backup`];
}

async function archiveProblems(files: BackupFiles, expected: Archive): Promise<string[]> {
  const { name, kind, entries } = expected;
  const contents = new Contents(kind);
  try {
    const facts = await readArchive(files, name, (entry) => {
      contents.add(entry);
    });
    const damage = differences(facts, expected);
    if (damage.length > 0) return damage;
  } catch (error) {
    // A file that is damaged as a whole needs no reason from within.
    const damage = await fileProblems(files, expected);
    return damage.length > 0 ? damage : [`${name} can't be read to its end (${reasonOf(error)})`];
  }
  const problem = contents.problem();
  if (problem !== undefined) return [`${name} ${problem}`];
  return contents.entries === entries ? [] : [`${name} has ${contents.entries} of ${entries} entries`];
}
