import {
  ocisEnvironment,
  type Product,
  type ProductKey,
  productOf,
  PRODUCTS,
  webClient,
} from "@ocis-pocket-id/components";
import type { ask } from "@ocis-pocket-id/components/kubernetes";
import {
  componentsOf,
  type ProviderConfiguration,
  type SnapshotResource,
  type StackSnapshot,
  textsOf,
} from "./snapshot";

type Environment = Readonly<Record<string, string>>;
type EnvironmentArgs = Parameters<typeof ocisEnvironment>[0];

/** One oCIS with Pocket ID logins, as a stack's state expects it. */
export interface Subject {
  /** What runs. @default "ocis" */
  readonly product?: ProductKey;
  /** Pocket ID's public URL, as oCIS has it. */
  readonly issuer: string;
  /** `https://ocis.company.com`, without a final slash. */
  readonly ocisUrl: string;
  /** The claim that carries the role. */
  readonly claimKey: string;
  /** The claim by which oCIS identifies people; undefined if state doesn't have it. */
  readonly identityClaim: string | undefined;
  readonly groups: readonly ExpectedGroup[];
  readonly webClient: ExpectedClient;
  readonly nativeClients: readonly ExpectedClient[];
  /** The connection to Pocket ID. */
  readonly configuration: ProviderConfiguration;
  /** All variables of oCIS in state. @default none */
  readonly environment?: Environment;
  /** The container; undefined if it can't be read. */
  readonly container?: ContainerFacts | undefined;
  /** Variables that the program sets to another value than this package. @default none */
  readonly overridden?: readonly Overridden[];
}

/** The container of oCIS as Docker has it, or its pod. */
export interface ContainerFacts {
  readonly name: string;
  /** What only a pod of Kubernetes has. @default a container of Docker */
  readonly pod?: {
    readonly namespace: string;
    /** What oCIS answers inside, when asked for its discovery document. */
    readonly discovery: Awaited<ReturnType<typeof ask>>;
  };
  readonly environment: Environment;
  /** Whether oCIS has logged that ocis.yaml lacks a setting that this version needs. */
  readonly lacksSettings: boolean;
  /** Where oCIS keeps files: `ext4`, `nfs4`; undefined if it couldn't be read. */
  readonly dataFileSystem: string | undefined;
}

/** A variable of ours that the program overrides. */
export interface Overridden {
  readonly name: string;
  /** The value that this package would set. */
  readonly ours: string;
  /** Undefined if it is a secret. */
  readonly value: string | undefined;
}

/** The group of one role. */
export interface ExpectedGroup {
  readonly id: string;
  /** The technical name, or the role's if state has none. */
  readonly name: string;
  readonly claimValue: string;
}

/** A client that logins need. */
export interface ExpectedClient {
  /** `web client`. */
  readonly label: string;
  readonly id: string;
  readonly callbackUrls: readonly string[];
  /** Empty for apps, which don't return. */
  readonly logoutCallbackUrls: readonly string[];
  /** Whether only this stack's groups should be allowed; false for apps that several stacks share. */
  readonly exclusive: boolean;
  /** The inputs that the stack manages. @default none: it belongs to another stack */
  readonly managed?: SnapshotResource["inputs"];
}

type State = Pick<StackSnapshot, "resources">;

/** Every oCIS of a stack: one in most stacks, none in one that was never up. */
export function subjectsOf(state: State): Subject[] {
  return componentsOf(state.resources).flatMap(({ outputs }) => {
    const { ocisUrl, issuer, clientId } = outputs;
    // After an incomplete `up` the component has no outputs.
    if (!isText(ocisUrl) || !isText(issuer) || !isText(clientId)) return [];
    return [subject(state, { ocisUrl, issuer, clientId }, outputs)];
  });
}

