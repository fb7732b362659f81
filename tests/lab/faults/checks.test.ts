import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { faultProxy } from "../../../emulator/fault-proxy";
import { normalState, outputProblems } from "../../../lab/faults/checks";
import { Company } from "../../../lab/faults/company";
import { killTree } from "../../../lab/faults/stack";
import { openServer } from "../../../lab/server";
import { caller, uniqueName } from "../../support/pocket-id";

/** The fault matrix is only as good as its checks. */
test("an open client is noticed in the request, and in Pocket ID", async () => {
  const server = await openServer({});
  const company = new Company(server, uniqueName("faults"));
  await company.open();
  const proxy = await faultProxy(server.url, company);
  const call = caller({ url: proxy.url, apiKey: server.apiKey });
  const client = { id: "one", name: "One", callbackURLs: [], isPublic: true };
  await call("POST", "/api/oidc/clients", { ...client, isGroupRestricted: true });
  expect(company.violations).toEqual([]);
  await call("PUT", "/api/oidc/clients/one", { ...client, isGroupRestricted: false });
  expect(company.violations).toEqual([
    "PUT /api/oidc/clients/one was sent with isGroupRestricted false",
    "client one was open to everybody after PUT /api/oidc/clients/one",
  ]);
  await proxy.close();
  await company.close();
});

const CLEAR = "error: POST http://id/api/user-groups: HTTP 500. Run the command again when Pocket ID answers";

test.each([
  ["nothing", "Updating", "no line names what failed"],
  ["no fix", "error: POST http://id/api/user-groups: HTTP 500", "no line names a fix"],
  ["two reasons", `${CLEAR}\nerror: another one`, "2 different reasons for one cause"],
  ["a stack trace", `${CLEAR}\n    at create (/home/handler.js:12:3)`, "a stack trace"],
  ["the key", `${CLEAR} with the-key`, "a secret is printed"],
])("a failed run that prints %s has a problem", (_what, text, problem) => {
  expect(outputProblems(text, ["the-key"])).toEqual([problem]);
});

test("a failed run may give one reason for each resource", () => {
  const another = CLEAR.replace("POST http://id/api/user-groups", "PUT http://id/api/custom-claims/user/1");
  expect(outputProblems(`${CLEAR}\nerror: update failed\n${another}`, ["the-key"])).toEqual([]);
});

test("two states that differ only in times, order and IDs are equal", () => {
  const state = (resources: object[]) => JSON.stringify({ checkpoint: { latest: { resources } } });
  const one = { urn: "one", id: "18af1753-004e-4734-b387-5bd699382c77", modified: "2026-01-01" };
  const two = { urn: "two", id: "team-1" };
  const first = normalState(state([one, two]), new Map([["team-1", "<group>"]]));
  const otherOne = { ...one, id: "d0fcc07d-10a2-43bc-8d69-b693e2247d3c", modified: "2026-02-02" };
  const otherTwo = { ...two, id: "team-2" };
  expect(normalState(state([otherTwo, otherOne]), new Map([["team-2", "<group>"]]))).toBe(first);
  expect(normalState(state([otherTwo]), new Map([["team-2", "<group>"]]))).not.toBe(first);
});

test("killing a process kills what it started", async () => {
  const parent = spawn("sh", ["-c", "sleep 60 & echo $!; wait"]);
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const child = Number(line.toString());
  killTree(parent.pid ?? 0);
  await once(parent, "close");
  expect(parent.signalCode).toBe("SIGKILL");
  expect(isRunning(child)).toBe(false);
});

/** A dead process whose parent has not collected it yet is still listed, with the state Z. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}
