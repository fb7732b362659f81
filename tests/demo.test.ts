import type { EngineEvent } from "@pulumi/pulumi/automation";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../emulator";
import { EventLines } from "../demo/events";
import { editClaimByHand } from "../demo/setup";
import { COUNTS, goodbye, nextSteps, TITLES } from "../demo/messages";

const GROUP = "99cbacdd-f577-41df-aee6-44326cc21c5d";
const TYPE = "pulumi-nodejs:dynamic/pocketid:";

/** An event as the engine 3.259 sends it, without what the demo doesn't look at. */
function event(op: string, kind: string, before: object | undefined, after: object, id = ""): EngineEvent {
  const type = kind.includes(":") ? kind : TYPE + kind;
  const state = (inputs: object | undefined, outputs: object | undefined) =>
    inputs && { type, urn: "", id, parent: "", inputs, outputs, provider: "" };
  const urn = `urn:pulumi:demo::ocis-pocket-id::${type}::ocis-user`;
  const metadata = {
    op,
    type,
    urn,
    old: state(before, before),
    new: state(after, op === "same" ? after : {}),
  };
  const known = { ...metadata, detailedDiff: null, provider: "" };
  return {
    sequence: 0,
    timestamp: 0,
    resourcePreEvent: { metadata: known },
    resOutputsEvent: { metadata: known },
  } as unknown as EngineEvent;
}

const claims = (value: string) => ({
  __provider: "…",
  claims: [{ key: "roles", value }],
  groupId: GROUP,
  mode: "include",
});
const group = event("same", "UserGroup", undefined, { name: "ocisUser" }, GROUP);
const repaired = event("update", "CustomClaims", claims("user"), claims("ocisUser"));
const others = [
  event("same", "pulumi:pulumi:Stack", undefined, {}),
  event("same", "pulumi:providers:pulumi-nodejs", undefined, {}, "id"),
  event("refresh", "CustomClaims", claims("ocisUser"), claims("user")),
  ...Array.from({ length: 15 }, () => event("same", "OidcClient", undefined, { name: "ocis" })),
];

function printed(): { lines: string[]; all: EventLines } {
  const lines: string[] = [];
  return { lines, all: new EventLines((line) => lines.push(line)) };
}

const replay = (events: readonly EngineEvent[]) => (onEvent: (event: EngineEvent) => void) => {
  events.forEach(onEvent);
  return Promise.resolve();
};

test("the sample in README.md is what the demo prints of these steps", async () => {
  const pocketId = await startEmulator();
  const headers = { "X-API-KEY": pocketId.apiKey, "Content-Type": "application/json" };
  const body = JSON.stringify({ name: "ocisUser", friendlyName: "Users" });
  await fetch(`${pocketId.url}/api/user-groups`, { method: "POST", headers, body });
  const { lines, all } = printed();
  lines.push(TITLES.edit, "", `  ${await editClaimByHand(pocketId)}`, "", TITLES.preview, "");
  await all.show(COUNTS.preview, replay([group, ...others, repaired]), { isPreview: true });
  lines.push("", TITLES.repair, "");
  await all.show(COUNTS.repair, replay([group, ...others, repaired]));
  await pocketId.close();
  const readme = readFileSync(join(__dirname, "..", "README.md"), "utf8");
  expect(readme).toContain(`\`\`\`text\n${lines.join("\n")}\n\`\`\``);
});

test("errors of the engine are printed alone and once; warnings beside the objects", async () => {
  const says = (severity: string, message: string): EngineEvent =>
    ({ sequence: 0, timestamp: 0, diagnosticEvent: { severity, message, color: "never" } }) as EngineEvent;
  const { lines, all } = printed();
  const failing = all.show(COUNTS.up, async (onEvent) => {
    onEvent(says("warning", "<{%reset%}>Pocket ID is\nold<{%reset%}>\n"));
    onEvent(says("error", "no such user"));
    onEvent(says("error", "no such user"));
    await Promise.reject(new Error("code: 255\nstdout: a dump"));
  });
  await expect(failing).rejects.toThrow(/^no such user$/);
  expect(lines).toEqual(["  warning: Pocket ID is old"]);
});

test("the end has a next step, and the way to remove each thing that stays", () => {
  const directory = join(process.cwd(), ".demo", "bundle");
  expect(nextSteps({ target: "bundle", directory })).toContain("ls -a .demo/bundle\n");
  expect(nextSteps({ target: "docker", container: "ocis-pocket-id-demo-ocis" })).toContain(
    "docker logs ocis-pocket-id-demo-ocis\n",
  );
  expect(goodbye("path", false, "/cache")).toBe("The demo is removed.");
  expect(goodbye("downloaded", true, "/cache")).toMatch(/docker volume rm NAME(.|\n)*`rm -r \/cache`/);
  expect(goodbye("downloaded", false, "/cache")).not.toMatch(/Go|volume/);
  expect(goodbye("built", false, "/cache")).toContain("`go clean -cache -modcache`");
});
