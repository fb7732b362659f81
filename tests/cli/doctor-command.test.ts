import type { Finding } from "../../cli/doctor/finding";
import { type ExampleCompany, exampleCompany } from "../support/example-company";
import { testEngine } from "../support/engine";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";
import { DESKTOP, ocisSettings, ofKind } from "./doctor-company";
import { AUTHORITY, type Ocis, type Proxy, startOcis, startProxy } from "./doctor-servers";
import { loginOf, runProgram } from "../support/program";

/** The program itself, on a stack that the real engine made; each test goes on where the one before stopped. */
let server: PocketIdUnderTest;
let company: ExampleCompany;
let proxy: Proxy;
let ocis: Ocis;

beforeAll(async () => {
  server = await pocketIdUnderTest();
  const { body } = await server.call<{ issuer: string }>("GET", "/.well-known/openid-configuration");
  proxy = await startProxy({ url: server.url, issuer: body.issuer });
  ocis = await startOcis(ocisSettings(proxy.url, ""));
  const { host } = new URL(ocis.url);
  ocis.settings.clientId = host.replace(":", "-");
  company = await exampleCompany(server);
  await company.stack.setConfig({
    "ocis-pocket-id:ocisHost": { value: host },
    "ocis-pocket-id:issuer": { value: proxy.url },
    "pocketid:url": { value: proxy.url },
    "pocketid:caCertificate": { value: AUTHORITY },
  });
});
afterAll(async () => {
  // A real server goes on, and keeps what is not deleted.
  await company.stack.destroy();
  await company.remove();
  await Promise.all([proxy.close(), ocis.close()]);
  await server.close();
});

/** With the engine of the tests on PATH, so that the program has nothing to say of looking for one. */
async function doctor(...args: string[]) {
  const { PATH = "" } = (await testEngine()).environment;
  const environment = { ...loginOf(company.stack), PATH };
  return runProgram(["doctor", "--cwd", company.stack.directory, "--stack", "test", ...args], environment);
}

interface Result {
  stack: string;
  findings: Finding[];
}
const found = (stdout: string) => (JSON.parse(stdout) as Result[]).flatMap(({ findings }) => findings);

test("a stack that was never up is an error of one line", async () => {
  const { code, stdout, stderr } = await doctor();
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(
    "error: stack 'test' has no oCIS with Pocket ID logins yet: run `pulumi up --stack test`\n",
  );
});

test("a healthy stack: nothing to fix, exit code 0", async () => {
  await company.stack.up();
  const { code, stdout, stderr } = await doctor("--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(found(stdout).filter(({ severity }) => severity !== "advice")).toEqual([]);
});

test("the state says what identity oCIS uses, and the proxy that people may change theirs", async () => {
  proxy.alter = (passing) => {
    if (passing.path !== "/api/application-configuration") return;
    passing.status = 200;
    passing.body = '[{"key":"allowOwnAccountEdit","value":"true"}]';
  };
  const { code, stdout } = await doctor("--json");
  expect({ code, codes: found(stdout).map((finding) => finding.code) }).toEqual({
    code: 0,
    codes: ["identity-changeable"],
  });
});

test("what was broken by hand is said with reason and remedy, exit code 2, and no secret with it", async () => {
  const { id, username } = company.people.user;
  await server.call("PUT", `/api/custom-claims/user/${id}`, [{ key: "roles", value: "boss" }]);
  const client = await server.call<object>("GET", `/api/oidc/clients/${ocis.settings.clientId}`);
  await server.call("PUT", `/api/oidc/clients/${ocis.settings.clientId}`, {
    ...client.body,
    isGroupRestricted: false,
  });
  const { code, stdout, stderr } = await doctor();
  expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
  expect(stdout).toContain("test: 1 error, 2 warnings, 1 advice\n");
  expect(stdout).toContain(
    `\nerror person-role-unknown\n  ${username} gets 'roles: boss'\n  why: oCIS answers 500`,
  );
  expect(stdout).toContain("\nwarning client-unrestricted\n");
  expect(stdout).toContain("fix: run `pulumi up --refresh --stack test`, which restores the client\n");
  expect(stdout).not.toContain(server.apiKey);
});

test("the state says that an app's client is this stack's alone, so that another group there is foreign", async () => {
  const path = `/api/oidc/clients/${DESKTOP}`;
  const { body: client } = await server.call<{ allowedUserGroups: { id: string }[] }>("GET", path);
  const name = uniqueName("interns");
  const { body: interns } = await server.call<{ id: string }>("POST", "/api/user-groups", {
    name,
    friendlyName: "Interns",
  });
  const userGroupIds = [...client.allowedUserGroups, interns].map(({ id }) => id);
  await server.call("PUT", `${path}/allowed-user-groups`, { userGroupIds });
  const { stdout } = await doctor("--json");
  await server.call("DELETE", `/api/user-groups/${interns.id}`);
  expect(ofKind("client-group-foreign", found(stdout))).toEqual([
    `the client of the desktop app 'xdXOt13J…' allows the group ${name}, which doesn't belong to this stack`,
  ]);
});

test("--user looks at one person", async () => {
  const { stdout } = await doctor("--json", "--user", company.people.admin.username);
  expect(found(stdout).map((finding) => finding.code)).toEqual([
    "client-unrestricted",
    "identity-changeable",
  ]);
  const { code, stderr } = await runProgram(["doctor", "--user"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^error: .*user\n$/) as string });
});

test("key-in-clear: a key that state has in clear is a warning of doctor and of drift, with the command that replaces it", async () => {
  const before = company.stack.state();
  const state = JSON.parse(before) as { checkpoint: { latest: { resources: { inputs?: object }[] } } };
  for (const { inputs } of state.checkpoint.latest.resources) {
    if (inputs !== undefined && "pocketid:apiKey" in inputs) inputs["pocketid:apiKey"] = server.apiKey;
  }
  await company.stack.takeOver(JSON.stringify(state));
  const checked = await doctor();
  const drift = await runProgram(
    ["drift", "--cwd", company.stack.directory, "--stack", "test"],
    loginOf(company.stack),
  );
  await company.stack.takeOver(before);
  const command = "`pulumi config set --secret pocketid:apiKey --stack test`";
  expect(checked.stdout).toContain(
    "\nwarning key-in-clear\n  the API key is in clear in the stack's state\n",
  );
  expect(checked.stdout).toContain(`run ${command}, then \`pulumi up --stack test\`, and delete the old key`);
  expect(drift.stderr).toContain(
    `warning: the API key is in clear in the state of stack 'test': create a new one, run ${command}`,
  );
  for (const { stdout, stderr } of [checked, drift]) expect(stdout + stderr).not.toContain(server.apiKey);
  expect((await doctor()).stdout).not.toContain("key-in-clear");
});
