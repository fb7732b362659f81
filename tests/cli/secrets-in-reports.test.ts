import { CustomClaims, OidcClient, UserGroup } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EngineStack, engineStack } from "../support/engine";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";
import { findingsOf, runDrift } from "./drift-run";
import { loginOf, runProgram } from "../support/program";

/** What state has as a secret is in no report, in whatever form, nor is what a hand has put in its place. */
const id = uniqueName("hush");
const SECRETS = {
  group: `${id}-group`,
  claim: `${id} "claim" with\ttab`,
  callback: `https://${id}.example/callback`,
  host: `https://${id}.company.test`,
} as const;
const BY_HAND = { claim: `${id}-claim-by-hand`, callback: `https://${id}-by-hand.example/` } as const;

/** A stand-in for the component, whose address a program keeps to itself. */
class Component extends pulumi.ComponentResource {
  constructor(clientId: pulumi.Output<string>, groupId: pulumi.Output<string>) {
    super("ocis-pocket-id:index:OcisWithPocketId", "ocis");
    const ocisUrl = pulumi.secret(SECRETS.host);
    this.registerOutputs({ ocisUrl, issuer: ocisUrl, clientId, groupIds: { admin: groupId } });
  }
}

let server: PocketIdUnderTest;
let stack: EngineStack;

beforeAll(async () => {
  server = await pocketIdUnderTest();
  stack = await engineStack(
    "hush",
    () => {
      const { group, claim, callback } = SECRETS;
      const team = new UserGroup("team", { name: pulumi.secret(group), friendlyName: "Team" });
      new CustomClaims("claims", {
        groupId: team.id,
        claims: pulumi.secret([{ key: "quota", value: claim }]),
      });
      const app = new OidcClient("app", {
        name: "app",
        clientId: id,
        callbackUrls: [pulumi.secret(callback)],
        allowedUserGroupIds: [team.id],
      });
      new Component(app.id, team.id);
      return Promise.resolve({ teamId: team.id });
    },
    { "pocketid:url": { value: server.url }, "pocketid:apiKey": { value: server.apiKey, secret: true } },
  );
  await stack.up();
  const teamId = String((await stack.outputs())["teamId"]);
  await server.call("PUT", `/api/user-groups/${teamId}`, { name: SECRETS.group, friendlyName: "Renamed" });
  await server.call("PUT", `/api/custom-claims/user-group/${teamId}`, [
    { key: "quota", value: BY_HAND.claim },
  ]);
  const path = `/api/oidc/clients/${id}`;
  const { body } = await server.call<object>("GET", path);
  await server.call("PUT", path, { ...body, callbackURLs: [BY_HAND.callback] });
});
afterAll(async () => {
  await stack.destroy();
  await stack.remove();
  await server.close();
});

/** Everything that a run prints and writes, for people and for programs. */
async function printed(verb: string, ...args: readonly string[]): Promise<string> {
  const run = await runProgram([verb, "--cwd", stack.directory, "--stack", "test", ...args], loginOf(stack));
  return run.stdout + run.stderr;
}

const secrets = () => [...Object.values(SECRETS), server.apiKey];

function expectNone(secrets: readonly string[], text: string): void {
  const forms = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ]);
  expect(forms.filter((form) => text.includes(form))).toEqual([]);
}

test.each([[[]], [["--show-values"]]])("drift %j", async (options: string[]) => {
  const { report, code } = await runDrift(stack, options);
  expect(code).toBe(2);
  expect(findingsOf(report)).toEqual([
    `client app (${id}): callbackUrls differs`,
    "group [secret]: claims.quota differs",
    "group [secret]: friendly name is 'Renamed', should be 'Team'",
  ]);
  const files = ["markdown", "junit"].map((name) => join(stack.directory, `drift.${name}`));
  const [markdown = "", junit = ""] = files;
  const text = await printed("drift", "--markdown", markdown, "--junit", junit, ...options);
  for (const all of [text, JSON.stringify(report), ...files.map((file) => readFileSync(file, "utf8"))]) {
    expect(all).toMatch(/\\?\[secret\\?\]/);
    expectNone([...secrets(), ...Object.values(BY_HAND)], all);
  }
});

test.each([[[]], [["--show-values"]]])("doctor %j", async (options: string[]) => {
  const texts = [await printed("doctor", ...options), await printed("doctor", "--json", ...options)];
  for (const text of texts) {
    expect(text).toContain("oCIS at [secret] doesn't answer");
    expectNone(secrets(), text);
  }
});

test.each([["--json"], ["--format=mermaid"]])("diagram %s", async (option) => {
  const text = await printed("diagram", option);
  expect(text).toMatch(/\[secret\]|#91;secret#93;/);
  expectNone(secrets(), text);
});
