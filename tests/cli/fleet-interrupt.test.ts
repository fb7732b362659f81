import { spawn } from "node:child_process";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Network, type Proxy, slowProxy } from "../../emulator/proxy";
import { testEngine } from "../support/engine";
import { onTerminal, whyNoTerminal } from "./terminal";
import { type FleetProject, fleetProject, type FleetServer, fleetServer } from "./fleet-project";

/** Ctrl-C in the middle of a fleet's `up`: a terminal sends it to all processes of the job. */
const MAIN = path.join(__dirname, "..", "..", "cli", "bin", "cli", "main.js");
const network: Network = { delay: 0, requests: 0 };
let server: FleetServer;
let proxy: Proxy;
let project: FleetProject;

beforeAll(async () => {
  await testEngine();
  server = await fleetServer();
  proxy = await slowProxy(server.url, network);
  project = fleetProject();
  const { body } = await server.call<{ issuer: string }>("GET", "/.well-known/openid-configuration");
  for (const company of ["first", "second"]) {
    const config = {
      "pocketid:url": proxy.url,
      "ocis-pocket-id:ocisHost": `ocis.${company}.test`,
      "ocis-pocket-id:issuer": body.issuer,
      "ocis-pocket-id:target": "bundle",
      "ocis-pocket-id:bundleDirectory": path.join(project.directory, `bundle-${company}`),
      "ocis-pocket-id:nativeClients": "none",
      "ocis-pocket-id:claimKey": `${company}_roles`,
      "ocis-pocket-id:groupNames": Object.fromEntries(
        ["admin", "spaceAdmin", "user", "guest"].map((role) => [role, `${company}-${role}`]),
      ),
    };
    project.writeStackFile(company, config);
  }
});
afterAll(async () => {
  project.remove();
  await proxy.close();
  await server.close();
});

/** The key is in the environment: in the stack files it would be in clear. */
const login = () => ({
  ...project.login,
  PULUMI_CONFIG_PASSPHRASE: "a passphrase",
  POCKET_ID_URL: proxy.url,
  POCKET_ID_API_KEY: server.apiKey,
});

const up = ["fleet", "up", "--yes", "--json", "--parallel", "1"];

const noTerminal = whyNoTerminal();
if (noTerminal !== undefined) console.log(`What fleet asks on a terminal is not tried: ${noTerminal}`);
const testOnTerminal = noTerminal === undefined ? test : test.skip;

testOnTerminal(
  "up shows what companies that were never up would get, and asks; a no changes nothing",
  async () => {
    const before = project.stackFile("first");
    const args = ["fleet", "up", "--cwd", project.directory];
    const { code, shown } = await onTerminal(args, [["[y/N]", "no"]], login());
    expect([code, shown]).toEqual([0, expect.stringContaining("2 companies: 2 done")]);
    for (const company of ["first", "second"]) {
      expect(shown).toMatch(new RegExp(`^ {2}${company} +http://127\\.0\\.0\\.1:\\d+ +13 create`, "m"));
      expect(shown).toMatch(
        new RegExp(`^${company}: create UserGroup ocis-admin, ocis-guest, ocis-spaceAdmin, ocis-user`, "m"),
      );
      expect(() => project.state(company)).toThrow("ENOENT");
    }
    expect(project.stackFile("first")).toBe(before);
    const { body } = await server.call<{ data: unknown[] }>("GET", "/api/user-groups");
    expect(body.data).toEqual([]);
  },
);

test("what runs ends in good order, nothing more is started, and the next up brings all up", async () => {
  network.delay = 400;
  network.requests = 0;
  const env = { ...process.env, ...login() };
  const args = [MAIN, ...up, "--cwd", project.directory];
  const child = spawn(process.execPath, args, { env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
  let stdout = "";
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  while (network.requests < 4) await sleep(50);
  process.kill(-(child.pid ?? 0), "SIGINT");
  expect(await ended).toBe(1);
  const { companies } = JSON.parse(stdout) as { companies: { state: string; reason: string }[] };
  expect(companies.map(({ state }) => state)).toEqual(["failed", "failed"]);
  expect(companies[0]?.reason).toBe("update canceled");
  expect(companies[1]?.reason).toBe("not started, because the run was interrupted");

  network.delay = 0;
  const again = await project.run(up, login());
  const { companies: then } = JSON.parse(again.stdout) as { companies: { state: string }[] };
  expect(then.map(({ state }) => state)).toEqual(["done", "done"]);
});
