import { isDeepStrictEqual } from "node:util";
import type { Properties, SnapshotResource } from "../../stacks";
import { type Change, isShouldBe, listChanges, shown } from "../finding";
import type { Names } from "../names";

/** The name that the program gives, and the ID, which tells clients of the same name apart. */
export function object({ id, inputs }: SnapshotResource): string {
  return `client ${String(inputs["name"])} (${id.length > 24 ? `${id.slice(0, 8)}…` : id})`;
}

export function changes({ inputs }: SnapshotResource, live: Properties, names: Names): Change[] {
  return (
    Object.keys(inputs)
      .filter((field) => field in live && !NOT_COMPARED.has(field))
      .filter((field) => !isDeepStrictEqual(live[field], inputs[field]))
      // Pocket ID empties the list of a client that is made unrestricted: that is no second edit.
      .filter((field) => field !== "allowedUserGroupIds" || live["restricted"] === inputs["restricted"])
      .flatMap((field) =>
        wordsFor(field, live[field], inputs[field], names).map((words) => ({ field, words })),
      )
  );
}

/** They steer us, and are no part of the client. */
const NOT_COMPARED: ReadonlySet<string> = new Set([
  "adopt",
  "allowNobody",
  "allowedUserGroupsMode",
  "defaultClientId",
  "deleteAdopted",
  "server",
]);

function wordsFor(field: string, is: unknown, should: unknown, names: Names): string[] {
  switch (field) {
    case "callbackUrls":
      return entries("callback", is, should);
    case "logoutCallbackUrls":
      return entries("logout callback", is, should);
    case "isPublic":
      return [
        is === false ? "was made confidential, should be public" : "was made public, should be confidential",
      ];
    case "restricted":
      return [
        is === false
          ? "was made unrestricted: everybody may log in, not only its groups"
          : "was restricted to groups, should be open to everybody",
      ];
    case "allowedUserGroupIds":
      return allowedGroups(is, should, names);
    default:
      return [isShouldBe(FIELDS[field] ?? field, is, should)];
  }
}

const FIELDS: Readonly<Record<string, string>> = {
  pkceEnabled: "PKCE (pkceEnabled)",
  launchUrl: "launch URL",
  federatedIdentities: "list of federated identities",
};

function entries(what: string, is: unknown, should: unknown): string[] {
  const { added, removed } = listChanges(is as string[], should as string[]);
  return [
    ...removed.map((url) => `${what} ${shown(url)} was removed`),
    ...added.map((url) => `${what} ${shown(url)} was added`),
  ];
}

function allowedGroups(is: unknown, should: unknown, names: Names): string[] {
  const { added, removed } = listChanges(is as string[], should as string[]);
  return [
    ...removed.map((id) => `group ${shown(names.group(id))} was taken off the list of those who may log in`),
    ...added.map((id) => `group ${shown(names.group(id))} was put on the list of those who may log in`),
  ];
}
