import { type Product, productOf } from "@ocis-pocket-id/components";
import { productIn } from "../stacks/subject";
import { componentsOf, type Properties, type SnapshotResource, type StackSnapshot } from "../stacks";
import { hostAndPort } from "@ocis-pocket-id/components/docker-host";

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

/** The contents of a stack's diagram, without secrets. */
export type Picture = ReturnType<typeof pictureOf>;

/** Groups, clients and oCIS in a stack's state. @throws Error if there is nothing to draw */
export function pictureOf(snapshot: StackSnapshot) {
  const { resources, name: stack } = snapshot;
  const component = componentsOf(resources)[0]?.outputs;
  const outputs = component ?? snapshot.outputs;
  const product = productOf(productIn(outputs));
  const groups = groupsOf(resources, outputs, product);
  const clients = clientsOf(resources, outputs, product);
  if (component === undefined && groups.length + clients.length === 0) {
    throw new Error(`stack '${stack}' has no groups, clients or oCIS to draw: run \`pulumi up\` first`);
  }
  return {
    stack,
    product: product.title,
    ocisUrl: text(outputs["ocisUrl"]),
    /** Pocket ID's public URL. */
    issuer: text(outputs["issuer"]) || (snapshot.connection?.["pocketid:url"] ?? ""),
    groups,
    clients,
    place: placeOf(resources, outputs),
  };
}

/** Sorts by the ID's place in this order, others last, and then by name. */
const inOrder =
  (order: readonly unknown[]) => (a: { id: string; name: string }, b: { id: string; name: string }) =>
    (order.indexOf(a.id) >>> 0) - (order.indexOf(b.id) >>> 0) || a.name.localeCompare(b.name);

/** In the order of the roles. */
function groupsOf(resources: readonly SnapshotResource[], component: Properties, { roles }: Product) {
  const ids = (component["groupIds"] ?? {}) as Properties;
  const groups = of(resources, "userGroup").map(({ id, outputs }) => ({ id, name: text(outputs["name"]) }));
  return groups.sort(inOrder(roles.map(({ key }) => ids[key]))).map(({ id, name }) => {
    const belonging = (handler: SnapshotResource["handler"]) =>
      of(resources, handler).filter((resource) => resource.outputs["groupId"] === id);
    const claims = belonging("customClaims").flatMap(({ outputs }) =>
      list(outputs["claims"]),
    ) as Properties[];
    const [members] = belonging("userGroupMembers").map(({ outputs }) => list(outputs["members"]).length);
    return {
      name,
      /** `roles = ocisAdmin`. */
      claims: claims.map(({ key, value }) => `${text(key)} = ${text(value)}`),
      /** Undefined if the stack doesn't manage them. */
      members,
    };
  });
}

/** The browser's first, then the apps', then all others. */
function clientsOf(
  resources: readonly SnapshotResource[],
  component: Properties,
  { nativeClients }: Product,
): Client[] {
  const webClientId = text(component["clientId"]);
  const groups = new Map(of(resources, "userGroup").map(({ id, outputs }) => [id, text(outputs["name"])]));
  const own = of(resources, "oidcClient").map(({ id, outputs }): Client => {
    const how = outputs["isPublic"] === true ? "public" : "confidential";
    return {
      name: text(outputs["name"]),
      id,
      kind: id === webClientId ? "browser" : "app",
      how: outputs["pkceEnabled"] === true ? `${how}, PKCE` : how,
      access: accessOf(outputs, groups),
    };
  });
  // The apps' clients of another stack, which our groups have joined.
  const used = Object.values((component["nativeClientIds"] ?? {}) as Properties);
  const others = nativeClients
    .filter(({ clientId }) => used.includes(clientId) && !own.some(({ id }) => id === clientId))
    .map(({ name, clientId }): Client => {
      return { name, id: clientId, kind: "app", how: undefined, access: OF_ANOTHER_STACK };
    });
  return [...own, ...others].sort(inOrder([webClientId, ...nativeClients.map(({ clientId }) => clientId)]));
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
