import { load } from "js-yaml";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dryRun, folder, run, SETUPS } from "./import-run";

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
