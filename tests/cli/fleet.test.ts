import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { whyNoLanguageHost } from "../support/language-host";
import { whyNoTerminal } from "./terminal";
import {
  add,
  asked,
  first,
  fleet,
  passphrases,
  project,
  reportsOf,
  runPulumi,
  second,
  statesOf,
} from "./fleet-of-three";

/** Three companies on two servers, the third with a broken key: what the fleet does, step by step. */
test("three companies are written; two share a server", async () => {
  await add("north", first, first.apiKey, "nativeClients=share");
  await add("east", first, first.apiKey);
  await add("south-1", second, "wrong-key-of-the-third-company");
  expect(project.stackFile("east")).toContain("nativeClients: attach");
});

test.each(["up", "destroy"])("%s is refused without --yes where nobody can answer", async (operation) => {
  const { code, stdout, stderr } = await fleet(operation);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(
    `error: fleet ${operation} asks before it changes anything: use --yes without a terminal\n`,
  );
});

test("an up brings two up, the one that owns the apps' clients first, and says why the third failed", async () => {
  const { code, stdout, stderr } = await fleet("up", "--yes");
  expect(code).toBe(1);
  expect(stdout).toContain("3 companies: 2 done, 1 failed");
  expect(stdout).toMatch(/^✗ south-1: .*HTTP 401/m);
  expect(stdout).toContain("pocketid:apiKey --stack south-1 --config-file stacks/Pulumi.south-1.yaml`");
  expect(stdout).toMatch(/^ {2}east +http:\/\/127\.0\.0\.1:\d+ +\d+ create/m);
  // Plain lines without a terminal: one for each company, when it has ended.
  const lines = stderr.trim().split("\n");
  expect(lines).toHaveLength(3);
  const at = (company: string) => lines.findIndex((line) => line.includes(company));
  expect(at("north")).toBeLessThan(at("east"));
  for (const secret of [first.apiKey, "wrong-key-of-the-third-company", "of north"]) {
    expect(stdout + stderr).not.toContain(secret);
    expect(project.state("north") + project.state("south-1")).not.toContain(secret);
  }
});

test("a preview finds nothing to do for the two, and exits with 1 for the third", async () => {
  const run = await fleet("preview", "--json");
  expect(run.code).toBe(1);
  expect(statesOf(run)).toEqual({ east: "done", north: "done", "south-1": "failed" });
  for (const { company, changes } of reportsOf(run)) {
    if (company !== "south-1") expect(Object.keys(changes)).toEqual(["same"]);
  }
});

const POLICY = path.join(__dirname, "..", "..", "policy");

test("a policy pack that isn't there, or only its options, is one line", async () => {
  const line = async (...options: string[]) => (await fleet("preview", ...options)).stderr;
  expect(await line("--policy-pack-config", "x.json")).toBe(
    "error: --policy-pack-config needs --policy-pack\n",
  );
  expect(await line("--policy-pack", project.stacks)).toMatch(
    /^error: --policy-pack: \/.* has no PulumiPolicy\.yaml: use a policy pack's folder, such as \S+\n$/,
  );
  expect(await line("--policy-pack", POLICY, "--policy-pack-config", "x.json")).toMatch(
    /^error: --policy-pack-config: x\.json doesn't exist: .*\n$/,
  );
});

const noHost = whyNoLanguageHost();
console.log(
  noHost === undefined
    ? "An engine that can't run policy packs isn't tried: this one can"
    : `What policies report to fleet isn't tried: ${noHost}`,
);
const testWithHost = noHost === undefined ? test : test.skip;

(noHost === undefined ? test.skip : test)("an engine that can't run policy packs is one line", async () => {
  expect((await fleet("preview", "north", "--policy-pack", POLICY)).stdout).toContain(
    "✗ north: pulumi preview: this engine can't run policy packs: install the Pulumi CLI (",
  );
});

