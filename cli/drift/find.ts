import { type Change, changesOf, type Names, shown } from "@ocis-pocket-id/providers/core";
import { openPocketId } from "@ocis-pocket-id/providers/pocket-id";
import type { Properties, SnapshotResource, StackSnapshot } from "../stacks";
import { type HandlerName, HANDLERS, isInPocketId } from "../stacks/handlers";
import { type Finding, refreshCommand } from "./finding";

/** A resource that exists in Pocket ID or on this disk. */
interface Watched extends SnapshotResource {
  readonly handler: HandlerName;
}

/** The resources with an object that could drift: not a check, a wait or a generated secret. */
export function watchedOf({ resources }: StackSnapshot): Watched[] {
  return resources.filter((resource): resource is Watched => {
    const { handler } = resource;
    return handler === "localFiles" || (handler !== undefined && HANDLERS[handler].declaration !== undefined);
  });
}

/** A resource and the live object. */
interface Seen {
  readonly resource: Watched;
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
export async function findDrift(snapshot: StackSnapshot, watched: readonly Watched[]): Promise<Finding[]> {
  const [seen, names] = await Promise.all([Promise.all(watched.map(look)), namesFor(snapshot, watched)]);
  return findingsIn(seen, names, refreshCommand(snapshot));
}

async function look(resource: Watched): Promise<Seen> {
  const handler = HANDLERS[resource.handler].configured((key) => resource.provider[key]);
  const found = await handler.read?.(resource.id, { ...resource.outputs });
  if (found?.id === undefined || found.id === "") return { resource, live: undefined, differs: true };
  const live = handler.filled(found.props ?? {});
  const diff = await handler.diff?.(resource.id, { ...live }, { ...resource.inputs });
  return { resource, live, differs: diff?.changes === true };
}

/** Names in state first: the program's, whatever the groups were renamed to. */
async function namesFor(snapshot: StackSnapshot, watched: readonly Watched[]): Promise<Names> {
  const inPocketId = watched.filter(({ handler }) => isInPocketId(handler));
  const servers = new Set(inPocketId.map(({ provider }) => openPocketId((key) => provider[key])));
  const groups = await Promise.all([...servers].map((server) => server.listGroups()));
  const live = groups.flat().map(({ id, name }) => [id, name] as const);
  const ours = snapshot.resources
    .filter(({ handler }) => handler === "userGroup")
    .map(({ id, inputs }) => [id, String(inputs["name"])] as const);
  const names = new Map([...live, ...ours]);
  return { group: (id) => names.get(id) ?? id };
}

function findingsIn(seen: readonly Seen[], names: Names, fix: string): Finding[] {
  const goneGroups = seen.filter(
    ({ resource, live }) => resource.handler === "userGroup" && live === undefined,
  );
  const goneGroupIds = new Set(goneGroups.map(({ resource }) => resource.id));
  const deletedGroups = goneGroups.map(({ resource }): Finding => {
    // What belonged to the group went with it: one finding instead of six.
    const dependents = seen.filter((other) => other.differs && dependsOn(other.resource, resource.id));
    return {
      kind: "gone",
      object: titleOf(resource, names),
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
function dependsOn({ inputs }: SnapshotResource, groupId: string): boolean {
  const { groupId: its, allowedUserGroupIds: allowed } = inputs;
  return its === groupId || (Array.isArray(allowed) && allowed.includes(groupId));
}

/** A client without the groups that are gone, which have findings of their own. */
function withoutGroups(one: Seen, gone: ReadonlySet<string>): Seen {
  const allowed = one.resource.inputs["allowedUserGroupIds"];
  if (!Array.isArray(allowed) || gone.size === 0) return one;
  const allowedUserGroupIds = (allowed as string[]).filter((id) => !gone.has(id));
  const resource = { ...one.resource, inputs: { ...one.resource.inputs, allowedUserGroupIds } };
  return { ...one, resource, differs: allowedUserGroupIds.length === allowed.length };
}

function findingsOf({ resource, live, differs }: Seen, names: Names, fix: string): Finding[] {
  const object = titleOf(resource, names);
  const urns = [resource.urn];
  const isFiles = resource.handler === "localFiles";
  if (live === undefined && !isFiles) {
    return [{ kind: "gone", object, field: "", change: "was deleted", fix, urns }];
  }
  const changes = isFiles ? fileChanges(resource, live) : fieldChanges(resource, live ?? {}, names);
  // The handler found a difference that has no text.
  const other = differs ? [{ field: "", words: "differs from what the last `up` left" }] : [];
  return (changes.length > 0 ? changes : other).map(({ field, words: change }) => {
    return { kind: "changed", object, field, change, fix, urns };
  });
}

/** `group ocisUser`. */
function titleOf({ handler, id, inputs }: Watched, names: Names): string {
  return HANDLERS[handler].declaration?.title(inputs, id, names) ?? `files in ${shown(inputs["directory"])}`;
}

/** Every field that differs; a secret's name only. */
function fieldChanges({ handler, inputs, secrets }: Watched, live: Properties, names: Names): Change[] {
  const { declaration } = HANDLERS[handler];
  const changes = declaration === undefined ? [] : changesOf(declaration, live, inputs, names);
  return changes.map(({ field, words }) => {
    const isHidden = secrets.has(field.replace(/\..*$/, ""));
    return { field, words: isHidden ? `${field} differs` : words };
  });
}

/** Which files were edited and how much, even if all are gone, but not their text, which can contain a secret. */
function fileChanges({ inputs }: SnapshotResource, live: Properties = { files: {} }): Change[] {
  const is = live["files"] as Record<string, string>;
  return Object.entries(inputs["files"] as Record<string, string>).flatMap(([name, should]) => {
    const text = is[name];
    const field = `files.${name}`;
    if (text === undefined) return [{ field, words: `${name} was deleted` }];
    return text === should ? [] : [{ field, words: `${name} was edited (${extent(text, should)})` }];
  });
}

function extent(is: string, should: string): string {
  const counts = [
    [surplus(is, should), "added"],
    [surplus(should, is), "removed"],
  ] as const;
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, how]) => `${count} ${count === 1 ? "line" : "lines"} ${how}`);
  return parts.length === 0 ? "the same lines in another order" : parts.join(", ");
}

/** How many lines of a text are not in the other, each counted as often as it is there. */
function surplus(text: string, other: string): number {
  const rest = other.split("\n");
  return text.split("\n").filter((line) => {
    const found = rest.indexOf(line);
    if (found !== -1) rest.splice(found, 1);
    return found === -1;
  }).length;
}
