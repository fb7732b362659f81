import {
  givesValue,
  openPocketId,
  type PocketId,
  type OidcClientObject,
  type UserGroupObject,
} from "@ocis-pocket-id/providers/pocket-id";
import type { SnapshotResource, StackSnapshot } from "../stacks";
import { isInPocketId } from "../stacks/handlers";
import { type Finding, shown } from "./finding";

/** IDs, and claims as `<group ID>/<key>`, that any stack manages or refers to on one server. */
interface Managed {
  readonly groups: Set<string>;
  readonly clients: Set<string>;
  readonly claims: Set<string>;
}

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
  const servers = new Map<string, { pocketId: PocketId; ours: SnapshotResource[] }>();
  for (const resource of inPocketId(snapshot)) {
    const pocketId = serverOf(resource);
    const server = servers.get(pocketId.url) ?? { pocketId, ours: [] };
    server.ours.push(resource);
    servers.set(pocketId.url, server);
  }
  const found = [...servers.values()].map(async ({ pocketId, ours }) => {
    const managed = managedAt(pocketId.url, all);
    const [groups, clients] = await Promise.all([pocketId.listGroups(), pocketId.listClients()]);
    return [
      ...unmanagedGroups(groups, ours, managed, pocketId.url),
      ...unmanagedClients(clients, ours, managed, pocketId.url),
      ...unmanagedClaims(groups, ours, managed),
    ];
  });
  return (await Promise.all(found)).flat();
}

const inPocketId = ({ resources }: StackSnapshot) => resources.filter(({ handler }) => isInPocketId(handler));
const serverOf = ({ provider }: SnapshotResource) => openPocketId((key) => provider[key]);

function managedAt(url: string, all: readonly StackSnapshot[]): Managed {
  const managed: Managed = { groups: new Set(), clients: new Set(), claims: new Set() };
  for (const resource of all.flatMap(inPocketId)) {
    if (!isAt(url, resource)) continue;
    const { handler, id, inputs } = resource;
    if (handler === "userGroup") managed.groups.add(id);
    if (handler === "oidcClient") managed.clients.add(id);
    for (const groupId of [inputs["groupId"], ...list(inputs["allowedUserGroupIds"])]) {
      if (typeof groupId === "string") managed.groups.add(groupId);
    }
    for (const clientId of list(inputs["clientIds"])) managed.clients.add(clientId);
    for (const { key } of claimsOf(resource)) managed.claims.add(`${String(inputs["groupId"])}/${key}`);
  }
  return managed;
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

function unmanagedGroups(
  groups: readonly UserGroupObject[],
  ours: readonly SnapshotResource[],
  managed: Managed,
  url: string,
): Finding[] {
  const names = new Map(
    ours
      .filter(({ handler }) => handler === "userGroup")
      .map(({ inputs }) => [plain(inputs["name"]), inputs["name"]]),
  );
  const roles = ours.flatMap(claimsOf);
  return groups
    .filter(({ id }) => !managed.groups.has(id))
    .flatMap((group): Finding[] => {
      const role = roles.find(({ key, value }) =>
        group.customClaims?.some((claim) => claim.key === key && givesValue(claim.value, value)),
      );
      const twin = names.get(plain(group.name));
      const likeness =
        role !== undefined
          ? `gives the role ${shown(role.value)} with its claim ${role.key}`
          : twin === undefined
            ? undefined
            : `has a name like our ${shown(twin)}`;
      if (likeness === undefined) return [];
      const page = `${url}/settings/admin/user-groups/${group.id}`;
      return [unmanaged(`group ${shown(group.name)}`, `${likeness}, and no stack manages it`, page)];
    });
}

function unmanagedClients(
  clients: readonly OidcClientObject[],
  ours: readonly SnapshotResource[],
  managed: Managed,
  url: string,
): Finding[] {
  const ourClients = ours.filter(({ handler }) => handler === "oidcClient");
  return clients
    .filter(({ id }) => !managed.clients.has(id))
    .flatMap((client): Finding[] => {
      const twin = ourClients.find((one) => isLike(client, one));
      if (twin === undefined) return [];
      const page = `${url}/settings/admin/oidc-clients/${client.id}`;
      const likeness = `has callbacks of our client ${shown(twin.inputs["name"])}, and no stack manages it`;
      return [unmanaged(`client ${shown(client.name)} (${client.id})`, likeness, page)];
    });
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

/** Other claims on groups that we created: the engine ignores them, and people may not expect them. */
function unmanagedClaims(
  groups: readonly UserGroupObject[],
  ours: readonly SnapshotResource[],
  managed: Managed,
): Finding[] {
  const created = new Map(
    ours
      .filter(({ handler, outputs }) => handler === "userGroup" && outputs["adopted"] !== true)
      .map(({ id, inputs }) => [id, String(inputs["name"])]),
  );
  // With mode `exact` another claim is drift.
  const exact = new Set(
    ours
      .filter(({ inputs }) => inputs["mode"] === "exact")
      .flatMap((one) => (claimsOf(one).length > 0 ? [one.inputs["groupId"]] : [])),
  );
  return groups.flatMap(({ id, customClaims }) => {
    const name = created.get(id);
    if (name === undefined || exact.has(id)) return [];
    const others = (customClaims ?? []).filter(({ key }) => !managed.claims.has(`${id}/${key}`));
    return others.map(({ key, value }): Finding => ({
      kind: "unmanaged",
      object: `group ${name}`,
      field: `claims.${key}`,
      change: `claim ${key} = ${shown(value)} was added, and no stack manages it`,
      fix: "delete it in Pocket ID, or keep it: `pulumi up` doesn't change it",
      urns: [],
    }));
  });
}

function unmanaged(object: string, change: string, page: string): Finding {
  const fix = `delete it at ${page}, or adopt it into a stack`;
  return { kind: "unmanaged", object, field: "", change, fix, urns: [] };
}

const plain = (name: unknown) =>
  String(name)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