testWithHost("a policy pack is passed on, and what it reports is listed for each company", async () => {
  const preview = (...options: string[]) =>
    fleet("preview", "north", "east", "--policy-pack", POLICY, ...options);
  const fine = await preview();
  expect([fine.code, fine.stdout]).toEqual([0, expect.stringContaining("2 companies: 2 done")]);
  const settings = path.join(project.directory, "policies.json");
  writeFileSync(settings, JSON.stringify({ "images-are-pinned": { requireDigest: true } }));
  const strict = await preview("--policy-pack-config", settings);
  expect(strict.code).toBe(1);
  expect(strict.stdout).toContain("2 companies: 2 failed\n✗ east: breaks 1 mandatory policy\n");
  expect(strict.stdout).toContain(
    "\nnorth: mandatory images-are-pinned, LocalFiles ocis-bundle: compose.yaml: image of service ocis has no digest: ",
  );

  // Pulumi would update the client before it comes to the image.
  const file = path.join(project.stacks, "Pulumi.east.yaml");
  const before = project.stackFile("east");
  writeFileSync(file, before.replace("ocis.east.test", "moved.east.test"));
  const up = await fleet("up", "east", "--yes", "--policy-pack", POLICY, "--policy-pack-config", settings);
  writeFileSync(file, before);
  expect([up.code, up.stdout]).toEqual([1, expect.stringContaining("✗ east: breaks 1 mandatory policy\n")]);
  const { body } = await first.call<{ callbackURLs: string[] }>("GET", "/api/oidc/clients/ocis.east.test");
  expect(body.callbackURLs).toContain("https://ocis.east.test/");

  writeFileSync(
    settings,
    JSON.stringify({ "images-are-pinned": { requireDigest: true, enforcementLevel: "advisory" } }),
  );
  const advised = await preview("--policy-pack-config", settings, "--json");
  expect(advised.code).toBe(0);
  expect(reportsOf(advised)).toMatchObject([
    { company: "east", policies: [expect.stringMatching(/^advisory images-are-pinned, /)] },
    { company: "north", policies: [expect.stringMatching(/^advisory images-are-pinned, /)] },
  ]);
});

test("a mistake in one program does not touch another one that runs in the same moment", async () => {
  await add("west", second, second.apiKey, "nativeClients=none");
  const before = project.stackFile("north");
  writeFileSync(path.join(project.stacks, "Pulumi.north.yaml"), before.replace(/port: .*/, 'port: "0"'));
  const run = await fleet("preview", "--json", "north", "west");
  writeFileSync(path.join(project.stacks, "Pulumi.north.yaml"), before);
  expect(statesOf(run)).toEqual({ north: "failed", west: "done" });
  expect(reportsOf(run)[0]?.reason).toContain("port: must be a port, 1 to 65535");
});

