import * as pulumi from "@pulumi/pulumi";
import { createRequire } from "node:module";
import { isPassing } from "./core/look-ahead";
import { messageOf } from "./core/message";
import type * as pocketIdModule from "./pocket-id";
import type { PocketId } from "./pocket-id";
import { CONNECTION_KEYS } from "./pocket-id/connection";
import { UnexpectedAnswerError } from "./pocket-id/errors";
import { isFromLdap } from "./pocket-id/ldap";
import { ProgramError } from "./core/program-error";
import { PocketIdProvider } from "./provider";

// Loaded at the first look-up: until then a program can declare its connection, and the engine start its plugin.
const load = createRequire(__filename);
const open = (configuration: (key: string) => string | undefined) =>
  (load("./pocket-id") as typeof pocketIdModule).openPocketId(configuration);

/** What {@link getUserGroup} finds. */
export interface UserGroupResult {
  id: string;
  name: string;
  friendlyName: string;
  /** True when Pocket ID takes the group from LDAP, and its members and names are managed there. */
  fromLdap: boolean;
}

/** What {@link getUser} finds. */
export interface UserResult {
  id: string;
  username: string;
  /** Empty when the person has none. */
  email: string;
  displayName: string;
  isAdmin: boolean;
  disabled: boolean;
}

/** What {@link getOidcClient} finds. */
export interface OidcClientResult {
  /** The client ID. */
  id: string;
  name: string;
  callbackUrls: string[];
  isPublic: boolean;
  /** Whether only members of the allowed groups may log in. */
  restricted: boolean;
}

/**
 * The user group of exactly this technical name, over all pages. Nothing is changed.
 *
 * @throws ProgramError when there is none.
 * @example const admins = getUserGroup({ name: "ocisAdmin" });
 */
export function getUserGroup(
  args: { name: pulumi.Input<string> },
  opts?: pulumi.InvokeOptions,
): pulumi.Output<UserGroupResult> {
  return lookUp(args.name, opts, async (pocketId, name) => {
    const group = only(
      await pocketId.listGroups(),
      (candidate) => candidate.name === name,
      "user group",
      name,
      pocketId,
    );
    const { id, friendlyName } = group;
    return { id, name: group.name, friendlyName, fromLdap: isFromLdap(group) };
  });
}

/**
 * The person of exactly this username, over all pages. Nothing is changed.
 *
 * @throws ProgramError when there is none.
 */
export function getUser(
  args: { username: pulumi.Input<string> },
  opts?: pulumi.InvokeOptions,
): pulumi.Output<UserResult> {
  return lookUp(args.username, opts, async (pocketId, username) => {
    const user = only(
      await pocketId.listUsers(),
      (candidate) => candidate.username === username,
      "user",
      username,
      pocketId,
    );
    return {
      id: user.id,
      username: user.username,
      email: user.email ?? "",
      displayName: user.displayName ?? "",
      isAdmin: user.isAdmin,
      disabled: user.disabled ?? false,
    };
  });
}

/**
 * The OIDC client of exactly this name, over all pages. Nothing is changed.
 *
 * @throws ProgramError when there is none, or several (names of clients are not unique), which are listed.
 */
export function getOidcClient(
  args: { name: pulumi.Input<string> },
  opts?: pulumi.InvokeOptions,
): pulumi.Output<OidcClientResult> {
  return lookUp(args.name, opts, async (pocketId, name) => {
    const client = only(
      await pocketId.listClients(),
      (candidate) => candidate.name === name,
      "OIDC client",
      name,
      pocketId,
    );
    return {
      id: client.id,
      name: client.name,
      callbackUrls: client.callbackURLs ?? [],
      isPublic: client.isPublic,
      restricted: client.isGroupRestricted,
    };
  });
}

/**
 * Warns, at preview, of groups of others that give the same claim: whoever is in one of them and in one of ours gets one of
 * the two values. A server that is not there is passed over, as whatever needs it says so.
 */
export function warnOfSharedClaim(
  key: pulumi.Input<string>,
  ourGroups: pulumi.Input<readonly pulumi.Input<string>[]>,
  opts?: pulumi.InvokeOptions,
  resource?: pulumi.Resource,
): void {
  if (!pulumi.runtime.isDryRun()) return;
  const found = lookUp(key, opts, groupsWithClaim, []);
  pulumi.all([found, key, ourGroups]).apply(([claims, claim, ours]) => {
    const others = claims.filter(({ group }) => !ours.includes(group));
    if (others.length === 0) return;
    const list = others.map(({ group, value }) => `'${group}' (${value})`).join(", ");
    void pulumi.log.warn(
      `the claim '${claim}' is given by other groups too: ${list}. Pocket ID gives a person in several groups one value, by ` +
        "the groups' random IDs: set another claimKey, or see that nobody is in both",
      resource,
    );
  });
}

