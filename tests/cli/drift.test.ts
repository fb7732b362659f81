import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testEngine } from "../support/engine";
import { uniqueName } from "../support/pocket-id";
import { CompanyByHand } from "./company-by-hand";
import { changedByPreview, findingsOf, type Report } from "./drift-run";
import { HAND_EDITS } from "./hand-edits";
import { loginOf, runProgram } from "../support/program";

let by: CompanyByHand;
beforeAll(async () => {
  by = await CompanyByHand.open();
});
afterAll(() => by.close());

test("an untouched stack has no drift, in 20 runs", async () => {
  for (let round = 0; round < 5; round += 1) {
    for (const { code, report } of await Promise.all([1, 2, 3, 4].map(() => by.drift()))) {
      expect({ code, ...report }).toEqual({ code: 0, stack: "test", objects: 17, findings: [], errors: [] });
    }
  }
});

describe("by hand", () => {
  test.each(HAND_EDITS.map((round) => [round.map(({ name }) => name).join("; "), round] as const))(
    "%s: found, named, seen by the engine too",
    async (_names, round) => {
      for (const { make } of round) await make(by);
      const [seen, preview] = await Promise.all([by.drift(), by.company.stack.preview({ refresh: true })]);
      const expected = round.flatMap(({ found }) => found(by)).sort();
      // Undone before anything is compared, so that one failure does not make the next.
      const undo = round.find((edit) => edit.undo !== undefined)?.undo;
      await (undo === undefined ? by.restore() : undo(by));
      expect(findingsOf(seen.report)).toEqual(expected);
      expect(seen.code).toBe(2);
      expect(resourcesOf(seen.report)).toEqual(changedByPreview(preview.text));
    },
  );

  test("and at the end everything is as it was", async () => {
    const { code, report } = await by.drift("--strict");
    expect(findingsOf(report)).toEqual([]);
    expect(code).toBe(0);
  });
});

/** `UserGroup ocis-admin`: what the engine's own lines say of a resource. */
const resourcesOf = ({ findings }: Report) =>
  [
    ...new Set(findings.flatMap(({ urns }) => urns).map((urn) => urn.replace(/^.*[:/](\w+)::/, "$1 "))),
  ].sort();

test("what no stack manages is shown, and counts as drift only with --strict", async () => {
  const { server } = by;
  const name = uniqueName("helpers");
  const made = await server.call<{ id: string }>("POST", "/api/user-groups", { name, friendlyName: name });
  await server.call("PUT", `/api/custom-claims/user-group/${made.body.id}`, [
    { key: "roles", value: '["ocisAdmin","opencloudAdmin"]' },
  ]);
  const twin = {
    name: "copy",
    callbackURLs: ["https://ocis.company.test/oidc-callback.html"],
    isPublic: true,
  };
  const other = await server.call<{ id: string }>("POST", "/api/oidc/clients", twin);
  await by.claims("guest", [
    { key: "roles", value: "ocisGuest" },
    { key: "quota", value: "5" },
  ]);
  const { code, report } = await by.drift();
  const strict = await by.drift("--strict");
  await by.claims("guest", [{ key: "roles", value: "ocisGuest" }]);
  await server.call("DELETE", `/api/oidc/clients/${other.body.id}`);
  await server.call("DELETE", `/api/user-groups/${made.body.id}`);
  expect(findingsOf(report)).toEqual([
    `client 'copy' (${other.body.id}): has callbacks of our client 'ocis', and no stack manages it`,
    `group '${name}': gives the role 'ocisAdmin' with its claim roles, and no stack manages it`,
    "group ocisGuest: claim quota = '5' was added, and no stack manages it",
  ]);
  expect(code).toBe(0);
  expect(strict.code).toBe(2);
});

describe("several stacks of one project", () => {
  const directory = () => by.company.stack.directory;
  const run = (...args: string[]) => runProgram([...args, "--cwd", directory()], loginOf(by.company.stack));

  beforeAll(async () => {
    const { command, environment } = await testEngine();
    const login = { ...environment, ...loginOf(by.company.stack) };
    const workspace = await LocalWorkspace.create({
      workDir: directory(),
      pulumiCommand: command,
      envVars: login,
    });
    await workspace.createStack("another");
  });

  test("each has its part, in a table, a summary and JUnit; one that can't be read stops no other", async () => {
    await by.claims("user", [{ key: "roles", value: "user" }]);
    const files = { markdown: join(directory(), "drift.md"), junit: join(directory(), "drift.xml") };
    const all = await run("drift", "--all", "--markdown", files.markdown, "--junit", files.junit);
    const some = await run("drift", "--stack", "test", "nowhere", "--json");
    await by.restore();

    expect(all.code).toBe(2);
    expect(all.stderr.trim().split("\n").sort()).toEqual([
      "! test     1 change by hand (17 objects checked)",
      "✓ another  no drift (0 objects checked)",
    ]);
    expect(all.stdout).toBe(
      [
        "another: no drift (0 objects checked)",
        "",
        "test: 1 change by hand (17 objects checked)",
        "  Object          Changed by hand",
        "  --------------  --------------------------------------------",
        "  group ocisUser  claim roles is 'user', should be 'ocisUser'",
        "  Fix: pulumi up --refresh --stack test",
        "",
      ]
        .join("\n")
        .replace(/-{44}/, "-".repeat(43)),
    );
    expect(readFileSync(files.markdown, "utf8")).toContain(
      "| group ocisUser | claim roles is 'user', should be 'ocisUser' | pulumi up --refresh --stack test |",
    );
    expect(readFileSync(files.junit, "utf8")).toMatch(/<testsuites tests="2" failures="1" errors="0"/);

    expect(some.code).toBe(1);
    const { stacks } = JSON.parse(some.stdout) as { stacks: Report[] };
    expect(stacks.map(({ stack, findings, errors }) => [stack, findings.length, errors])).toEqual([
      ["test", 1, []],
      ["nowhere", 0, [expect.stringMatching(/^stack 'nowhere' can't be read: .*no stack named 'nowhere'/)]],
    ]);
  });

  test("a file that can't be written is an error, and takes no answer away", async () => {
    const nowhere = join(directory(), "nowhere", "drift.md");
    const { code, stdout, stderr } = await run("drift", "--stack", "test", "--markdown", nowhere);
    expect([code, stdout]).toEqual([1, "test: no drift (17 objects checked)\n"]);
    expect(stderr).toContain(`error: ${nowhere} can't be written (ENOENT: `);
    expect(stderr).toMatch(/: create its folder, or use another file with --markdown\n$/);
  });

  test("a wrong passphrase is an error and no drift, and shows no key", async () => {
    const wrong = await runProgram(["drift", "--stack", "test", "--cwd", directory()], {
      ...loginOf(by.company.stack),
      PULUMI_CONFIG_PASSPHRASE: "another passphrase",
    });
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/error: stack 'test' can't be read: .*passphrase/);
    expect(wrong.stdout + wrong.stderr).not.toContain(by.server.apiKey);
  });
});
