import { NATIVE_CLIENTS, ROLES } from "@ocis-pocket-id/components";
import { load } from "js-yaml";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator, type Emulator } from "../../emulator";
import { caller, type PocketIdUnderTest } from "../support/pocket-id";
import { runImport } from "../../cli/import/run";

/** Set-ups as people publish them, in our own words: each becomes the stack file beside it. */
const SETUPS = join(__dirname, "..", "fixtures", "import");
const FOLDER = "FOLDER";

interface Report {
  config: Record<string, unknown>;
  secretEnvironment: string[];
  differences: string[];
  changes: string[];
  byHand: string[];
  others: { name: string }[];
  forward: string[];
  back: string[];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "import-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: ocis-pocket-id\nruntime: nodejs\n");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Options = Parameters<typeof runImport>[0];
const OPTIONS = { compose: [], members: false, "dry-run": false, json: false, stack: "company" };

/** What the verb prints, in this process. */
const run = async (options: object, environment: Record<string, string> = {}): Promise<string> => {
  let stdout = "";
  const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  Object.assign(process.env, environment);
  try {
    await runImport({ ...OPTIONS, cwd: folder, ...options } as unknown as Options);
    return stdout;
  } finally {
    write.mockRestore();
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
  }
};
const dryRun = async (setup: string, environment: Record<string, string> = {}, members = false) => {
  const compose = [join(SETUPS, setup)];
  const stdout = await run({ compose, "dry-run": true, json: true, members }, environment);
  const report = JSON.parse(stdout.replaceAll(join(SETUPS, setup), FOLDER)) as Report;
  return { report, stdout };
};

test.each(readdirSync(SETUPS))("the set-up %s becomes its stack file", async (setup) => {
  const { report } = await dryRun(setup);
  const expected = join(SETUPS, setup, "expected.yaml");
  const { config, secretEnvironment } = report;
  expect({ config, secretEnvironment }).toEqual(load(readFileSync(expected, "utf8")));
  expect(readdirSync(folder)).toEqual(["Pulumi.yaml"]);
});

test("what differs from the guide, and what the first up changes, is one line each", async () => {
  const { report } = await dryRun("older-guide");
  expect(report.differences).toEqual([
    "OCIS_URL is https://ocis.company.test/: becomes https://ocis.company.test",
    "the issuer is https://pocketid.company.test/: becomes https://pocketid.company.test, as Pocket ID writes it",
    "the issuer isn't in OCIS_OIDC_ISSUER, as in the guide",
    "OCIS_EXCLUDE_RUN_SERVICES is 'idp,search': kept in overrideEnvironment",
    expect.stringMatching(/^OCIS_INSECURE is true, so nobody checks certificates. It stays/),
    "not set, but in the guide: OCIS_OIDC_ISSUER, PROXY_CSP_CONFIG_FILE_LOCATION, PROXY_ROLE_ASSIGNMENT_DRIVER",
  ]);
  expect(report.changes).toContain(
    "OCIS_ADMIN_USER_ID is '6c2d6a0c-1111-4000-8000-000000000002': becomes ''",
  );
  expect(report.byHand).toEqual([expect.stringContaining("Pocket ID wasn't asked")]);
});

test("the steps name the service, its files and the new container", async () => {
  const { report } = await dryRun("collabora");
  const [key, preview, removal, up] = report.forward;
  expect([key, preview, up]).toEqual([
    "pulumi config set --secret pocketid:apiKey --stack company",
    "pulumi preview --stack company",
    "pulumi up --stack company",
  ]);
  expect(removal).toMatch(/^docker compose -f \S+docker-compose.yml -f .*s3.yml rm --stop --force ocis$/);
  expect(report.back[0]).toBe("docker rm --force ocis-pocket-id-company-ocis");
  expect(report.others.map(({ name }) => name)).toEqual(["traefik", "collaboration", "collabora"]);
  expect(report.byHand).toEqual([
    expect.stringContaining("Pocket ID wasn't asked"),
    expect.stringContaining("Traefik finds oCIS by labels"),
    expect.stringMatching(
      /docker cp FOLDER\/app-registry.yaml ocis-pocket-id-company-ocis:\/etc\/ocis\/app-registry.yaml/,
    ),
    "/var/lib/ocis/web/assets/apps isn't mounted any more (office_apps)",
  ]);
});

