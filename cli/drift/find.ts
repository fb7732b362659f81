import { openPocketId, type PocketId } from "@ocis-pocket-id/providers/pocket-id";
import { type HandlerName, HANDLERS, isInPocketId } from "../stacks/handlers";
import type { Properties, SnapshotResource, StackSnapshot } from "../stacks";
import { type Change, type Finding, type Names, refreshCommand } from "./finding";
import { type Comparison, comparisonFor } from "./comparison";

/** A resource and the live object. */
interface Compared {
  readonly resource: SnapshotResource;
  readonly handler: HandlerName;
  readonly comparison: Comparison;
  /** Undefined if it is gone. */
  readonly live: Properties | undefined;
  /** Whether the next `up --refresh` would change something. */
  readonly differs: boolean;
}

/**
 * Reads a stack's objects in Pocket ID and on this disk with the handlers that the engine runs, and finds what differs from what
 * the last `up` left. Changes nothing.
 *
 * @param watched the resources to check
 * @throws Error in one line if Pocket ID can't be read.
 */
export async function findDrift(
  snapshot: StackSnapshot,
  watched: readonly SnapshotResource[] = watchedOf(snapshot),
): Promise<Finding[]> {
  const [seen, names] = await Promise.all([
    Promise.all(watched.flatMap(look)),
    namesFor(snapshot, pocketIdsOf(watched)),
  ]);
  return findingsIn(seen, names, refreshCommand(snapshot));
}

/** The resources that exist in Pocket ID or on this disk. */
export function watchedOf({ resources }: StackSnapshot): SnapshotResource[] {
  return resources.filter(({ handler }) => comparisonFor(handler) !== undefined);
}

function look(resource: SnapshotResource): Promise<Compared>[] {
  const { handler } = resource;
  const comparison = comparisonFor(handler);
  return handler === undefined || comparison === undefined ? [] : [compare(resource, handler, comparison)];
}

async function compare(
  resource: SnapshotResource,
  name: HandlerName,
  comparison: Comparison,
): Promise<Compared> {
  const handler = HANDLERS[name].configured((key) => resource.provider[key]);
  const found = await handler.read?.(resource.id, { ...resource.outputs });
  if (found?.id === undefined || found.id === "") {
    return { resource, handler: name, comparison, live: undefined, differs: true };
  }
  const live = handler.filled(found.props ?? {});
  const diff = await handler.diff?.(resource.id, { ...live }, { ...resource.inputs });
  return { resource, handler: name, comparison, live, differs: diff?.changes === true };
}

/** The Pocket IDs of a stack, each once. */
export function pocketIdsOf(resources: readonly SnapshotResource[]): PocketId[] {
  const inPocketId = resources.filter(({ handler }) => isInPocketId(handler));
  return [...new Set(inPocketId.map(({ provider }) => openPocketId((key) => provider[key])))];
}

function findingsIn(seen: readonly Compared[], names: Names, fix: string): Finding[] {
  const goneGroups = seen.filter(({ handler, live }) => handler === "userGroup" && live === undefined);
  const goneGroupIds = new Set(goneGroups.map(({ resource }) => resource.id));
  const deletedGroups = goneGroups.map(({ resource, comparison }): Finding => {
    // What belonged to the group went with it: one finding instead of six.
    const dependents = seen.filter((other) => other.differs && dependsOn(other, resource.id));
    return {
      kind: "gone",
      object: comparison.object(resource, names),
      field: "",
      change: "was deleted, with its claims, its members and its access to clients",
      fix,
      urns: [resource, ...dependents.map((other) => other.resource)].map(({ urn }) => urn),
    };
  });
  const others = seen
    .filter(({ resource, differs }) => differs && !goneGroupIds.has(resource.id))
    .filter(({ resource }) => !goneGroupIds.has(String(resource.inputs["groupId"])))
    .flatMap((one) => findingsOf(withoutGroups(one, goneGroupIds), names, fix));
  return merged([...deletedGroups, ...others]);
}

/** Findings of several resources with the same text become one. */
function merged(findings: readonly Finding[]): Finding[] {
  const byText = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.object, finding.change]);
    const urns = [...(byText.get(key)?.urns ?? []), ...finding.urns];
    byText.set(key, { ...finding, urns: [...new Set(urns)] });
  }
  return [...byText.values()];
}

/** Whether a resource belongs to a group: its claims, its members, or a client that allows it. */
function dependsOn({ resource }: Compared, groupId: string): boolean {
  const { groupId: its, allowedUserGroupIds: allowed } = resource.inputs;
  return its === groupId || (Array.isArray(allowed) && allowed.includes(groupId));
}

/** A client without the groups that are gone, which have findings of their own. */
function withoutGroups(one: Compared, gone: ReadonlySet<string>): Compared {
  const allowed = one.resource.inputs["allowedUserGroupIds"];
  if (!Array.isArray(allowed) || gone.size === 0) return one;
  const allowedUserGroupIds = (allowed as string[]).filter((id) => !gone.has(id));
  const resource = { ...one.resource, inputs: { ...one.resource.inputs, allowedUserGroupIds } };
  return { ...one, resource, differs: allowedUserGroupIds.length === allowed.length };
}

function findingsOf(one: Compared, names: Names, fix: string): Finding[] {
  const { resource, handler, comparison, differs } = one;
  // Each file has its own finding, even if all are gone.
  const live = one.live ?? (handler === "localFiles" ? { files: {} } : undefined);
  const object = comparison.object(resource, names);
  const urns = [resource.urn];
  if (live === undefined) {
    return [{ kind: "gone", object, field: "", change: "was deleted", fix, urns }];
  }
  const changes = comparison.changes(resource, live, names);
  // The handler found a difference that has no text.
  const other: Change[] = differs ? [{ field: "", words: "differs from what the last `up` left" }] : [];
  return (changes.length > 0 ? changes : other).map(({ field, words: change }) => {
    const isHidden = handler !== "localFiles" && resource.secrets.has(field.replace(/\..*$/, ""));
    return { kind: "changed", object, field, change: isHidden ? `${field} differs` : change, fix, urns };
  });
}

/** Names in state first: the program's, whatever the groups were renamed to. */
async function namesFor(snapshot: StackSnapshot, pocketIds: readonly PocketId[]): Promise<Names> {
  const lists = await Promise.all(pocketIds.map((pocketId) => pocketId.listGroups()));
  const live = lists.flat().map(({ id, name }) => [id, name] as const);
  const ours = snapshot.resources
    .filter(({ handler }) => handler === "userGroup")
    .map(({ id, inputs }) => [id, String(inputs["name"])] as const);
  const names = new Map([...live, ...ours]);
  return { group: (id) => names.get(id) ?? id };
}
