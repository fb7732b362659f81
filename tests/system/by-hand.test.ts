import { OCIS, OPENCLOUD, type Product, type RoleKey } from "@ocis-pocket-id/components";
import { isAtLeast } from "@ocis-pocket-id/providers/pocket-id";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Docker } from "../support/docker";
import { uniqueName } from "../support/pocket-id";
import { ManagedByHand } from "./managed-by-hand";
import { ManagedCompany } from "./managed-company";
import { systemParts } from "./parts";

for (const [product, variable] of [
  [OCIS, "TEST_OCIS_IMAGE"],
  [OPENCLOUD, "TEST_OPENCLOUD_IMAGE"],
] as const) {
  const parts = systemParts(variable);
  const missing = "missing" in parts ? parts.missing : undefined;
  const { title } = product;
  if (missing !== undefined) console.log(`The test of drift and doctor with ${title} is skipped: ${missing}`);
  (missing === undefined ? describe : describe.skip)(`drift and doctor with a real ${title}`, () => {
    foundIn(product, parts);
  });
}

/** What somebody does by hand, and what is found then. */
interface Edit {
  readonly name: string;
  readonly make: (by: ManagedByHand) => Promise<unknown>;
  /** What drift prints. @default nothing */
  readonly drift?: (by: ManagedByHand) => string[];
  /** The codes of doctor's findings. */
  readonly doctor: string[];
  /** @default `up --refresh` */
  readonly undo?: (by: ManagedByHand) => Promise<unknown>;
}