test.each(readdirSync(SETUPS))("no secret of %s is printed, in either form", async (setup) => {
  const { stdout } = await dryRun(setup);
  const text = await run({ compose: [join(SETUPS, setup)], "dry-run": true });
  expect(stdout + text).not.toContain("made-up");
});

test.each([
  ["a file that isn't there", { compose: ["/nowhere/c.yml"] }, "/nowhere/c.yml doesn't exist"],
  [
    "another service",
    { compose: [join(SETUPS, "guide-caddy")], service: "x" },
    "service 'x' isn't among proxy, pocket-id, ocis",
  ],
  [
    "a service that isn't oCIS",
    { compose: [join(SETUPS, "guide-caddy")], service: "proxy" },
    "doesn't set OCIS_URL",
  ],
  [
    "data that would be left behind",
    { compose: [join(SETUPS, "no-volumes")] },
    "no stack file is written: /etc/ocis is neither a volume",
  ],
])("with %s it's an error in one line, and nothing is written", async (_what, options, line) => {
  const { message } = await run(options).then(
    () => new Error("it did not fail"),
    (error: unknown) => error as Error,
  );
  expect(message).toContain(line);
  expect(message).not.toContain("\n");
  expect(readdirSync(folder)).toEqual(["Pulumi.yaml"]);
});

test("a stack file that exists is never touched", async () => {
  const file = join(folder, "Pulumi.taken.yaml");
  writeFileSync(file, "config: {}\n");
  const taken = run({ compose: [join(SETUPS, "guide-caddy")], stack: "taken" });
  await expect(taken).rejects.toThrow("already exists");
  expect(readFileSync(file, "utf8")).toBe("config: {}\n");
  rmSync(file);
});

test("an error of YAML quotes no line, which can have a secret", async () => {
  const file = join(folder, "broken.yml");
  writeFileSync(file, "services:\n  ocis: {password: made-up\n");
  await expect(run({ compose: [file] })).rejects.toThrow(
    /broken.yml can't be read: (?!.*made-up).* in line \d+$/,
  );
  rmSync(file);
});

