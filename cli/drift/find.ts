import { openPocketId, type PocketId } from "@ocis-pocket-id/providers/pocket-id";
import { type HandlerName, HANDLERS, isInPocketId } from "../stacks/handlers";
import type { Properties, SnapshotResource, StackSnapshot } from "../stacks";
import type { Change, Finding, Names } from "./finding";
import { namesFor } from "./names";
import { type Words, wordsFor } from "./words";

/** A resource beside what is there now. */
interface Seen {
  readonly resource: SnapshotResource;
  readonly handler: HandlerName;
  readonly words: Words;
  /** Undefined when it is gone. */
  readonly live: Properties | undefined;
  /** Whether the next `up --refresh` would put something right. */
  readonly differs: boolean;
}

/**
 * Reads everything of a stack that is in Pocket ID or on this disk, by the same handlers that the engine runs, and says
 * what is not as the last `up` left it. Changes nothing.
 *
 * @param watched those of the stack's resources to look at
 * @throws Error in one line when Pocket ID can't be read.
 */
export async function findDrift(
  snapshot: StackSnapshot,
  watched: readonly SnapshotResource[] = watchedOf(snapshot),
): Promise<Finding[]> {
  const [seen, names] = await Promise.all([
    Promise.all(watched.flatMap(look)),
    namesFor(snapshot, pocketIdsOf(watched)),
  ]);
  return inWords(seen, names, mendOf(snapshot));
}

/** The resources of which there is something in Pocket ID or on this disk. */
export function watchedOf({ resources }: StackSnapshot): SnapshotResource[] {
  return resources.filter(({ handler }) => wordsFor(handler) !== undefined);
}

function look(resource: SnapshotResource): Promise<Seen>[] {
  const { handler } = resource;
  const words = wordsFor(handler);
  return handler === undefined || words === undefined ? [] : [compare(resource, handler, words)];
}

async function compare(resource: SnapshotResource, name: HandlerName, words: Words): Promise<Seen> {
  const handler = HANDLERS[name].configured((key) => resource.provider[key]);
  const found = await handler.read?.(resource.id, { ...resource.outputs });
  if (found?.id === undefined || found.id === "") {
    return { resource, handler: name, words, live: undefined, differs: true };
  }
  const live = handler.filled(found.props ?? {});
  const diff = await handler.diff?.(resource.id, { ...live }, { ...resource.inputs });
  return { resource, handler: name, words, live, differs: diff?.changes === true };
}

/** The Pocket IDs of a stack, each once. */
export function pocketIdsOf(resources: readonly SnapshotResource[]): PocketId[] {
  const inPocketId = resources.filter(({ handler }) => isInPocketId(handler));
  return [...new Set(inPocketId.map(({ provider }) => openPocketId((key) => provider[key])))];
}

function inWords(seen: readonly Seen[], names: Names, mend: string): Finding[] {
  const goneGroups = seen.filter(({ handler, live }) => handler === "userGroup" && live === undefined);
  const goneGroupIds = new Set(goneGroups.map(({ resource }) => resource.id));
  const deletedGroups = goneGroups.map(({ resource, words }): Finding => {
    // What hung on the group went with it: one line says so, instead of six.
    const hanging = seen.filter((other) => other.differs && hangsOn(other, resource.id));
    return {
      kind: "gone",
      object: words.object(resource, names),
      field: "",
      change: "was deleted, and with it its claims, its members and its place on the lists of clients",
      mend,
      urns: [resource, ...hanging.map((other) => other.resource)].map(({ urn }) => urn),
    };
  });
  const others = seen
    .filter(({ resource, differs }) => differs && !goneGroupIds.has(resource.id))
    .filter(({ resource }) => !goneGroupIds.has(String(resource.inputs["groupId"])))
    .flatMap((one) => findingsOf(withoutGroups(one, goneGroupIds), names, mend));
  return merged([...deletedGroups, ...others]);
}

/** What several resources say of one object in the same words is said once. */
function merged(findings: readonly Finding[]): Finding[] {
  const byWords = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.object, finding.change]);
    const urns = [...(byWords.get(key)?.urns ?? []), ...finding.urns];
    byWords.set(key, { ...finding, urns: [...new Set(urns)] });
  }
  return [...byWords.values()];
}

/** Whether a resource is about a group: its claims, its members, or a client that lets it in. */
function hangsOn({ resource }: Seen, groupId: string): boolean {
  const { groupId: its, allowedUserGroupIds: allowed } = resource.inputs;
  return its === groupId || (Array.isArray(allowed) && allowed.includes(groupId));
}

/** A client as if the groups that are gone had never been on its list: their going is told by itself. */
function withoutGroups(one: Seen, gone: ReadonlySet<string>): Seen {
  const allowed = one.resource.inputs["allowedUserGroupIds"];
  if (!Array.isArray(allowed) || gone.size === 0) return one;
  const allowedUserGroupIds = (allowed as string[]).filter((id) => !gone.has(id));
  const resource = { ...one.resource, inputs: { ...one.resource.inputs, allowedUserGroupIds } };
  return { ...one, resource, differs: allowedUserGroupIds.length === allowed.length };
}

function findingsOf(one: Seen, names: Names, mend: string): Finding[] {
  const { resource, handler, words, differs } = one;
  // Of files each has its line, even when all are gone.
  const live = one.live ?? (handler === "localFiles" ? { files: {} } : undefined);
  const object = words.object(resource, names);
  const urns = [resource.urn];
  if (live === undefined) {
    return [{ kind: "gone", object, field: "", change: "was deleted", mend, urns }];
  }
  const changes = words.changes(resource, live, names);
  // Whatever the handler sees and the words do not is told all the same.
  const other: Change[] = differs ? [{ field: "", words: "is not as the last `up` made it" }] : [];
  return (changes.length > 0 ? changes : other).map(({ field, words: change }) => {
    const isHidden = handler !== "localFiles" && resource.secrets.has(field.replace(/\..*$/, ""));
    return { kind: "changed", object, field, change: isHidden ? `${field} differs` : change, mend, urns };
  });
}

/** The command that puts right what the engine sees too. */
export const mendOf = ({ options }: StackSnapshot) => `pulumi up --refresh ${options}`;
