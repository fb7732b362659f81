import type * as pulumi from "@pulumi/pulumi";
import { lookUp } from "./look-up";
import type { PocketId } from "./pocket-id";
import { didYouMeanGroup, didYouMeanPerson, hasName, isFromLdap } from "./pocket-id/names";

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
    const groups = await pocketId.listGroups();
    const isNamed = (candidate: (typeof groups)[number]) => hasName(candidate, name);
    const group = only(groups, isNamed, "user group", name, pocketId, didYouMeanGroup(groups, name));
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
    const users = await pocketId.listUsers();
    const isNamed = (candidate: (typeof users)[number]) => candidate.username === username;
    const user = only(users, isNamed, "user", username, pocketId, didYouMeanPerson(users, username));
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

function only<T extends { id: string }>(
  candidates: readonly T[],
  matches: (candidate: T) => boolean,
  kind: string,
  name: string,
  { url }: PocketId,
  hint = "",
): T {
  const [found, ...more] = candidates.filter(matches);
  if (found === undefined) throw new Error(`no ${kind} named '${name}' in Pocket ID at ${url}${hint}`);
  if (more.length === 0) return found;
  const ids = [found, ...more].map(({ id }) => id).join(", ");
  throw new Error(`several of that name: ${kind} '${name}' in Pocket ID at ${url} has the IDs ${ids}`);
}