test("a key in clear in a stack file is refused, and the command that the line names works as it stands", async () => {
  const clear = "key-in-clear-in-a-stack-file";
  writeFileSync(path.join(passphrases, "plain"), "of plain\n");
  project.writeStackFile("plain", {
    "pocketid:apiKey": clear,
    "ocis-pocket-id:domain": "plain.test",
    "ocis-pocket-id:target": "bundle",
  });
  const before = project.stackFile("north");
  const file = path.join(project.stacks, "Pulumi.north.yaml");
  writeFileSync(file, before.replace(/pocketid:apiKey:\n\s+secure: .*/, `pocketid:apiKey: ${clear}`));
  const run = await fleet("up", "--yes", "--json", "north", "plain");
  writeFileSync(file, before);
  expect(statesOf(run)).toEqual({ north: "failed", plain: "failed" });
  expect(run.stdout + run.stderr).not.toContain(clear);
  const [, words = ""] = /`pulumi (config set --secret [^`]*)`/.exec(reportsOf(run)[1]?.reason ?? "") ?? [];
  expect(words).toBe(
    "config set --secret pocketid:apiKey --stack plain --config-file stacks/Pulumi.plain.yaml",
  );

  expect(await runPulumi(words.split(" "), "of plain", "new")).toBe(0);
  expect(project.stackFile("plain")).not.toContain(clear);
  rmSync(path.join(project.stacks, "Pulumi.plain.yaml"));
});

test("a refresh reads what was changed by hand, for the companies that are named", async () => {
  const { body } = await first.call<{ data: { id: string; name: string }[] }>(
    "GET",
    "/api/user-groups?pagination[limit]=100",
  );
  const group = body.data.find(({ name }) => name === "east-user");
  await first.call("PUT", `/api/user-groups/${group?.id ?? ""}`, {
    name: "east-user",
    friendlyName: "By hand",
  });
  const run = await fleet("refresh", "east", "--json");
  expect(run.code).toBe(0);
  expect(reportsOf(run)).toEqual([
    expect.objectContaining({ company: "east", changes: expect.objectContaining({ update: 1 }) as object }),
  ]);
  expect((await fleet("up", "east", "--yes")).stdout).toMatch(/1 update/);
});

test("a company without a stack in the backend is left out, and a file that is none is named", async () => {
  project.writeStackFile("young", { "ocis-pocket-id:domain": "young.test" });
  writeFileSync(path.join(project.stacks, "Pulumi.odd.yaml"), "config: [\n");
  for (const name of ["-north", "..", "a b"])
    writeFileSync(path.join(project.stacks, `Pulumi.${name}.yaml`), "");
  const run = await fleet("refresh", "odd", "young", "a b", "..", "--json");
  expect(run.code).toBe(1);
  expect(statesOf(run)).toEqual({ "..": "failed", "a b": "failed", odd: "failed", young: "skipped" });
  for (const { company, reason } of reportsOf(run).slice(0, 2)) {
    expect(reason).toContain(`'${company}' can't be a company's name`);
    expect(reason).toContain(`rename ${project.stacks}/Pulumi.${company}.yaml`);
  }
  for (const name of ["-north", "..", "a b"]) rmSync(path.join(project.stacks, `Pulumi.${name}.yaml`));
  expect(reportsOf(run)[2]?.reason).toContain("Pulumi.odd.yaml can't be read");
});

test("an unknown company, an empty folder and no folder are each one line", async () => {
  const empty = path.join(project.directory, "empty");
  mkdirSync(empty);
  const line = async (...args: string[]) => (await project.run(["fleet", "preview", ...args])).stderr;
  expect(await line("nobody")).toMatch(
    /^error: .* has no stack file for nobody, only for east, north, odd, south-1, west, young\n$/,
  );
  expect(await line("--directory", empty)).toMatch(/^error: .* has no stack file Pulumi\.<company>\.yaml: /);
  expect(await line("--directory", `${empty}/none`)).toMatch(
    /^error: the folder of stack files .* doesn't exist: /,
  );
});

const noTerminal = whyNoTerminal();
if (noTerminal !== undefined) console.log(`What fleet asks on a terminal is not tried: ${noTerminal}`);
const testOnTerminal = noTerminal === undefined ? test : test.skip;

testOnTerminal("up shows what it would do and asks; what is not a yes changes nothing", async () => {
  const before = project.state("west");
  const { code, shown } = await asked("up", "west", "");
  expect(code).toBe(0);
  expect(shown).toMatch(/^west: create UserGroup ocis-admin, ocis-guest, ocis-spaceAdmin, ocis-user\r?$/m);
  expect(shown).toMatch(/west +http:\/\/127\.0\.0\.1:\d+ +\d+ create/);
  expect(shown).toContain("Bring up stack west? [y/N]");
  expect(project.state("west")).toBe(before);
});

testOnTerminal("a yes brings it up, with a line that is written over; then destroy asks, too", async () => {
  const up = await asked("up", "west", "yes");
  expect([up.code, up.shown]).toEqual([0, expect.stringMatching(/ up +Seconds/)]);
  expect(up.shown).toContain("\u001b[1A\u001b[J");
  expect(project.state("west")).toContain("UserGroup");
  const { shown } = await asked("destroy", "west", "no");
  expect(shown).toContain("Destroy everything in stack west? [y/N]");
  expect(project.state("west")).toContain("UserGroup");
  expect((await asked("destroy", "west", "y")).code).toBe(0);
  expect(project.state("west")).not.toContain("UserGroup");
});

test("destroy takes everything away, the one that owns the apps' clients last", async () => {
  const run = await fleet("destroy", "east", "north", "--yes", "--json");
  expect([run.code, statesOf(run)]).toEqual([0, { east: "done", north: "done" }]);
  const { body } = await first.call<{ data: unknown[] }>("GET", "/api/oidc/clients");
  expect(body.data).toEqual([]);
});

test("nothing of all that has left a file beside Pulumi.yaml", () => {
  expect(readdirSync(project.directory).filter((name) => name.startsWith("Pulumi"))).toEqual(["Pulumi.yaml"]);
});
