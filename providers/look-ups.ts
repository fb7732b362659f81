import type * as pulumi from "@pulumi/pulumi";
import { lookUp } from "./look-up";
import type { PocketId } from "./pocket-id";
import { didYouMeanGroup, didYouMeanPerson, hasName, isFromLdap } from "./pocket-id/names";

/** What {@link getUserGroup} finds. */
export interface UserGroupResult {
  id: string;
  name: string;
  friendlyName: string;
  /** Whether the group comes from LDAP, where its members and names are managed. */
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
 * The user group with exactly this technical name. Changes nothing.
 *
 * @throws ProgramError when there is none.
 * @example const admins = getUserGroup({ name: "ocisAdmin" });
 */
export function getUserGroup(
  args: { name: pulumi.Input<string> },
  opts?: pulumi.InvokeOptions,
): pulumi.Output<UserGroupResult> {
  return lookUp(args.name, opts, async (pocketId, wanted) => {
    const groups = await pocketId.listGroups();
    const found = groups.filter((group) => hasName(group, wanted));
    const group = only(found, "user group", wanted, pocketId, didYouMeanGroup(groups, wanted));
    return { id: group.id, name: group.name, friendlyName: group.friendlyName, fromLdap: isFromLdap(group) };
  });
}

/**
 * The person with exactly this username. Changes nothing.
 *
 * @throws ProgramError when there is none.
 */
export function getUser(
  args: { username: pulumi.Input<string> },
  opts?: pulumi.InvokeOptions,
): pulumi.Output<UserResult> {
  return lookUp(args.username, opts, async (pocketId, wanted) => {
    const users = await pocketId.listUsers();
    const found = users.filter(({ username }) => username === wanted);
    const user = only(found, "user", wanted, pocketId, didYouMeanPerson(users, wanted));
    const { id, username, email, displayName, isAdmin, disabled } = user;
    const texts = { email: email ?? "", displayName: displayName ?? "" };
    return { id, username, ...texts, isAdmin, disabled: disabled ?? false };
  });
}

/**
 * The OIDC client with exactly this name. Changes nothing.
 *
 * @throws ProgramError when there is none, or several (names of clients are not unique), which are listed.
 */
export function getOidcClient(
  args: { name: pulumi.Input<string> },
  opts?: pulumi.InvokeOptions,
): pulumi.Output<OidcClientResult> {
  return lookUp(args.name, opts, async (pocketId, wanted) => {
    const clients = await pocketId.listClients();
    const found = clients.filter(({ name }) => name === wanted);
    const { id, name, callbackURLs, isPublic, isGroupRestricted } = only(
      found,
      "OIDC client",
      wanted,
      pocketId,
    );
    return { id, name, callbackUrls: callbackURLs ?? [], isPublic, restricted: isGroupRestricted };
  });
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
    const { issuer, authorization_endpoint, token_endpoint, jwks_uri, ...others } =
      await pocketId.openIdConfiguration();
    const { userinfo_endpoint = "", end_session_endpoint = "" } = others;
    const endpoints = { authorization_endpoint, token_endpoint, userinfo_endpoint, end_session_endpoint };
    return { issuer, jwks_uri, ...endpoints };
  });
}

/** @param found those of the name */
function only<T extends { id: string }>(
  found: readonly T[],
  kind: string,
  name: string,
  { url }: PocketId,
  hint = "",
): T {
  const [first, ...more] = found;
  if (first === undefined) throw new Error(`no ${kind} named '${name}' in Pocket ID at ${url}${hint}`);
  if (more.length === 0) return first;
  const ids = found.map(({ id }) => id).join(", ");
  throw new Error(`several have that name: ${kind} '${name}' in Pocket ID at ${url} has the IDs ${ids}`);
}
