import {
  NATIVE_CLIENTS,
  type NativeClientKey,
  type RoleKey,
  ROLES,
  WEB_CLIENT_NAME,
  webClient,
} from "@ocis-pocket-id/components";
import {
  givesValue,
  isFromLdap,
  type OidcClientWithGroups,
  type PocketId,
  type UserGroupObject,
} from "@ocis-pocket-id/providers/pocket-id";
import { type Chosen, findPeopleLeftOut, importMembers } from "./people";
import type { Part } from "./setup";

/** What is asked of Pocket ID. */
interface Question {
  /** `https://ocis.company.com`. */
  readonly ocisUrl: string;
  readonly issuer: string;
  readonly claimKey: string;
  /** The web client's ID. */
  readonly clientId: string;
  /** Whether the groups' people become members in the stack. */
  readonly members: boolean;
}

/** Reads groups, claims, clients, and members if asked. Only reads. @throws PocketIdError in one line */
export async function importPocketId(pocketId: PocketId, question: Question): Promise<Part[]> {
  const { issuer } = await pocketId.openIdConfiguration();
  const groups = chosenGroups(await pocketId.listGroups(), question);
  const client = await pocketId.findClient(question.clientId);
  return [
    issuer === question.issuer
      ? {}
      : {
          differences: [
            `oCIS's issuer is ${question.issuer}, and this Pocket ID's is ${issuer}: nobody can log in`,
          ],
        },
    importGroups(groups, question),
    importWebClient(client, question),
    await importNativeClients(pocketId, groups),
    question.members ? await importMembers(pocketId, groups) : {},
    // Who isn't in a group of a restricted client can't log in now either.
    client?.isGroupRestricted ? {} : await findPeopleLeftOut(pocketId, groups),
  ];
}

/** For each role the group with its claim; the guide's name goes before others. */
function chosenGroups(groups: readonly UserGroupObject[], { claimKey }: Question): Chosen[] {
  return ROLES.map((role) => {
    const has = ({ customClaims }: UserGroupObject) =>
      (customClaims ?? []).some(({ key, value }) => key === claimKey && givesValue(value, role.claimValue));
    const withClaim = groups.filter(has);
    const named = groups.find(({ name }) => name === role.groupName);
    const group = withClaim.find(({ name }) => name === role.groupName) ?? withClaim[0] ?? named;
    const others = withClaim.filter((one) => one !== group).map(({ name }) => name);
    return { role, others, ...(group && { group }) };
  });
}

function importGroups(chosen: readonly Chosen[], { claimKey }: Question): Part {
  const differences: string[] = [];
  const changes: string[] = [];
  const existing = new Map<RoleKey, string>();
  for (const { role, group, others } of chosen) {
    if (group === undefined) {
      differences.push(`no group has the claim ${claimKey} = ${role.claimValue}`);
      changes.push(`creates the group ${role.groupName}`);
      continue;
    }
    // A group with a name of its own isn't renamed, and one of LDAP can't be.
    if (group.name !== role.groupName || isFromLdap(group)) existing.set(role.key, group.name);
    else if (group.friendlyName !== role.friendlyName) {
      changes.push(
        `group ${group.name}: friendly name '${group.friendlyName}' becomes '${role.friendlyName}'`,
      );
    }
    const claim = group.customClaims?.find(({ key }) => key === claimKey);
    if (claim === undefined)
      differences.push(`group ${group.name} lacks the claim ${claimKey} = ${role.claimValue}`);
    if (others.length > 0) {
      differences.push(
        `${others.join(", ")} gives the role ${role.claimValue} too, and a role has one group: move its people to ` +
          `${group.name}, or they can't log in any more`,
      );
    }
  }
  return {
    ...(existing.size > 0 && { config: { existingGroups: Object.fromEntries(existing) } }),
    ...{ differences, changes },
  };
}

function importWebClient(client: OidcClientWithGroups | undefined, { clientId, ocisUrl }: Question): Part {
  if (client === undefined) {
    return { differences: [`Pocket ID has no client '${clientId}', so nobody can log in: it's created`] };
  }
  const { callbackUrls } = webClient(ocisUrl);
  const theirs = client.callbackURLs ?? [];
  const missing = callbackUrls.filter((url) => !theirs.includes(url));
  const gone = theirs.filter((url) => !callbackUrls.includes(url));
  return {
    config: client.name === WEB_CLIENT_NAME ? {} : { webClientName: client.name },
    differences: [
      ...(missing.length === 0 ? [] : [`the web client lacks the callback URLs ${missing.join(", ")}`]),
      ...(client.isPublic ? [] : ["the web client has a secret, and must be public"]),
    ],
    changes: [
      ...(client.logoutCallbackURLs?.length
        ? []
        : ["the web client gets the URL that logging out returns to"]),
      ...(gone.length === 0 ? [] : [`the web client loses the callback URLs ${gone.join(", ")}`]),
      ...(client.isGroupRestricted
        ? []
        : ["only people in the four groups can log in, now everybody in Pocket ID can"]),
    ],
  };
}

async function importNativeClients(pocketId: PocketId, chosen: readonly Chosen[]): Promise<Part> {
  const differences: string[] = [];
  const changes: string[] = [];
  const more: Partial<Record<NativeClientKey, string[]>> = {};
  let isShared = false;
  const ours = chosen.map(({ group }) => group?.id);
  for (const { key, clientId, name, callbackUrls } of NATIVE_CLIENTS) {
    const client = await pocketId.findClient(clientId);
    if (client === undefined) {
      differences.push(`the ${key} app has no client: '${name}' is created`);
      continue;
    }
    const theirs = client.callbackURLs ?? [];
    const extra = theirs.filter((url) => !callbackUrls.includes(url));
    if (extra.length > 0) more[key] = extra;
    const [guides = "", ...further] = callbackUrls;
    if (!theirs.includes(guides))
      differences.push(`the client of the ${key} app lacks the callback URL ${guides}`);
    const added = further.filter((url) => !theirs.includes(url));
    if (added.length > 0)
      changes.push(`the client of the ${key} app gets the callback URL ${added.join(", ")}`);
    if (!client.isPublic) differences.push(`the client of the ${key} app has a secret, and must be public`);
    if (!client.isGroupRestricted)
      changes.push(`the client of the ${key} app becomes one for the four groups only`);
    else if (client.allowedUserGroups?.some(({ id }) => !ours.includes(id)) === true) isShared = true;
  }
  return {
    config: {
      ...(Object.keys(more).length > 0 && { nativeCallbackUrls: more }),
      // Another oCIS, or another product, uses them too.
      ...(isShared && { nativeClients: "share" }),
    },
    ...{ differences, changes },
  };
}