async function groupsWithClaim(pocketId: PocketId, key: string) {
  const groups = await pocketId.glanceAtGroups();
  return groups.flatMap(({ name, customClaims }) =>
    (customClaims ?? []).filter((claim) => claim.key === key).map(({ value }) => ({ group: name, value })),
  );
}

/** What {@link getOpenIdConfiguration} finds, in the specification's own names. */
export interface OpenIdConfigurationResult {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri: string;
  /** Empty when the server has none. */
  userinfo_endpoint: string;
  /** Empty when the server has none. */
  end_session_endpoint: string;
}

/**
 * Pocket ID's discovery document: issuer and endpoints. Source: OpenID Connect Discovery 1.0, section 3.
 *
 * @throws RunError when Pocket ID does not answer.
 */
export function getOpenIdConfiguration(
  opts?: pulumi.InvokeOptions,
): pulumi.Output<OpenIdConfigurationResult> {
  return lookUp("", opts, async (pocketId) => {
    const document = await pocketId.openIdConfiguration();
    return {
      issuer: document.issuer,
      authorization_endpoint: document.authorization_endpoint,
      token_endpoint: document.token_endpoint,
      jwks_uri: document.jwks_uri,
      userinfo_endpoint: document.userinfo_endpoint ?? "",
      end_session_endpoint: document.end_session_endpoint ?? "",
    };
  });
}

/**
 * The issuer, once Pocket ID was seen to call itself so: oCIS compares issuers letter by letter, and refuses every login when
 * they differ. A server that is not there, or is no Pocket ID, is a warning, since whatever else needs it will fail by itself.
 *
 * Another issuer is an error: at preview in a line of its own, at up by a ProgramError that keeps what needs it from being made.
 */
export function verifiedIssuer(
  issuer: pulumi.Input<string>,
  opts?: pulumi.InvokeOptions,
): pulumi.Output<string> {
  return lookUp(issuer, opts, async (pocketId, known) => {
    const named = await pocketId.openIdConfiguration().catch((error: unknown) => {
      if (!isPassing(error) && !(error instanceof UnexpectedAnswerError)) throw error;
      void pulumi.log.warn(`the issuer was not checked against Pocket ID: ${messageOf(error)}`);
      return undefined;
    });
    if (named === undefined || named.issuer === known) return known;
    const problem =
      `the issuer is '${known}', but Pocket ID at ${pocketId.url} calls itself '${named.issuer}': set issuer to that, or ` +
      "correct APP_URL of Pocket ID";
    if (!pulumi.runtime.isDryRun()) throw new Error(problem);
    void pulumi.log.error(problem);
    return known;
  });
}

/** @param otherwise what is found when the question fails; without it the program fails. */
function lookUp<T>(
  argument: pulumi.Input<string>,
  opts: pulumi.InvokeOptions | undefined,
  ask: (pocketId: PocketId, argument: string) => Promise<T>,
  otherwise?: T,
): pulumi.Output<T> {
  const settings = connectionOf(opts);
  return pulumi.output(argument).apply((known) => {
    const found = settings.apply(async (values) => {
      try {
        return await ask(
          open((key) => values[key]),
          known,
        );
      } catch (error) {
        if (otherwise !== undefined) return otherwise;
        throw new ProgramError(messageOf(error));
      }
    });
    // The key is a secret, but what a look-up finds with it is none; the argument may be one.
    return pulumi.unsecret(found);
  });
}

/** The connection that Pulumi's rules give: of the provider, of the parent, or of the stack. */
function connectionOf(opts: pulumi.InvokeOptions | undefined) {
  const candidates = [opts?.provider, opts?.parent?.getProvider("pulumi-nodejs:dynamic/pocketid:UserGroup")];
  const provider = candidates.find((one) => PocketIdProvider.isInstance(one));
  const stack = new pulumi.Config("pocketid");
  const configuration =
    provider?.configuration ??
    Object.fromEntries(
      Object.values(CONNECTION_KEYS).map((key) => [key, stack.getSecret(key.replace("pocketid:", ""))]),
    );
  return pulumi.output(configuration) as pulumi.Output<Record<string, string | undefined>>;
}

function only<T extends { id: string }>(
  candidates: readonly T[],
  matches: (candidate: T) => boolean,
  kind: string,
  name: string,
  { url }: PocketId,
): T {
  const [found, ...more] = candidates.filter(matches);
  if (found === undefined) throw new Error(`no ${kind} named '${name}' in Pocket ID at ${url}`);
  if (more.length === 0) return found;
  const ids = [found, ...more].map(({ id }) => id).join(", ");
  throw new Error(`several of that name: ${kind} '${name}' in Pocket ID at ${url} has the IDs ${ids}`);
}