describe("with Pocket ID", () => {
  let emulator: Emulator;
  let call: PocketIdUnderTest["call"];
  let variables: Record<string, string>;
  const clientId = "5e9d7c1a-0c55-4f0e-9d6c-3b6f0e6a1b11";
  const created = async (path: string, body: object) =>
    (await call<{ id: string }>("POST", path, body)).body.id;

  beforeAll(async () => {
    emulator = await startEmulator();
    call = caller(emulator);
    variables = { POCKET_ID_URL: emulator.url, POCKET_ID_API_KEY: emulator.apiKey };
    const users: string[] = [];
    for (const username of ["alice", "uma", "leo", "mia"]) {
      const names = { username, firstName: username, lastName: "", displayName: username };
      users.push(await created("/api/users", { ...names, email: `${username}@company.test` }));
    }
    // The admins' group has a name of its own, the guests' lacks the claim, and two groups are of users.
    for (const [name, value, members] of [
      ["it-staff", "ocisAdmin", [users[0]]],
      ["ocisSpaceAdmin", '["ocisSpaceAdmin","other"]', []],
      ["ocisUser", "ocisUser", [users[1]]],
      ["more-users", "ocisUser", []],
      ["ocisGuest", undefined, []],
    ] as const) {
      const friendlyName = ROLES.find(({ groupName }) => groupName === name)?.friendlyName ?? name;
      const id = await created("/api/user-groups", { name, friendlyName });
      if (value) await call("PUT", `/api/custom-claims/user-group/${id}`, [{ key: "roles", value }]);
      await call("PUT", `/api/user-groups/${id}/users`, { userIds: members });
    }
    await created("/api/oidc/clients", {
      ...{ id: clientId, name: "Company Cloud", isPublic: true },
      callbackURLs: ["https://ocis.company.test/oidc-callback.html", "https://old.company.test/*"],
    });
    const [desktop] = NATIVE_CLIENTS;
    await created("/api/oidc/clients", {
      ...{ id: desktop?.clientId, name: desktop?.name, isPublic: true },
      callbackURLs: ["http://127.0.0.1:*", "http://127.0.0.1:8080/own"],
    });
    emulator.requests.length = 0;
  });
  afterAll(() => emulator.close());

  test("groups, members and clients are imported, and nothing is changed", async () => {
    const { report } = await dryRun("guide-caddy", variables, true);
    expect(report.config).toMatchObject({
      "ocis-pocket-id:existingGroups": { admin: "it-staff" },
      "ocis-pocket-id:members": { admin: ["alice"], spaceAdmin: [], user: ["uma"], guest: [] },
      "ocis-pocket-id:webClientName": "Company Cloud",
      "ocis-pocket-id:nativeCallbackUrls": { desktop: ["http://127.0.0.1:8080/own"] },
      "pocketid:url": emulator.url,
    });
    expect(report.differences).toEqual([
      expect.stringContaining("and this Pocket ID's is"),
      "more-users gives the role ocisUser too, and a role has one group: move its people to ocisUser, or they can't log in any more",
      "group ocisGuest lacks the claim roles = ocisGuest",
      "the web client lacks the callback URLs https://ocis.company.test/, https://ocis.company.test/oidc-silent-redirect.html",
      "the ios app has no client: 'ownCloud ios Client' is created",
      "the android app has no client: 'ownCloud Android Client' is created",
    ]);
    expect(report.changes).toEqual(
      expect.arrayContaining([
        "the web client loses the callback URLs https://old.company.test/*",
        "only people in the four groups can log in, now everybody in Pocket ID can",
      ]),
    );
    expect(report.byHand).toEqual([
      "2 of 4 people in Pocket ID are in none of the four groups, and can't log in after up: list them under `members`, or " +
        "put them in a group (leo, mia)",
    ]);
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("people who can't log in now either aren't reported", async () => {
    await call("PUT", `/api/oidc/clients/${clientId}`, {
      ...{ name: "Company Cloud", isPublic: true, isGroupRestricted: true },
      callbackURLs: ["https://ocis.company.test/oidc-callback.html", "https://old.company.test/*"],
    });
    expect((await dryRun("guide-caddy", variables)).report.byHand).toEqual([]);
  });

  test("a person in two groups is reported, and no members of these are imported", async () => {
    const { body } = await call<{ data: { id: string; name: string }[] }>("GET", "/api/user-groups");
    const guests = body.data.find(({ name }) => name === "ocisGuest")?.id ?? "";
    const people = await call<{ data: { id: string; username: string }[] }>("GET", "/api/users");
    const uma = people.body.data.find(({ username }) => username === "uma")?.id;
    await call("PUT", `/api/user-groups/${guests}/users`, { userIds: [uma] });
    const { report } = await dryRun("guide-caddy", variables, true);
    expect(report.config["ocis-pocket-id:members"]).toEqual({ admin: ["alice"], spaceAdmin: [] });
    expect(report.byHand).toEqual([expect.stringContaining("uma is in the groups of user and guest")]);
  });

  test("a key without an address is sent nowhere", async () => {
    const asked = run(
      { compose: [join(SETUPS, "guide-caddy")], "dry-run": true },
      { POCKET_ID_API_KEY: "key-of-nobody-0123456789" },
    );
    await expect(asked).rejects.toThrow("POCKET_ID_API_KEY is set without POCKET_ID_URL");
    expect(existsSync(join(folder, "Pulumi.company.yaml"))).toBe(false);
  });
});
