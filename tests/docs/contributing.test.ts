import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as report from "../../cli/doctor/finding";
import { coloursOf } from "../../cli/output";
import { changesOf } from "../../providers/core";
import type { oidcClient } from "../../providers/oidc-client/declaration";
import { rules } from "../../providers/oidc-client/handler";
import { objectHandler } from "../../providers/core/object";
import { OcisWithPocketId } from "../../components";
import type { CustomTargetArgs, Target, Workload } from "../../components/targets";
import { mockEngine, run, valueOf } from "../components/targets/mocks";
import { clientServer } from "../support/client-server";
import { anotherProcess, operate } from "../support/operate";
import { withoutWaits } from "../support/without-waits";
import { pocketIdUnderTest } from "../support/pocket-id";
import { ChangedSources } from "./changed-sources";
import { blocksOf, ROOT } from "./pages";

withoutWaits();

/** The worked examples of CONTRIBUTING.md, each applied to the sources and run. */
const lines = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8").split("\n");
const examples = new Map(
  blocksOf({ path: "CONTRIBUTING.md", lines })
    .filter(({ language }) => language === "typescript")
    .map(({ text }) => [/^\/\/ (\S+)\n/.exec(text)?.[1] ?? "", text.replace(/^.*\n/, "")]),
);
const example = (path: string) => examples.get(path) ?? "";
const source = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** The file with the example's lines behind a line of it. */
function inserted(path: string, after: string): string {
  const text = source(path);
  expect([path, text]).toEqual([path, expect.stringContaining(after)]);
  return text.replace(after, () => `${after}\n${example(path)}`);
}

const CLIENT = "providers/oidc-client/declaration.ts";
const TEAM = ["providers/team/declaration.ts", "providers/team/handler.ts"] as const;
const [CODES, CHECKS] = ["cli/doctor/codes.ts", "cli/doctor/clients.ts"] as const;
const TARGET = "components/targets/files/files.ts";

/** All examples at once: the compiler takes seconds. */
const sources = new ChangedSources(
  {
    [CLIENT]: inserted(CLIENT, "  properties: {"),
    ...Object.fromEntries([...TEAM, TARGET].map((path) => [path, example(path)])),
    [CODES]: inserted(CODES, "  error: {"),
    [CHECKS]: `${source(CHECKS)}\n${example(CHECKS)}`,
  },
  ["cli/doctor/finding.ts"],
);

test("the examples compile", () => {
  expect(sources.problems()).toEqual([]);
});

test("a property: validated, written, previewed, and found by drift", async () => {
  const declaration = sources.load(CLIENT)["oidcClient"] as typeof oidcClient;
  const server = await clientServer("2.14.0");
  const runEngine = () =>
    operate(objectHandler(declaration, rules), anotherProcess({ apiKey: "key", url: server.url }));
  try {
    const client = runEngine();
    const program = (motto: string, more: object = {}) => {
      const callbackUrls = ["https://wiki.company.com/"];
      return { name: "wiki", clientId: "wiki", restricted: false, callbackUrls, motto, ...more };
    };
    expect((await client.check(program("x".repeat(21)))).failures).toEqual([
      { property: "motto", reason: expect.stringContaining("20 characters") as string },
    ]);

    const entry = await client.create(program("Hello"));
    expect(server.clients.get("wiki")).toMatchObject({ branding: { motto: "Hello" } });

    server.clients.set("wiki", { ...server.clients.get("wiki"), branding: { motto: "By hand" } });
    const taken = await runEngine().check(program("Ours", { adopt: "reclaim" }));
    expect(taken.failures[0]?.reason).toContain('motto "By hand" -> "Ours"');

    const live = await runEngine().refresh(entry);
    const names = { group: (id: string) => id };
    expect(changesOf(declaration, live?.outputs ?? {}, entry.inputs, names)).toEqual([
      expect.objectContaining({ field: "motto", words: "motto is 'By hand', should be 'Hello'" }),
    ]);
  } finally {
    await server.close();
  }
});

test("a resource: created, compared and deleted", async () => {
  const { team } = sources.load(TEAM[1]) as { team: Parameters<typeof operate>[0] };
  const server = await pocketIdUnderTest();
  const resource = operate(team, anotherProcess(server));
  try {
    const entry = await resource.create({ name: "night-shift" });
    expect(entry.outputs).toMatchObject({ name: "night-shift", friendlyName: "night-shift", adopted: false });
    expect(await resource.diff(entry, { name: "day-shift" })).toMatchObject({ changes: true });
    await resource.delete(entry);
    expect(await resource.refresh(entry)).toBeUndefined();
  } finally {
    await server.close();
  }
});

test("a finding: printed with its reason and its fix", () => {
  const { checkHasCallbacks } = sources.load(CHECKS) as {
    checkHasCallbacks: (name: string, facts: object) => Parameters<typeof report.reportOf>[1];
  };
  const { reportOf } = sources.load("cli/doctor/finding.ts") as typeof report;
  expect(checkHasCallbacks("the web client", { callbackURLs: ["https://ocis.company.com/"] })).toEqual([]);
  const text = reportOf("company", checkHasCallbacks("the web client", { callbackURLs: [] }), coloursOf({}));
  expect(text).toContain("error client-without-callbacks\n  the web client has no callback URL\n");
  expect(text).toContain("Pocket ID refuses every login of a client without callback URLs");
  expect(text).toContain("pulumi up --refresh");
});

test("a target: users bring it, and its files are resources", async () => {
  const { filesTarget } = sources.load(TARGET) as {
    filesTarget: (
      name: string,
      workload: Workload,
      args: object,
      opts: pulumi.CustomResourceOptions,
    ) => Target;
  };
  await mockEngine();
  pulumi.runtime.setAllConfig({ "pocketid:apiKey": "key", "pocketid:url": "http://127.0.0.1:1" }, [
    "pocketid:apiKey",
  ]);
  const { inputs, result } = await run(() => {
    const deploy: CustomTargetArgs["deploy"] = (name, workload, opts) =>
      filesTarget(name, workload, { directory: "out" }, opts);
    return new OcisWithPocketId("ocis", { domain: "company.com", target: { type: "custom", deploy } });
  });
  expect(inputs["ocis-files"]).toMatchObject({
    directory: "out",
    files: {
      "environment.json": expect.stringContaining('"OCIS_URL":"https://ocis.company.com"') as string,
      "csp.yaml": expect.stringContaining("https://pocket-id.company.com") as string,
    },
  });
  expect(inputs).not.toHaveProperty("ocis-container");
  expect(await valueOf(result.deployment)).toEqual({ target: "files", directory: "out" });
});

test("every example is one of these", () => {
  expect([...examples.keys()].sort()).toEqual([CLIENT, ...TEAM, CODES, CHECKS, TARGET].sort());
});