/** Each edit in turn; afterwards nothing is found, and alice logs in and has her file. */
function foundIn(product: Product, parts: Awaited<ReturnType<typeof systemParts>>) {
  const docker = new Docker();
  const name = uniqueName("by-hand");
  const checkout = process.cwd();
  let by: ManagedByHand;
  let uma: string;
  let usual: string[];
  let version = "";

  const role = (key: RoleKey) => {
    const found = product.roles.find((one) => one.key === key);
    if (found === undefined) throw new Error(`no role ${key}`);
    return found;
  };
  const app = (key: string) => product.nativeClients.find((one) => one.key === key)?.clientId ?? "";
  const group = (key: RoleKey) => `group ${role(key).groupName}`;
  const client = ({ company }: ManagedByHand) =>
    `client ${product.webClientName} (${company.outputs.clientId})`;
  const appClient = (key: string) => {
    const found = product.nativeClients.find((one) => one.key === key);
    const id = app(key);
    return `client ${found?.name ?? ""} (${id.length > 32 ? `${id.slice(0, 8)}…` : id})`;
  };
  const container = ({ container: its }: ManagedByHand) => `container ${its}`;
  const { claimKey, prefix } = product;

  beforeAll(async () => {
    if ("missing" in parts) return;
    by = new ManagedByHand(docker, await ManagedCompany.create(docker, name, parts, product));
    await by.company.up();
    await by.company.begin();
    uma = await by.add("uma");
    await by.add("stan");
    await by.company.up({ members: JSON.stringify({ admin: ["alice"], user: ["uma"] }) });
    ({ currentVersion: version } = await by.call<{ currentVersion: string }>("GET", "/api/version/current"));
  });
  afterAll(() => by.company.remove(checkout));

  /** Servers start one after the other. */
  const eventually = async (check: () => Promise<void>, end = Date.now() + 60_000): Promise<void> => {
    try {
      await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(1_000);
      await eventually(check, end);
    }
  };

  test("an untouched stack has no drift, and doctor nothing but advice", async () => {
    expect(await by.drift()).toEqual([]);
    expect((await by.doctor()).filter(({ severity }) => severity !== "advice")).toEqual([]);
    usual = await by.codes();
  });

  const EDITS: readonly Edit[] = [
    {
      name: "a group's claim is changed",
      make: () => by.claims("user", "boss"),
      drift: () => [`${group("user")}: claim ${claimKey} is 'boss', should be '${role("user").claimValue}'`],
      doctor: ["group-claim-wrong", "person-role-unknown"],
    },
    {
      name: "a group's claim is removed",
      make: () => by.claims("user"),
      drift: () => [
        `${group("user")}: claim ${claimKey} was removed, should be '${role("user").claimValue}'`,
      ],
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
      make: () => by.call("PUT", `/api/user-groups/${by.groupId("guest")}/users`, { userIds: [uma] }),
      drift: () => [`${group("guest")}: member 'uma' was added`],
      doctor: ["person-in-two-groups"],
      undo: () => by.call("PUT", `/api/user-groups/${by.groupId("guest")}/users`, { userIds: [] }),
    },
    {
      name: "a person gets a claim of their own",
      make: () => by.call("PUT", `/api/custom-claims/user/${uma}`, [{ key: claimKey, value: "boss" }]),
      doctor: ["person-own-claim", "person-role-unknown"],
      undo: () => by.call("PUT", `/api/custom-claims/user/${uma}`, []),
    },
    {
      name: "the web client is made confidential, without PKCE, and open to everybody",
      make: () =>
        by.client(by.company.outputs.clientId, {
          ...{ isPublic: false, pkceEnabled: false, isGroupRestricted: false },
        }),
      drift: () => [
        `${client(by)}: PKCE (pkceEnabled) is false, should be true`,
        `${client(by)}: was made confidential, should be public`,
        `${client(by)}: was made unrestricted: everybody may log in, not only its groups`,
      ],
      doctor: ["client-confidential", "client-unrestricted", "client-without-pkce"],
    },
    {
      name: "the web client's callback URLs are replaced",
      make: () => by.client(by.company.outputs.clientId, { callbackURLs: ["https://elsewhere.example/"] }),
      drift: () => [
        `${client(by)}: callback 'https://elsewhere.example/' was added`,
        ...["/", "/oidc-callback.html", "/oidc-silent-redirect.html"].map(
          (path) => `${client(by)}: callback '${by.company.outputs.ocisUrl}${path}' was removed`,
        ),
      ],
      doctor: ["client-callback-foreign", "client-callback-missing"],
    },
    {
      name: "a group is taken off an app's list, and another app's client deleted",
      make: async () => {
        const userGroupIds = [by.groupId("admin")];
        await by.call("PUT", `/api/oidc/clients/${app("ios")}/allowed-user-groups`, { userGroupIds });
        await by.call("DELETE", `/api/oidc/clients/${app("android")}`);
      },
      drift: () => [
        `${appClient("android")}: was deleted`,
        ...(["spaceAdmin", "user", "guest"] as const).map(
          (key) =>
            `${appClient("ios")}: group '${role(key).groupName}' was taken off the list of those who may log in`,
        ),
      ],
      doctor: ["client-group-not-allowed", "client-missing"],
    },
    {
      name: "the container is stopped",
      make: () => docker.run("stop", by.container),
      drift: () => [`${container(by)}: is stopped (exit code 0)`],
      doctor: ["container-down", "ocis-unreachable"],
      undo: () => docker.run("start", by.container),
    },
    {
      name: "the container is removed",
      make: () => docker.run("rm", "--force", by.container),
      drift: () => [`${container(by)}: was removed`],
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
        `${container(by)}: variable WEB_OIDC_CLIENT_ID is 'another', should be '${by.company.outputs.clientId}'`,
        `${container(by)}: variable WEB_OIDC_METADATA_URL was added`,
        `${container(by)}: variable WEB_OIDC_SCOPE was added`,
        `${container(by)}: variable WEB_OPTION_TOKEN_STORAGE_LOCAL is 'true', should be 'false'`,
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
        `${container(by)}: variable PROXY_OIDC_REWRITE_WELLKNOWN is 'false', should be 'true'`,
        `${container(by)}: variable PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM is 'other', should be '${claimKey}'`,
      ],
      doctor: ["environment-breaks-logins", "ocis-discovery-missing"],
      undo: () => by.replace(),
    },
    {
      name: "the container is recreated with another issuer",
      make: () => by.recreate({ [`${prefix}_OIDC_ISSUER`]: "http://pocket-id:1411" }),
      drift: () => [
        `${container(by)}: variable ${prefix}_OIDC_ISSUER is 'http://pocket-id:1411', should be '${by.company.outputs.issuer}'`,
      ],
      doctor: ["environment-breaks-logins", "ocis-metadata-url"],
      undo: () => by.replace(),
    },
    {
      name: "csp.yaml is edited, and the container restarted",
      make: async () => {
        const file = join(by.company.folder, `.ocis-pocket-id/test-${product.key}/csp.yaml`);
        const { issuer } = by.company.outputs;
        const text = readFileSync(file, "utf8").replace(`    - ${issuer}\n`, "");
        writeFileSync(
          file,
          text.replace("frame-ancestors:\n    - '''self'''", "frame-ancestors:\n    - '''none'''"),
        );
        await docker.run("restart", by.container);
      },
      drift: () => [
        `files in '.ocis-pocket-id/test-${product.key}': csp.yaml was edited (1 line added, 2 lines removed)`,
      ],
      doctor: ["policy-blocks-issuer", "policy-blocks-own-frames"],
    },
    {
      name: "a setting is taken out of the product's own file, and the container restarted",
      make: async () => {
        const file = `/etc/${product.key}/${product.key}.yaml`;
        const edit = `cp ${file} ${file}.kept && sed -i '/machine_auth_api_key/d' ${file}`;
        await docker.run("exec", by.container, "sh", "-c", edit);
        await docker.run("restart", by.container);
      },
      doctor: ["settings-missing"],
      undo: async () => {
        const file = `/etc/${product.key}/${product.key}.yaml`;
        const image = by.company.keys["ocisImage"] ?? "";
        const mv = ["--entrypoint", "mv", image, `${file}.kept`, file];
        await docker.run("run", "--rm", "--volumes-from", by.container, ...mv);
        await docker.run("restart", by.container);
      },
    },
  ];

  test.each(EDITS)("$name", async ({ make, drift = () => [], doctor, undo = () => by.up() }) => {
    await make(by);
    const isPossible = (code: string) => code !== "tabs-share-tokens" || isAtLeast(version, "2.10");
    const expected = [...new Set([...usual, ...doctor.filter(isPossible)])].sort();
    await eventually(async () => {
      expect(await by.codes()).toEqual(expected);
    });
    expect(
      (await by.drift()).filter((line) => !/was recreated by hand$|\/run\/secrets\//.test(line)),
    ).toEqual(drift(by).sort());
    await undo(by);
    await eventually(async () => {
      expect(await by.codes()).toEqual(usual);
    });
    expect(await by.drift()).toEqual([]);
  });

  test("people who can't log in, by name", async () => {
    expect(await by.codes("--user", "stan")).toEqual(expect.arrayContaining(["person-not-allowed"]));
    expect(await by.codes("--user", "nobody")).toEqual(expect.arrayContaining(["person-unknown"]));
  });

  test("Pocket ID is stopped", async () => {
    await docker.run("stop", by.company.container("pocket-id"));
    const codes = await by.codes();
    const drift = await by.drift();
    await docker.run("start", by.company.container("pocket-id"));
    expect(codes).toEqual(
      expect.arrayContaining([
        ...["container-down", "issuer-unreachable", "ocis-discovery-failed", "pocket-id-unreachable"],
      ]),
    );
    expect(drift.join("\n")).toContain(`container ${name}-test-pocket-id: is stopped`);
  });

  test("afterwards logins work, and alice's file is there", async () => {
    await by.company.recovered();
    await by.company.check();
    expect(Object.keys((await by.company.stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  });
}