function subject(
  { resources }: State,
  { ocisUrl, issuer, clientId }: { ocisUrl: string; issuer: string; clientId: string },
  outputs: SnapshotResource["outputs"],
): Subject {
  const product = productOf(productIn(outputs));
  const groupIds = textsOf(outputs["groupIds"]);
  const clientOf = (id: string) =>
    resources.find((resource) => resource.handler === "oidcClient" && resource.id === id);
  const nativeIds = Object.values(textsOf(outputs["nativeClientIds"]));
  const secrets = textsOf(outputs["secretEnvironment"]);
  const environment = { ...textsOf(outputs["environment"]), ...secrets };
  const claimKey =
    claimKeyOf(resources, Object.values(groupIds), product) ??
    environment["PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM"] ??
    product.claimKey;
  const own = ownEnvironment({ product: product.key, ocisUrl, issuer, clientId, claimKey }, environment);
  const { callbackUrls, logoutCallbackUrls } = webClient(ocisUrl, product);
  return {
    ...{ product: product.key, issuer, ocisUrl, claimKey },
    identityClaim: environment["PROXY_USER_OIDC_CLAIM"],
    groups: Object.entries(groupIds).map(([role, id]) => groupOf(resources, role, id, product)),
    webClient: {
      label: "web client",
      id: clientId,
      callbackUrls,
      logoutCallbackUrls,
      exclusive: true,
      ...managedOf(clientOf(clientId)),
    },
    nativeClients: product.nativeClients
      .filter((app) => nativeIds.includes(app.clientId))
      .map((app) => {
        const client = clientOf(app.clientId);
        return {
          label: `client of the ${APPS[app.key]} app`,
          id: app.clientId,
          callbackUrls: callbacksOf(client) ?? app.callbackUrls,
          logoutCallbackUrls: [],
          // Another stack's client, which our groups have joined, isn't in state, and neither is the default.
          exclusive: client !== undefined && client.inputs["allowedUserGroupsMode"] !== "include",
          ...managedOf(client),
        };
      }),
    configuration: clientOf(clientId)?.provider ?? {},
    environment,
    overridden: Object.entries(own).flatMap(([name, ours]) => {
      const value = environment[name];
      // State doesn't contain the claim that this package would set.
      if (value === undefined || value === ours || name === "PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM") return [];
      return [{ name, ours, value: name in secrets ? undefined : value }];
    }),
  };
}

const APPS = { desktop: "desktop", ios: "iOS", android: "Android" } as const;

/** Including those that the stack adds. */
function callbacksOf(client: SnapshotResource | undefined): string[] | undefined {
  const urls: unknown = client?.inputs["callbackUrls"];
  return Array.isArray(urls) && urls.every(isText) ? urls : undefined;
}

/** Without secrets, so that nothing prints them. */
function managedOf(client: SnapshotResource | undefined): Pick<ExpectedClient, "managed"> {
  if (client === undefined) return {};
  const { inputs, secrets } = client;
  return { managed: Object.fromEntries(Object.entries(inputs).filter(([name]) => !secrets.has(name))) };
}

function groupOf(resources: State["resources"], role: string, id: string, { roles }: Product): ExpectedGroup {
  const made = resources.find((resource) => resource.handler === "userGroup" && resource.id === id);
  const name = made?.outputs["name"];
  const claimValue = roles.find(({ key }) => key === role)?.claimValue ?? role;
  return { id, name: isText(name) ? name : `of role ${role}`, claimValue };
}

/** The key of the groups' claim, which is the same for all; undefined if state has none. */
function claimKeyOf(
  resources: State["resources"],
  groupIds: readonly string[],
  { roles }: Product,
): string | undefined {
  const values = roles.map(({ claimValue }) => claimValue);
  for (const { handler, inputs } of resources) {
    if (handler !== "customClaims" || !groupIds.includes(String(inputs["groupId"]))) continue;
    const claims = (inputs["claims"] ?? []) as readonly { key?: unknown; value?: unknown }[];
    const ours = claims.find(({ value }) => isText(value) && values.includes(value));
    if (isText(ours?.key)) return ours.key;
  }
  return undefined;
}

/** The product of a component; its state has none for oCIS. */
export function productIn({ product }: SnapshotResource["outputs"]): ProductKey {
  return isText(product) && product in PRODUCTS ? (product as ProductKey) : "ocis";
}

/** The product that reads these variables. */
const productWith = (set: Environment): ProductKey => ("OC_URL" in set ? "opencloud" : "ocis");

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/**
 * The variables of an oCIS as this package sets them, without those that a program adds or overrides.
 *
 * @param facts undefined for a program that uses only a target: then an address with only scheme and host counts as ours
 * @param set all variables in state
 */
export function ownEnvironment(
  facts: Omit<EnvironmentArgs, "tls" | "identityClaim"> | undefined,
  set: Environment,
): Environment {
  const product = facts?.product ?? productWith(set);
  const { prefix } = productOf(product);
  const [ocisUrl, issuer] = ["URL", "OIDC_ISSUER"].map((name) => originOf(set[`${prefix}_${name}`] ?? ""));
  const alone = { product, ocisUrl: ocisUrl ?? "", issuer: issuer ?? "", clientId: "", claimKey: "" };
  return ocisEnvironment({
    ...(facts ?? alone),
    // State has these only here, and each has two values.
    tls: set["PROXY_TLS"] === "true",
    identityClaim: set["PROXY_USER_OIDC_CLAIM"] === "sub" ? "sub" : "preferred_username",
    audience: set["PROXY_OIDC_ACCESS_TOKEN_VERIFY_AUD"]?.split(","),
  });
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : "");
