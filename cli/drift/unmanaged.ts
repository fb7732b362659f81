import { shown } from "@ocis-pocket-id/providers/core";
import {
  givesValue,
  openPocketId,
  type OidcClientObject,
  type UserGroupObject,
} from "@ocis-pocket-id/providers/pocket-id";
import type { SnapshotResource, StackSnapshot } from "../stacks";
import { isInPocketId } from "../stacks/handlers";
import type { Finding } from "./finding";

/**
 * Objects in Pocket ID that look like those of a stack, but that none of the checked stacks manages: a second group that gives the
 * same role, a client with our callbacks, another claim on our group.
 *
 * @param all every stack that was read
 */
export async function findUnmanaged(
  snapshot: StackSnapshot,
  all: readonly StackSnapshot[],
): Promise<Finding[]> {
  const resources = inPocketId(snapshot);
  const servers = new Map(resources.map(serverOf).map((server) => [server.url, server]));
  const found = [...servers].map(async ([url, pocketId]) => {
    const ours = resources.filter((resource) => serverOf(resource).url === url);
    const managed = managedAt(url, all);
    const [groups, clients] = await Promise.all([pocketId.listGroups(), pocketId.listClients()]);
    const otherGroups = groups.filter(({ id }) => !managed.has(`userGroup ${id}`));
    const otherClients = clients.filter(({ id }) => !managed.has(`oidcClient ${id}`));
    return [
      ...otherGroups.flatMap((group) => checkGroup(group, ours, url)),
      ...otherClients.flatMap((client) => checkClient(client, ours, url)),
      ...unmanagedClaims(groups, ours, managed),
    ];
  });
  return (await Promise.all(found)).flat();
}

const inPocketId = ({ resources }: StackSnapshot) => resources.filter(({ handler }) => isInPocketId(handler));
const serverOf = ({ provider }: SnapshotResource) => openPocketId((key) => provider[key]);

/** What any stack manages or refers to on one server: `userGroup ID`, `oidcClient ID`, `claim GROUP/KEY`. */
function managedAt(url: string, all: readonly StackSnapshot[]): ReadonlySet<string> {
  const resources = all.flatMap(inPocketId).filter((resource) => isAt(url, resource));
  const managed = resources.flatMap((resource) => {
    const { handler, id, inputs } = resource;
    const groups = [inputs["groupId"], ...list(inputs["allowedUserGroupIds"])].map(String);
    return [
      `${String(handler)} ${id}`,
      ...groups.map((group) => `userGroup ${group}`),
      ...list(inputs["clientIds"]).map((client) => `oidcClient ${client}`),
      ...claimsOf(resource).map(({ key }) => `claim ${String(inputs["groupId"])}/${key}`),
    ];
  });
  return new Set(managed);
}

/** False if another stack's API key is missing here: then the server of its objects is unknown. */
function isAt(url: string, resource: SnapshotResource): boolean {
  try {
    return serverOf(resource).url === url;
  } catch {
    return false;
  }
}

const list = (value: unknown) => (Array.isArray(value) ? (value as string[]) : []);

function claimsOf({ handler, inputs }: SnapshotResource): { key: string; value: unknown }[] {
  return handler === "customClaims" ? (inputs["claims"] as { key: string; value: unknown }[]) : [];
}

/** A group that gives one of our roles, or has a name like one of our groups. */
function checkGroup(group: UserGroupObject, ours: readonly SnapshotResource[], url: string): Finding[] {
  const role = ours
    .flatMap(claimsOf)
    .find(({ key, value }) =>
      group.customClaims?.some((claim) => claim.key === key && givesValue(claim.value, value)),
    );
  const twin = ours.find(
    ({ handler, inputs }) => handler === "userGroup" && plain(inputs["name"]) === plain(group.name),
  );
  if (role === undefined && twin === undefined) return [];
  const likeness =
    role === undefined
      ? `has a name like our ${shown(twin?.inputs["name"])}`
      : `gives the role ${shown(role.value)} with its claim ${role.key}`;
  return [unmanaged(`group ${shown(group.name)}`, likeness, `${url}/settings/admin/user-groups/${group.id}`)];
}

/** A client with callbacks of one of ours. */
function checkClient(client: OidcClientObject, ours: readonly SnapshotResource[], url: string): Finding[] {
  const twin = ours.find((one) => one.handler === "oidcClient" && isLike(client, one));
  if (twin === undefined) return [];
  const likeness = `has callbacks of our client ${shown(twin.inputs["name"])}`;
  const page = `${url}/settings/admin/oidc-clients/${client.id}`;
  return [unmanaged(`client ${shown(client.name)} (${client.id})`, likeness, page)];
}

/** Every desktop app listens on a loopback address, so that alone isn't similar. */
function isLike(client: OidcClientObject, { inputs }: SnapshotResource): boolean {
  const places = new Set(list(inputs["callbackUrls"]).map(placeOf));
  const shared = (client.callbackURLs ?? []).map(placeOf).filter((place) => places.has(place));
  return shared.some((place) => !isLoopback(place) || plain(client.name) === plain(inputs["name"]));
}

/** Scheme and host of a callback, which can have asterisks and so isn't always a URL. */
const placeOf = (callback: string) => /^[^/]*\/\/[^/]*/.exec(callback)?.[0] ?? callback;
const isLoopback = (place: string) => /^http:\/\/(127\.|localhost|\[::1\])/.test(place);

const plain = (name: unknown) =>
  String(name)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

function unmanaged(object: string, likeness: string, page: string): Finding {
  const change = `${likeness}, and no stack manages it`;
  const fix = `delete it at ${page}, or adopt it into a stack`;
  return { kind: "unmanaged", object, field: "", change, fix, urns: [] };
}

/** Other claims on groups that we created: the engine ignores them, and people may not expect them. */
function unmanagedClaims(
  groups: readonly UserGroupObject[],
  ours: readonly SnapshotResource[],
  managed: ReadonlySet<string>,
): Finding[] {
  const created = ours.filter(
    ({ handler, outputs }) => handler === "userGroup" && outputs["adopted"] !== true,
  );
  // With mode `exact` another claim is drift.
  const isExact = (groupId: string) =>
    ours.some((one) => {
      const { groupId: its, mode } = one.inputs;
      return its === groupId && mode === "exact" && claimsOf(one).length > 0;
    });
  return groups.flatMap(({ id, customClaims }) => {
    const group = created.find((one) => one.id === id);
    if (group === undefined || isExact(id)) return [];
    const others = (customClaims ?? []).filter(({ key }) => !managed.has(`claim ${id}/${key}`));
    return others.map(({ key, value }): Finding => ({
      kind: "unmanaged",
      object: `group ${String(group.inputs["name"])}`,
      field: `claims.${key}`,
      change: `claim ${key} = ${shown(value)} was added, and no stack manages it`,
      fix: "delete it in Pocket ID, or keep it: `pulumi up` doesn't change it",
      urns: [],
    }));
  });
}
