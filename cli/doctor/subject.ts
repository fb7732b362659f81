import { DEFAULT_CLAIM_KEY, NATIVE_CLIENTS, ROLES, webClient } from "@ocis-pocket-id/components";
import type { ContainerFacts } from "./facts";
import { ownEnvironment } from "./own-environment";
import {
  componentsOf,
  type ProviderConfiguration,
  type SnapshotResource,
  type StackSnapshot,
} from "../stacks";

/** One oCIS with Pocket ID logins, as a stack's state says that it should be. */
export interface Subject {
  /** Pocket ID's public URL, as oCIS was told. */
  readonly issuer: string;
  /** `https://ocis.company.com`, without a final slash. */
  readonly ocisUrl: string;
  /** The claim that carries the role. */
  readonly claimKey: string;
  /** The claim by which oCIS tells people apart; undefined when state does not say. */
  readonly identityClaim: string | undefined;
  readonly groups: readonly ExpectedGroup[];
  readonly webClient: ExpectedClient;
  readonly nativeClients: readonly ExpectedClient[];
  /** How Pocket ID is reached. */
  readonly configuration: ProviderConfiguration;
  /** All variables that state gives oCIS. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** The container; undefined if it can't be looked at. */
  readonly container?: ContainerFacts | undefined;
  /** Variables to which the program gives another value than this package does. @default none */
  readonly overridden?: readonly Overridden[];
}

/** A variable of ours with another value. */
export interface Overridden {
  readonly name: string;
  /** What this package would set. */
  readonly ours: string;
  /** Undefined when state has it as a secret. */
  readonly value: string | undefined;
}

/** The group of one role. */
export interface ExpectedGroup {
  readonly id: string;
  /** The technical name, or the role's where state has no name. */
  readonly name: string;
  readonly claimValue: string;
}

/** A client that logins need. */
export interface ExpectedClient {
  /** In words: `web client`. */
  readonly label: string;
  readonly id: string;
  readonly callbackUrls: readonly string[];
  /** Empty for apps, which do not come back. */
  readonly logoutCallbackUrls: readonly string[];
  /** Whether only this stack's groups are to be allowed; false for apps that several stacks share. */
  readonly exclusive: boolean;
  /** What the stack manages of it. @default nothing, as it is another stack's */
  readonly managed?: SnapshotResource["inputs"];
}

type State = Pick<StackSnapshot, "resources">;

/** Every oCIS of a stack: one in most stacks, none in one that was never up. */
export function subjectsOf(state: State): Subject[] {
  return componentsOf(state.resources).flatMap(({ outputs }) => {
    const { ocisUrl, issuer, clientId } = outputs;
    // An `up` that stopped half-way has a component without outputs.
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
    // State does not say what claim was meant.
    if (value === undefined || value === ours || name === "PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM") return [];
    return [{ name, ours, value: secret.has(name) ? undefined : value }];
  });
}

/** A client of another stack, which our groups joined, is not in state; the default is not kept there. */
function isExclusive(client: SnapshotResource | undefined): boolean {
  return client !== undefined && client.inputs["allowedUserGroupsMode"] !== "include";
}

/** With those that the stack adds. */
function callbacksOf(client: SnapshotResource | undefined): string[] | undefined {
  const urls: unknown = client?.inputs["callbackUrls"];
  return Array.isArray(urls) && urls.every(isText) ? urls : undefined;
}

/** Secrets are compared nowhere, so that nothing prints them. */
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

/** The key of the claim that the groups were given; all have the same. Undefined when state has no claim of theirs. */
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
