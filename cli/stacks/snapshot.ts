import { CONNECTION_KEYS } from "@ocis-pocket-id/providers/pocket-id";
import { type HandlerName, handlerNameOf, HANDLERS, isInPocketId } from "./handlers";
import { type Project, stackOptions, type StateEntry } from "./project";
import { type Hide, hiding, opened, secretNames } from "./secrets";

/** Named values of a resource or a stack with all secrets opened: never printed as they are. */
export type Properties = Readonly<Record<string, unknown>>;

/** One resource as the last `up` left it in state. */
export interface SnapshotResource {
  readonly urn: string;
  /** `pulumi-nodejs:dynamic/pocketid:UserGroup`, `docker:index/container:Container`. */
  readonly type: string;
  /** Logical name, the last part of the URN: `ocis-admin`. */
  readonly name: string;
  /** The provider's ID of the object; empty for components. */
  readonly id: string;
  /** As `check` normalised them, with the defaults that state leaves out, and without what only the engine needs. */
  readonly inputs: Properties;
  /** As last written or refreshed, otherwise like `inputs`. */
  readonly outputs: Properties;
  /** Names of inputs and outputs that contain a secret: their values must not be shown. */
  readonly secrets: ReadonlySet<string>;
  /** Name of the handler, for instance `userGroup`; undefined for a resource of another package. */
  readonly handler: HandlerName | undefined;
  /** Configuration of the resource's provider, see {@link StackSnapshot.connection}; empty for components. */
  readonly provider: ProviderConfiguration;
}

/**
 * The configuration of a provider by full key: `pocketid:url`, `pocketid:apiKey`, or `host` of Docker's. For a connection, pass it
 * to `readConnection((key) => configuration[key])`, which can take a missing API key from the environment.
 */
export type ProviderConfiguration = Readonly<Record<string, string>>;

/** The state of one stack as the last `up` or `refresh` left it, opened in memory only. */
export interface StackSnapshot {
  /** As `--stack` takes it. */
  readonly name: string;
  readonly project: string;
  /** The options with which `pulumi` works on this stack: `--stack company`. */
  readonly options: string;
  readonly outputs: Properties;
  /** In the order of their creation. Empty for a stack that was never up, or is destroyed. */
  readonly resources: readonly SnapshotResource[];
  /**
   * How the stack reaches Pocket ID: the provider configuration of its first resource there; undefined without one. In a program
   * with several Pocket IDs each resource has its own, see {@link SnapshotResource.provider}.
   */
  readonly connection: ProviderConfiguration | undefined;
  /** Whether state has an API key in clear. */
  readonly hasKeyInClear: boolean;
  /** Hides the secrets of this state in a text; applied to everything printed about this stack. */
  readonly hide: Hide;
}

/**
 * Reads one stack from its backend, without running its program. About 0.2 s for a local backend.
 *
 * @throws Error in one line: no such stack, no login to the backend, a wrong passphrase.
 */
export async function readSnapshot(project: Project, stack: string): Promise<StackSnapshot> {
  const entries = await project.exportState(stack);
  const providers = entries.filter(({ type }) => type.startsWith("pulumi:providers:"));
  const configurations = new Map(
    providers.map(({ urn, id = "", inputs }) => [`${urn}::${id}`, textsOf(opened(inputs))]),
  );
  // Objects that wait for deletion after a failed replacement aren't part of the stack.
  const current = entries.filter((entry) => entry.delete !== true);
  const resources = current.map((entry) => resourceOf(entry, configurations));
  return {
    name: stack,
    project: project.name,
    options: stackOptions(project.directory, stack),
    outputs: resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {},
    resources,
    connection: resources.find(({ handler }) => isInPocketId(handler))?.provider,
    hasKeyInClear: providers.some(({ inputs }) => typeof inputs?.[CONNECTION_KEYS.apiKey] === "string"),
    hide: hiding(entries),
  };
}

/** Every oCIS with Pocket ID logins of a stack: one in most stacks, none in one that was never up. */
export const componentsOf = (resources: readonly SnapshotResource[]): SnapshotResource[] =>
  resources.filter(({ type }) => type === "ocis-pocket-id:index:OcisWithPocketId");

function resourceOf(
  { urn, type, id = "", inputs = {}, outputs = {}, provider = "" }: StateEntry,
  configurations: ReadonlyMap<string, ProviderConfiguration>,
): SnapshotResource {
  const handler = handlerNameOf(inputs["__provider"]);
  const read = (properties: Properties): Properties => {
    const all = Object.entries(opened(properties) as Properties);
    const known = Object.fromEntries(all.filter(([key]) => !key.startsWith("__")));
    return handler === undefined ? known : HANDLERS[handler].filled(known);
  };
  return {
    urn,
    type,
    name: urn.slice(urn.lastIndexOf("::") + 2),
    id,
    inputs: read(inputs),
    outputs: read(outputs),
    secrets: new Set([...secretNames(inputs), ...secretNames(outputs)]),
    handler,
    provider: configurations.get(provider) ?? {},
  };
}

/** The texts among named values. A provider's configuration consists of texts, as a stack's does. */
export function textsOf(values: unknown): Record<string, string> {
  const known = typeof values === "object" && values !== null ? Object.entries(values) : [];
  return Object.fromEntries(known.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
