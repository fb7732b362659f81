import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import type { Project } from "../stacks";
import { shortNameOf } from "../stacks/files";
import { fileOf } from "../stacks/project";
import { type BackupFiles, ONLY_OWNER } from "./archive";
import type { Manifest } from "./manifest";

/** A state as `pulumi stack export` writes it, as far as it is read here. */
interface State {
  readonly deployment?: { readonly resources?: readonly Entry[] | null };
}

/** A resource in it. */
export interface Entry {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[] | null;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

/**
 * Makes sure that a stack has a state: its own, or else the backup's, with the backup's stack file.
 *
 * @param name as `--stack` takes it
 * @throws Error in one line if the stack's file is another stack's, whose passphrase can't decrypt the backup's state
 */
export async function ensureState(
  project: Project,
  name: string,
  backup: BackupFiles,
  { stackFile, state }: Manifest,
): Promise<"kept" | "imported"> {
  const shortName = shortNameOf(name);
  const stacks = await project.stacks();
  const exists = stacks.some((one) => one.name === name || one.name.endsWith(`/${shortName}`));
  if (exists && entriesOf(await exported(project, name)).length > 0) return "kept";

  const file = fileOf(project.directory, name) ?? join(project.directory, `Pulumi.${shortName}.yaml`);
  const saved = stackFile === undefined ? "" : await text(backup.open(stackFile.name));
  const present = await readFile(file, "utf8").catch(() => saved);
  if (saltIn(present) !== saltIn(saved)) {
    throw new Error(
      `${file} isn't the stack file of this backup, and can't decrypt its state: move it away` +
        (exists ? `, run \`pulumi stack rm ${name}\`, and restore again` : ", and restore again"),
    );
  }
  // The engine takes the salt from it.
  await writeFile(file, present);
  if (!exists) await project.runOn(name, `stack '${name}' can't be created`, ["stack", "init"]);
  await writeFile(file, present);
  await imported(project, name, await text(backup.open(state.name)));
  return "imported";
}

const saltIn = (stackFile: string) => /^(?:encryptionsalt|encryptedkey): *(\S+)/m.exec(stackFile)?.[1] ?? "";

/**
 * Takes out of a stack's state what isn't there any more, so that the next `up` creates it. A refresh would do the same, but asks
 * Pocket ID, which doesn't run.
 *
 * @param reconcile returns what stays
 */
export async function reconcileState(
  project: Project,
  name: string,
  reconcile: (entries: readonly Entry[]) => Promise<Entry[]>,
): Promise<void> {
  const state = await exported(project, name);
  const before = entriesOf(state);
  const kept = await reconcile(before);
  if (isDeepStrictEqual(kept, before)) return;
  const present = new Set(kept.map(({ urn }) => urn));
  const only = (urns: readonly string[] | null | undefined) => (urns ?? []).filter((urn) => present.has(urn));
  const resources = kept.map((entry) => ({
    ...entry,
    dependencies: only(entry.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(entry.propertyDependencies ?? {}).map(([property, urns]) => [property, only(urns)]),
    ),
  }));
  const deployment = { ...state.deployment, resources };
  await imported(project, name, JSON.stringify({ ...state, deployment }));
}

const entriesOf = ({ deployment }: State) => deployment?.resources ?? [];

/** The state as the backend has it: secrets stay encrypted. */
export const exportedText = (project: Project, name: string) =>
  project.runOn(name, `stack '${name}' can't be exported`, ["stack", "export"]);

const exported = async (project: Project, name: string) =>
  JSON.parse(await exportedText(project, name)) as State;

async function imported(project: Project, name: string, state: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ocis-pocket-id-"));
  try {
    const file = join(folder, "state.json");
    await writeFile(file, state, { mode: ONLY_OWNER });
    await project.runOn(name, `the state of stack '${name}' can't be imported`, [
      "stack",
      "import",
      "--file",
      file,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
