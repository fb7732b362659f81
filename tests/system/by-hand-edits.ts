import type { NativeClient, NativeClientKey, Product, RoleKey } from "@ocis-pocket-id/components";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ManagedByHand } from "./managed-by-hand";

/** What somebody does by hand, and what is found then. */
export interface Edit {
  readonly name: string;
  readonly make: () => Promise<unknown>;
  /** What drift prints. @default nothing */
  readonly drift?: () => string[];
  /** The codes of doctor's findings. */
  readonly doctor: string[];
  /** @default `up --refresh` */
  readonly undo?: () => Promise<unknown>;
}

/** All that is done, one after the other. */
export function editsBy(by: ManagedByHand, product: Product): readonly Edit[] {
  const roles = byKey<RoleKey, Product["roles"][number]>(product.roles);
  const apps = byKey<NativeClientKey, NativeClient>(product.nativeClients);
  const group = (key: RoleKey) => `group ${roles[key].groupName}`;
  const shortened = (id: string) => (id.length > 24 ? `${id.slice(0, 8)}…` : id);
  const titleOf = (name: string, id: string) => `client ${name} (${shortened(id)})`;
  const client = () => titleOf(product.webClientName, by.company.outputs.clientId);
  const appClient = (key: NativeClientKey) => titleOf(apps[key].name, apps[key].clientId);
  const { claimKey, prefix } = product;
  const container = () => `container ${by.container}`;
  const ownClaim = (...values: string[]) => {
    const claims = values.map((value) => ({ key: claimKey, value }));
    return by.call("PUT", `/api/custom-claims/user/${by.uma}`, claims);
  };
  const disable = async (disabled: boolean) => {
    const path = `/api/users/${by.uma}`;
    await by.call("PUT", path, { ...(await by.call<object>("GET", path)), disabled });
  };
  return [
    {
      name: "a group's claim is changed",
      make: () => by.claims("user", "boss"),
      drift: () => [`${group("user")}: claim ${claimKey} is 'boss', should be '${roles.user.claimValue}'`],
      doctor: ["group-claim-wrong", "person-role-unknown"],
    },
    {
      name: "a group's claim is removed",
      make: () => by.claims("user"),
      drift: () => [`${group("user")}: claim ${claimKey} was removed, should be '${roles.user.claimValue}'`],
      doctor: ["group-claim-missing", "person-without-role"],
    },
    {
      name: "a group is deleted",
      make: () => by.call("DELETE", `/api/user-groups/${by.groupId("guest")}`),
      drift: () => [`${group("guest")}: was deleted, with its claims, its members and its access to clients`],
      doctor: ["group-missing"],
    },
    {
      name: "a person is in a second group",
      make: () => by.call("PUT", `/api/user-groups/${by.groupId("guest")}/users`, { userIds: [by.uma] }),
      doctor: ["person-in-two-groups"],
      undo: () => by.call("PUT", `/api/user-groups/${by.groupId("guest")}/users`, { userIds: [] }),
    },
    {
      name: "a person's own claim is the same as the group's",
      make: () => ownClaim(roles.user.claimValue),
      doctor: ["person-own-claim-same"],
      undo: () => ownClaim(),
    },
    {
      name: "a person's own claim isn't text",
      make: () => ownClaim("true"),
      doctor: ["person-own-claim", "person-role-type"],
      undo: () => ownClaim(),
    },
    {
      name: "a person is disabled",
      make: () => disable(true),
      doctor: ["member-disabled"],
      undo: () => disable(false),
    },
    {
      name: "nobody is in a group",
      make: async () => {
        for (const key of ["admin", "user"] as const) {
          await by.call("PUT", `/api/user-groups/${by.groupId(key)}/users`, { userIds: [] });
        }
      },
      drift: () => [
        `${group("admin")}: member 'alice' was removed`,
        `${group("user")}: member 'uma' was removed`,
      ],
      doctor: ["nobody-has-a-role"],
    },
    {
      name: "the web client is made confidential, without PKCE, and open to everybody",
      make: () =>
        by.client(by.company.outputs.clientId, {
          ...{ isPublic: false, pkceEnabled: false, isGroupRestricted: false },
        }),
      drift: () => [
        `${client()}: PKCE (pkceEnabled) is false, should be true`,
        `${client()}: was made confidential, should be public`,
        `${client()}: was made unrestricted: everybody may log in, not only its groups`,
      ],
      doctor: ["client-confidential", "client-unrestricted", "client-without-pkce"],
    },
    {
      name: "the web client's callback URLs are replaced",
      make: () => {
        const elsewhere = ["https://elsewhere.example/"];
        return by.client(by.company.outputs.clientId, {
          ...{ callbackURLs: elsewhere, logoutCallbackURLs: elsewhere },
        });
      },
      drift: () => [
        `${client()}: callback 'https://elsewhere.example/' was added`,
        ...["/", "/oidc-callback.html", "/oidc-silent-redirect.html"].map(
          (path) => `${client()}: callback '${by.company.outputs.ocisUrl}${path}' was removed`,
        ),
        `${client()}: logout callback 'https://elsewhere.example/' was added`,
        `${client()}: logout callback '${by.company.outputs.ocisUrl}/' was removed`,
      ],
      doctor: [
        ...["client-callback-foreign", "client-callback-missing"],
        ...["client-logout-foreign", "client-logout-missing"],
      ],
    },
    {
      name: "an app's list of groups is another, the next app's client renamed, and the last one's deleted",
      make: async () => {
        const names = { name: "interns", friendlyName: "Interns" };
        const { id } = await by.call<{ id: string }>("POST", "/api/user-groups", names);
        const userGroupIds = [by.groupId("admin"), id];
        await by.call("PUT", `/api/oidc/clients/${apps.ios.clientId}/allowed-user-groups`, { userGroupIds });
        await by.client(apps.desktop.clientId, { name: "Desktops" });
        await by.call("DELETE", `/api/oidc/clients/${apps.android.clientId}`);
      },
      drift: () => [
        `${appClient("android")}: was deleted`,
        `${appClient("desktop")}: name is 'Desktops', should be '${apps.desktop.name}'`,
        `${appClient("ios")}: group 'interns' was put on the list of those who may log in`,
        ...(["spaceAdmin", "user", "guest"] as const).map(
          (key) =>
            `${appClient("ios")}: group '${roles[key].groupName}' was taken off the list of those who may log in`,
        ),
      ],
      doctor: ["client-changed", "client-group-foreign", "client-group-not-allowed", "client-missing"],
    },
    {
      name: "the container is stopped",
      make: () => by.docker.run("stop", by.container),
      drift: () => [`${container()}: is stopped (exit code 0)`],
      doctor: ["container-down", "ocis-unreachable"],
      undo: () => by.docker.run("start", by.container),
    },
    {
      name: "the container is removed",
      make: () => by.docker.run("rm", "--force", by.container),
      drift: () => [`${container()}: was removed`],
      doctor: ["container-down", "ocis-unreachable"],
    },
    {
      name: "the container is recreated with other settings of the web client",
      make: () =>
        by.recreate({
          ...{ WEB_OIDC_CLIENT_ID: "another", WEB_OIDC_SCOPE: "openid email" },
          ...{ WEB_OIDC_METADATA_URL: "https://elsewhere.example/discovery" },
          WEB_OPTION_TOKEN_STORAGE_LOCAL: "true",
        }),
      drift: () => [
        `${container()}: variable WEB_OIDC_CLIENT_ID is 'another', should be '${by.company.outputs.clientId}'`,
        `${container()}: variable WEB_OIDC_METADATA_URL was added`,
        `${container()}: variable WEB_OIDC_SCOPE was added`,
        `${container()}: variable WEB_OPTION_TOKEN_STORAGE_LOCAL is 'true', should be 'false'`,
      ],
      doctor: ["ocis-client-id", "ocis-metadata-url", "ocis-scope", "tabs-share-tokens"],
      undo: () => by.replace(),
    },
    {
      name: "the container is recreated with another claim, and without a discovery document",
      make: () =>
        by.recreate({
          ...{ PROXY_OIDC_REWRITE_WELLKNOWN: "false", PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: "other" },
        }),
      drift: () => [
        `${container()}: variable PROXY_OIDC_REWRITE_WELLKNOWN is 'false', should be 'true'`,
        `${container()}: variable PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM is 'other', should be '${claimKey}'`,
      ],
      doctor: ["environment-breaks-logins", "ocis-discovery-failed"],
      undo: () => by.replace(),
    },
    {
      name: "the container is recreated with another issuer",
      make: () => by.recreate({ [`${prefix}_OIDC_ISSUER`]: "http://pocket-id:1411" }),
      drift: () => [
        `${container()}: variable ${prefix}_OIDC_ISSUER is 'http://pocket-id:1411', should be '${by.company.outputs.issuer}'`,
      ],
      doctor: ["environment-breaks-logins", "ocis-metadata-url"],
      undo: () => by.replace(),
    },
    {
      name: "the program overrides a variable",
      make: () => by.company.up({ overrideEnvironment: JSON.stringify({ [`${prefix}_INSECURE`]: "true" }) }),
      doctor: ["environment-overridden"],
      undo: () => by.company.up({ overrideEnvironment: "{}" }),
    },
    {
      name: "csp.yaml is edited, and the container restarted",
      make: async () => {
        const file = join(by.company.folder, `.ocis-pocket-id/test-${product.key}/csp.yaml`);
        const { issuer } = by.company.outputs;
        const text = readFileSync(file, "utf8").replace(`    - '${issuer}'\n`, "");
        writeFileSync(
          file,
          text.replace("frame-ancestors:\n    - '''self'''", "frame-ancestors:\n    - '''none'''"),
        );
        await by.docker.run("restart", by.container);
      },
      drift: () => [
        `files in '.ocis-pocket-id/test-${product.key}': csp.yaml was edited (1 line added, 2 lines removed)`,
      ],
      doctor: ["policy-blocks-issuer", "policy-blocks-own-frames"],
      undo: async () => {
        await by.up();
        await by.docker.run("restart", by.container);
      },
    },
    {
      name: "a setting is taken out of the product's own file, and the container restarted",
      make: async () => {
        const file = `/etc/${product.key}/${product.key}.yaml`;
        const edit = `cp ${file} ${file}.kept && sed -i '/machine_auth_api_key/d' ${file}`;
        await by.docker.run("exec", by.container, "sh", "-c", edit);
        await by.docker.run("restart", by.container);
      },
      drift: () => [`${container()}: keeps stopping and restarting (exit code 1)`],
      doctor: ["container-down", "ocis-unreachable", "settings-missing"],
      undo: async () => {
        const file = `/etc/${product.key}/${product.key}.yaml`;
        const image = by.company.keys["ocisImage"] ?? "";
        const mv = ["--entrypoint", "mv", image, `${file}.kept`, file];
        await by.docker.run("run", "--rm", "--volumes-from", by.container, ...mv);
        // Doctor reads the log of earlier starts, too.
        await by.replace();
      },
    },
  ];
}

const byKey = <K extends string, T extends { readonly key: K }>(all: readonly T[]) =>
  Object.fromEntries(all.map((one) => [one.key, one])) as Record<K, T>;
