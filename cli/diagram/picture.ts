import { NATIVE_CLIENTS, ROLES } from "@ocis-pocket-id/components";
import { componentsOf, type Properties, type SnapshotResource, type StackSnapshot } from "../stacks";
import { hostAndPort } from "@ocis-pocket-id/components/docker-host";

/** The contents of a stack's diagram, without secrets. */
export interface Picture {
  readonly stack: string;
  readonly ocisUrl: string;
  /** Pocket ID's public URL. */
  readonly issuer: string;
  readonly groups: readonly Group[];
  readonly clients: readonly Client[];
  readonly place: Place;
}

export interface Group {
  readonly name: string;
  /** `roles = ocisAdmin`. */
  readonly claims: readonly string[];
  /** Undefined if the stack doesn't manage them. */
  readonly members: number | undefined;
}

export interface Client {
  readonly name: string;
  readonly id: string;
  readonly kind: "browser" | "app";
  /** `public, PKCE`; undefined for the client of another stack. */
  readonly how: string | undefined;
  /** `all groups`, `ocisAdmin, ocisUser`, `everyone`, `nobody`. */
  readonly access: string;
}

/** Where oCIS runs. */
export type Place =
  | {
      readonly kind: "docker";
      readonly container: string;
      readonly image: string;
      readonly port: string;
      readonly volumes: readonly string[];
    }
  | { readonly kind: "bundle"; readonly directory: string }
  | { readonly kind: "unknown" };

/** The access to another stack's client, which this stack's groups have joined. */
export const OF_ANOTHER_STACK = "of another stack";

/** Groups, clients and oCIS in a stack's state. @throws Error if there is nothing to draw */
export function pictureOf(snapshot: StackSnapshot): Picture {
  const { resources, name: stack } = snapshot;
  const component = componentsOf(resources)[0]?.outputs;
  const ours = resources.filter(({ handler }) => handler === "userGroup" || handler === "oidcClient");
  if (component === undefined && ours.length === 0) {
    throw new Error(`stack '${stack}' has no groups, clients or oCIS to draw: run \`pulumi up\` first`);
  }
  const outputs = component ?? snapshot.outputs;
  return {
    stack,
    ocisUrl: text(outputs["ocisUrl"]),
    issuer: text(outputs["issuer"]) || (snapshot.connection?.["pocketid:url"] ?? ""),
    groups: groupsOf(resources, outputs),
    clients: clientsOf(resources, outputs),
    place: placeOf(resources, outputs),
  };
}

/** In the order of the roles. */
function groupsOf(resources: readonly SnapshotResource[], component: Properties): Group[] {
  const ids = Object.entries((component["groupIds"] ?? {}) as Properties);
  const rank = ({ id }: SnapshotResource) => {
    const role = ids.find(([, its]) => its === id)?.[0];
    return ROLES.map(({ key }) => key as string).indexOf(role ?? "") >>> 0;
  };
  const groups = of(resources, "userGroup").sort(
    (a, b) => rank(a) - rank(b) || text(a.outputs["name"]).localeCompare(text(b.outputs["name"])),
  );
  return groups.map(({ id, outputs }) => {
    const belonging = (handler: SnapshotResource["handler"]) =>
      of(resources, handler).filter((resource) => resource.outputs["groupId"] === id);
    const claims = belonging("customClaims").flatMap((resource) => list(resource.outputs["claims"]));
    const [members] = belonging("userGroupMembers").map(
      (resource) => list(resource.outputs["members"]).length,
    );
    return {
      name: text(outputs["name"]),
      claims: claims.map((claim) => {
        const { key, value } = claim as { key?: unknown; value?: unknown };
        return `${text(key)} = ${text(value)}`;
      }),
      members,
    };
  });
}

/** The browser's first, then the apps', then all others. */
function clientsOf(resources: readonly SnapshotResource[], component: Properties): Client[] {
  const webClientId = text(component["clientId"]);
  const order = [webClientId, ...NATIVE_CLIENTS.map(({ clientId }) => clientId)];
  const rank = ({ id }: Client) => order.indexOf(id) >>> 0;
  return [...ownClients(resources, webClientId), ...clientsOfOthers(resources, component)].sort(
    (a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name),
  );
}

function ownClients(resources: readonly SnapshotResource[], webClientId: string): Client[] {
  const groups = new Map(of(resources, "userGroup").map(({ id, outputs }) => [id, text(outputs["name"])]));
  return of(resources, "oidcClient").map(({ id, outputs }): Client => {
    const how = [outputs["isPublic"] === true ? "public" : "confidential"];
    if (outputs["pkceEnabled"] === true) how.push("PKCE");
    return {
      name: text(outputs["name"]),
      id,
      kind: id === webClientId ? "browser" : "app",
      how: how.join(", "),
      access: accessOf(outputs, groups),
    };
  });
}

function accessOf(outputs: Properties, groups: ReadonlyMap<string, string>): string {
  const allowed = list(outputs["allowedUserGroupIds"]).map(text);
  if (allowed.length === 0) return outputs["restricted"] === false ? "everyone" : "nobody";
  const others = allowed.filter((id) => !groups.has(id)).length;
  const names = allowed.flatMap((id) => groups.get(id) ?? []);
  const ours = names.length === groups.size ? "all groups" : names.join(", ");
  if (others === 0) return ours;
  return [ours, `${others} of other stacks`].filter((part) => part !== "").join(", ");
}

/** The apps' clients of another stack, which our groups have joined. */
function clientsOfOthers(resources: readonly SnapshotResource[], outputs: Properties): Client[] {
  const own = new Set(of(resources, "oidcClient").map(({ id }) => id));
  const ids = Object.values((outputs["nativeClientIds"] ?? {}) as Properties).map(text);
  return NATIVE_CLIENTS.filter(({ clientId }) => ids.includes(clientId) && !own.has(clientId)).map(
    ({ name, clientId }) => ({ name, id: clientId, kind: "app", how: undefined, access: OF_ANOTHER_STACK }),
  );
}

function placeOf(resources: readonly SnapshotResource[], outputs: Properties): Place {
  const container = resources.find(({ type }) => type === "docker:index/container:Container");
  if (container !== undefined) {
    const image = resources.find(({ type }) => type === "docker:index/remoteImage:RemoteImage");
    const [port] = list(container.outputs["ports"]) as { external?: unknown; ip?: unknown }[];
    return {
      kind: "docker",
      container: text(container.outputs["name"]),
      image: text(image?.outputs["name"]),
      port: port === undefined ? "" : hostAndPort(text(port.ip), text(port.external)),
      volumes: resources
        .filter(({ type }) => type === "docker:index/volume:Volume")
        .map((volume) => text(volume.outputs["name"])),
    };
  }
  const { directory } = (outputs["deployment"] ?? {}) as { directory?: unknown };
  return directory === undefined ? { kind: "unknown" } : { kind: "bundle", directory: text(directory) };
}

const of = (resources: readonly SnapshotResource[], handler: SnapshotResource["handler"]) =>
  resources.filter((resource) => resource.handler === handler);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
