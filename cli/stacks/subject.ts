import {
  DEFAULT_CLAIM_KEY,
  NATIVE_CLIENTS,
  ocisEnvironment,
  ROLES,
  webClient,
} from "@ocis-pocket-id/components";
import {
  componentsOf,
  type ProviderConfiguration,
  type SnapshotResource,
  type StackSnapshot,
} from "./snapshot";

type Environment = Readonly<Record<string, string>>;

/** One oCIS with Pocket ID logins, as a stack's state expects it. */
export interface Subject {
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
  readonly environment?: Readonly<Record<string, string>>;
  /** The container; undefined if it can't be read. */
  readonly container?: ContainerFacts | undefined;
  /** Variables that the program sets to another value than this package. @default none */
  readonly overridden?: readonly Overridden[];
}

/** The container of oCIS as Docker has it. */
export interface ContainerFacts {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
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
  state: State,
  { ocisUrl, issuer, clientId }: { ocisUrl: string; issuer: string; clientId: string },
  outputs: SnapshotResource["outputs"],
): Subject {
  const groupIds = textsOf(outputs["groupIds"]);
  const clients = state.resources.filter(({ handler }) => handler === "oidcClient");
  const clientOf = (id: string) => clients.find((resource) => resource.id === id);
  const { callbackUrls, logoutCallbackUrls } = webClient(ocisUrl);
  const nativeIds = Object.values(textsOf(outputs["nativeClientIds"]));
  const variables = variablesOf(outputs);
  const claimKey =
    claimKeyOf(state, Object.values(groupIds)) ??
    variables.values["PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM"] ??
    DEFAULT_CLAIM_KEY;
  return {
    issuer,
    ocisUrl,
    claimKey,
    identityClaim: variables.values["PROXY_USER_OIDC_CLAIM"],
    groups: Object.entries(groupIds).map(([role, id]) => groupOf(state, role, id)),
    webClient: {
      label: "web client",
      id: clientId,
      callbackUrls,
      logoutCallbackUrls,
      exclusive: true,
      ...managedOf(clientOf(clientId)),
    },
    nativeClients: NATIVE_CLIENTS.filter((app) => nativeIds.includes(app.clientId)).map((app) => ({
      label: `client of the ${APPS[app.key]} app`,
      id: app.clientId,
      callbackUrls: callbacksOf(clientOf(app.clientId)) ?? app.callbackUrls,
      logoutCallbackUrls: [],
      exclusive: isExclusive(clientOf(app.clientId)),
      ...managedOf(clientOf(app.clientId)),
    })),
    configuration: clientOf(clientId)?.provider ?? {},
    environment: variables.values,
    overridden: overriddenIn(
      variables,
      ownEnvironment({ ocisUrl, issuer, clientId, claimKey }, variables.values),
    ),
  };
}

/** The variables of an oCIS. */
interface Variables {
  readonly values: Readonly<Record<string, string>>;
  /** Names of those that are secret. */
  readonly secret: ReadonlySet<string>;
}

function overriddenIn({ values, secret }: Variables, own: Readonly<Record<string, string>>): Overridden[] {
  return Object.entries(own).flatMap(([name, ours]) => {
    const value = values[name];
    // State doesn't contain the claim that this package would set.
    if (value === undefined || value === ours || name === "PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM") return [];
    return [{ name, ours, value: secret.has(name) ? undefined : value }];
  });
}

/** Another stack's client, which our groups have joined, isn't in state, and neither is the default. */
function isExclusive(client: SnapshotResource | undefined): boolean {
  return client !== undefined && client.inputs["allowedUserGroupsMode"] !== "include";
}

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

const APPS = { desktop: "desktop", ios: "iOS", android: "Android" } as const;

function groupOf({ resources }: State, role: string, id: string): ExpectedGroup {
  const made = resources.find((resource) => resource.handler === "userGroup" && resource.id === id);
  const name = made?.outputs["name"];
  const claimValue = ROLES.find(({ key }) => key === role)?.claimValue ?? role;
  return { id, name: isText(name) ? name : `of role ${role}`, claimValue };
}

/** The key of the groups' claim, which is the same for all; undefined if state has none. */
function claimKeyOf({ resources }: State, groupIds: readonly string[]): string | undefined {
  const values = ROLES.map(({ claimValue }) => claimValue);
  for (const { handler, inputs } of resources) {
    if (handler !== "customClaims" || !groupIds.includes(String(inputs["groupId"]))) continue;
    const claims = (inputs["claims"] ?? []) as readonly { key?: unknown; value?: unknown }[];
    const ours = claims.find(({ value }) => isText(value) && values.includes(value));
    if (isText(ours?.key)) return ours.key;
  }
  return undefined;
}

function variablesOf(component: SnapshotResource["outputs"]): Variables {
  const { environment, secretEnvironment } = component;
  const secret = textsOf(secretEnvironment);
  return { values: { ...textsOf(environment), ...secret }, secret: new Set(Object.keys(secret)) };
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => isText(entry[1])),
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** What determines the variables of an oCIS. */
interface OwnFacts {
  readonly ocisUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly claimKey: string;
}

/**
 * The variables of an oCIS as this package sets them, without those that a program adds or overrides.
 *
 * @param facts undefined for a program that uses only a target: then an address with only scheme and host counts as ours
 * @param set all variables in state
 */
export function ownEnvironment(facts: OwnFacts | undefined, set: Environment): Environment {
  const { OCIS_URL: ocisUrl = "", OCIS_OIDC_ISSUER: issuer = "" } = set;
  const alone = { ocisUrl: originOf(ocisUrl), issuer: originOf(issuer), clientId: "", claimKey: "" };
  return ocisEnvironment({
    ...(facts ?? alone),
    // State has these only here, and each has two values.
    tls: set["PROXY_TLS"] === "true",
    identityClaim: set["PROXY_USER_OIDC_CLAIM"] === "sub" ? "sub" : "preferred_username",
  });
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : "");
