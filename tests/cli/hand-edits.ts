import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type CompanyByHand, DESKTOP, IOS, WEB } from "./company-by-hand";

/** One thing that somebody does by hand. */
export interface Edit {
  /** In words of the one who does it. */
  readonly name: string;
  readonly make: (by: CompanyByHand) => unknown;
  /** Every line that must be found, and no other. */
  readonly found: (by: CompanyByHand) => string[];
  /** @default what is still there is written back as it was */
  readonly undo?: (by: CompanyByHand) => Promise<unknown>;
}

const WEB_WORDS = `client ocis (${WEB})`;
const DESKTOP_WORDS = "client ownCloud Desktop Client (xdXOt13J…)";
const IOS_WORDS = "client ownCloud ios Client (mxd5OQDk…)";
const callbacks = (...more: string[]) => ["http://127.0.0.1:*", "http://localhost:*", ...more];

/**
 * More than twenty kinds of edits. Those in one round touch different things, so that one run of the engine sees them all; those
 * that take something away come last, as the engine has to make it again.
 */
export const HAND_EDITS: readonly (readonly Edit[])[] = [
  [
    {
      name: "a friendly name is changed",
      make: (by) => by.group("admin", { name: "ocisAdmin", friendlyName: "Bosses" }),
      found: () => ["group ocisAdmin: friendly name is 'Bosses', should be 'ocis admin users group'"],
    },
    {
      name: "a claim is changed",
      make: (by) => by.claims("user", [{ key: "roles", value: "user" }]),
      found: () => ["group ocisUser: claim roles is 'user', should be 'ocisUser'"],
    },
    {
      name: "a claim is removed",
      make: (by) => by.claims("spaceAdmin", []),
      found: () => ["group ocisSpaceAdmin: claim roles was removed, should be 'ocisSpaceAdmin'"],
    },
    {
      name: "a claim is put under another key",
      make: (by) => by.claims("guest", [{ key: "role", value: "ocisGuest" }]),
      found: () => [
        "group ocisGuest: claim roles was removed, should be 'ocisGuest'",
        "group ocisGuest: claim role = 'ocisGuest' was added, and no stack manages it",
      ],
    },
    {
      name: "a callback is added",
      make: (by) => by.client(DESKTOP, { callbackURLs: callbacks("https://evil.example/") }),
      found: () => [`${DESKTOP_WORDS}: callback 'https://evil.example/' was added`],
    },
    {
      name: "the logout callback is changed",
      make: (by) => by.client(WEB, { logoutCallbackURLs: ["https://elsewhere.example/"] }),
      found: () => [
        `${WEB_WORDS}: logout callback 'https://ocis.company.test/' was removed`,
        `${WEB_WORDS}: logout callback 'https://elsewhere.example/' was added`,
      ],
    },
    {
      name: "a client is made confidential, without PKCE",
      make: (by) => by.client(IOS, { isPublic: false, pkceEnabled: false }),
      found: () => [
        `${IOS_WORDS}: was made confidential, should be public`,
        `${IOS_WORDS}: PKCE (pkceEnabled) is false, should be true`,
      ],
    },
    {
      name: "csp.yaml is edited",
      make: (by) => {
        appendFileSync(by.file("csp.yaml"), "# by hand\n");
      },
      found: (by) => [`files in '${by.company.bundle}': csp.yaml was edited (1 line added)`],
    },
  ],
  [
    {
      name: "a group is renamed",
      make: (by) => by.group("guest", { name: "visitors", friendlyName: "ocis guest group" }),
      found: () => ["group ocisGuest: name is 'visitors', should be 'ocisGuest'"],
    },
    {
      name: "a member is added",
      make: (by) => by.members("admin", [by.company.people.admin.id, by.company.people.user.id]),
      found: (by) => [`group ocisAdmin: member '${by.company.people.user.username}' was added`],
    },
    {
      name: "a member is removed",
      make: (by) => by.members("user", []),
      found: (by) => [`group ocisUser: member '${by.company.people.user.username}' was removed`],
    },
    {
      name: "a callback is removed",
      make: (by) => by.client(DESKTOP, { callbackURLs: ["http://127.0.0.1:*"] }),
      found: () => [`${DESKTOP_WORDS}: callback 'http://localhost:*' was removed`],
    },
    {
      name: "a client is made confidential",
      make: (by) => by.client(WEB, { isPublic: false }),
      found: () => [`${WEB_WORDS}: was made confidential, should be public`],
    },
    {
      name: "a client is renamed",
      make: (by) => by.client(IOS, { name: "Phones" }),
      found: () => [`${IOS_WORDS}: name is 'Phones', should be 'ownCloud ios Client'`],
    },
    {
      name: "a variable in .env is changed",
      make: (by) => {
        const text = readFileSync(by.file(".env"), "utf8");
        writeFileSync(by.file(".env"), text.replace(/^OCIS_URL=.*$/m, "OCIS_URL=https://elsewhere.example"));
      },
      found: (by) => [`files in '${by.company.bundle}': .env was edited (1 line added, 1 line removed)`],
    },
  ],
  [
    {
      name: "a member is put in another's place",
      make: (by) => by.members("guest", [by.company.people.admin.id]),
      found: (by) => [
        `group ocisGuest: member '${by.company.people.guest.username}' was removed`,
        `group ocisGuest: member '${by.company.people.admin.username}' was added`,
      ],
    },
    {
      name: "a client is made unrestricted",
      make: (by) => by.client(WEB, { isGroupRestricted: false }),
      found: () => [`${WEB_WORDS}: was made unrestricted: everybody may log in, not only its groups`],
    },
    {
      name: "compose.yaml is deleted",
      make: (by) => {
        rmSync(by.file("compose.yaml"));
      },
      found: (by) => [`files in '${by.company.bundle}': compose.yaml was deleted`],
    },
  ],
  [
    {
      name: "a group is taken off a client's list",
      make: (by) => by.allowed(WEB, [by.ids.admin, by.ids.spaceAdmin, by.ids.user]),
      found: () => [`${WEB_WORDS}: group 'ocisGuest' was taken off the list of those who may log in`],
    },
    {
      name: "the whole bundle is deleted",
      make: (by) => {
        rmSync(by.company.bundle, { recursive: true });
      },
      found: (by) =>
        [".env", "compose.yaml", "csp.yaml"].map(
          (name) => `files in '${by.company.bundle}': ${name} was deleted`,
        ),
    },
  ],
  [
    {
      name: "a client is deleted",
      make: (by) => by.server.call("DELETE", `/api/oidc/clients/${IOS}`),
      found: () => [`${IOS_WORDS}: was deleted`],
      undo: (by) => by.upRefresh(),
    },
    {
      name: "a group is deleted",
      make: (by) => by.server.call("DELETE", `/api/user-groups/${by.ids.guest}`),
      found: () => ["group ocisGuest: was deleted, with its claims, its members and its access to clients"],
      undo: (by) => by.upRefresh(),
    },
  ],
  [
    {
      name: "a group is deleted and made again by hand",
      make: async (by) => {
        await by.server.call("DELETE", `/api/user-groups/${by.ids.user}`);
        await by.server.call("POST", "/api/user-groups", { name: "ocisuser", friendlyName: "by hand" });
      },
      found: () => [
        "group ocisUser: was deleted, with its claims, its members and its access to clients",
        "group 'ocisuser': has a name like our 'ocisUser', and no stack manages it",
      ],
      undo: async (by) => {
        const { body } = await by.server.call<{ data: { id: string; name: string }[] }>(
          "GET",
          "/api/user-groups?search=ocisuser",
        );
        const made = body.data.find(({ name }) => name === "ocisuser");
        await by.server.call("DELETE", `/api/user-groups/${made?.id ?? ""}`);
        await by.upRefresh();
      },
    },
  ],
];
