import { CONNECTION_KEYS } from "@ocis-pocket-id/providers/pocket-id";
import { stackOptions } from "./commands";
import { type HandlerName, handlerNameOf, HANDLERS, isInPocketId } from "./handlers";
import { type Hide, hiding } from "./hide";
import type { Project } from "./project";
import { opened, secretNames } from "./secrets";

/** Named values of a resource or a stack, every secret opened: for memory only, never to be printed as they are. */
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
  /**
   * What the program wanted, as `check` has normalised it, with the defaults that state leaves out where the resource is
   * ours. What only the engine and handlers need is left out.
   */
  readonly inputs: Properties;
  /** What was there when it was last written or refreshed; in all else the same. */
  readonly outputs: Properties;
  /** Names of inputs and outputs that hold a secret: their values must not be shown. */
  readonly secrets: ReadonlySet<string>;
  /** Name of the handler, for instance `userGroup`; undefined for a resource of another package. */
  readonly handler: HandlerName | undefined;
  /** Configuration of the resource's provider, see {@link StackSnapshot.connection}; empty for components. */
  readonly provider: ProviderConfiguration;
}

/**
 * The texts that a provider was configured with, by full key: `pocketid:url`, `pocketid:apiKey`. Docker's provider has
 * `host`. `readConnection((key) => configuration[key])` makes a connection of it, and takes the key from the environment
 * when it is not in here and the stack allows that.
 */
export type ProviderConfiguration = Readonly<Record<string, string>>;

/** The deployed state of one stack, opened in memory only. It is what the last `up` or `refresh` knew. */
export interface StackSnapshot {
  /** As `--stack` takes it. */
  readonly name: string;
  readonly project: string;
  /** What `pulumi` has to be told to work on this stack: `--stack company`. */
  readonly options: string;
  readonly outputs: Properties;
  /** In the order in which they were made. Empty for a stack that was never up, or is destroyed. */
  readonly resources: readonly SnapshotResource[];
  /**
   * How the stack reaches Pocket ID: the configuration of the provider of its first resource there. Undefined when it has
   * none. Resources of a program with several Pocket IDs each have theirs, see {@link SnapshotResource.provider}.
   */
  readonly connection: ProviderConfiguration | undefined;
  /** Whether a provider in state has the API key in clear. */
  readonly hasKeyInClear: boolean;
  /** Hides in a text what the state has as a secret: for all that is printed of this stack. */
  readonly hide: Hide;
}

/**
 * Reads one stack from its backend, without running its program. About 0.2 s for a local backend.
 *
 * @throws Error in one line: no such stack, no login to the backend, a wrong passphrase.
 */
export async function readSnapshot(project: Project, stack: string): Promise<StackSnapshot> {
  const { resources: entries = [] } = await project.exportState(stack);
  const providers = new Map<string, ProviderConfiguration>(
    entries
      .filter(({ type }) => type.startsWith("pulumi:providers:"))
      .map(({ urn, id = "", inputs = {} }) => [`${urn}::${id}`, texts(inputs)]),
  );
  // Objects that wait for their deletion after a failed replacement are not what the stack is made of.
  const current = entries.filter((entry) => entry.delete !== true);
  const resources = current.map((entry) => resourceOf(entry, providers));
  return {
    name: stack,
    project: project.name,
    options: stackOptions(project.directory, stack),
    outputs: resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {},
    resources,
    connection: resources.find(({ handler }) => isInPocketId(handler))?.provider,
    hasKeyInClear: entries.some(
      ({ type, inputs = {} }) =>
        type.startsWith("pulumi:providers:") && typeof inputs[CONNECTION_KEYS.apiKey] === "string",
    ),
    hide: hiding(entries),
  };
}

/** A resource as `pulumi stack export` writes it. */
export interface StateEntry {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  /** URN and ID of the provider. */
  readonly provider?: string;
  readonly delete?: boolean;
}

function resourceOf(
  { urn, type, id = "", inputs = {}, outputs = {}, provider = "" }: StateEntry,
  providers: ReadonlyMap<string, ProviderConfiguration>,
): SnapshotResource {
  const handler = handlerNameOf(inputs["__provider"]);
  const read = (properties: Properties): Properties => {
    const known = withoutProvider(opened(properties) as Properties);
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
    provider: providers.get(provider) ?? {},
  };
}

function withoutProvider(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith("__")));
}

/** A provider's inputs are texts, as those of a stack's configuration are; whatever is not is no configuration of ours. */
function texts(inputs: Properties): ProviderConfiguration {
  const known = Object.entries(opened(inputs) as Properties);
  return Object.fromEntries(known.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
