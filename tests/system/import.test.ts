import { NATIVE_CLIENTS, ROLES, webClient } from "@ocis-pocket-id/components";
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fleetProject, type FleetProject } from "../cli/fleet-project";
import { Docker } from "../support/docker";
import { testEngine } from "../support/engine";
import { uniqueName } from "../support/pocket-id";
import { logIn, openBrowser, signIn } from "./browser";
import { whyNoCommandLine } from "./command-line";
import { type CompanyNetwork, OCIS_HOST, POCKET_ID_HOST, startCompanyNetwork } from "./company-network";
import { type Account, ocisFor, ROLE_IDS } from "./ocis";
import { systemParts } from "./parts";

const parts = systemParts();
const missing = "missing" in parts ? parts.missing : whyNoCommandLine();
if (missing !== undefined) console.log(`The test of moving over is skipped: ${missing}`);
const describeWithParts = missing === undefined ? describe : describe.skip;

const SECRET = "made-up-mail-password-5721";
const OCIS_URL = `https://${OCIS_HOST}`;

interface Report {
  differences: string[];
  forward: string[];
  config: Record<string, unknown>;
}

/** A company that followed the guide by hand moves over: with volumes, from its compose file; with folders, from the container. */
describeWithParts.each(["compose", "container"] as const)("moving over from a %s", (from) => {
  const docker = new Docker();
  const name = uniqueName("moving");
  const clientId = `${name}-web`;
  let project: FleetProject;
  let company: CompanyNetwork;
  let folder: string;
  let session: string;
  let account: Account;
  let file: string;
  let report: Report;
  const said: string[] = [];

  const run = async (program: string, args: readonly string[], more: Record<string, string> = {}) => {
    const options = { cwd: project.directory, env: { ...process.env, ...more }, maxBuffer: 64 * 2 ** 20 };
    const { error, text } = await new Promise<{ error: Error | null; text: string }>((resolve) => {
      execFile(program, args, options, (problem, stdout, stderr) => {
        resolve({ error: problem, text: stdout + stderr });
      });
    });
    said.push(text);
    return { failed: error !== null, text };
  };
  const login = () => ({ ...project.login, PULUMI_CONFIG_PASSPHRASE: "a passphrase" });
  const pulumi = async (...words: string[]) => {
    const engine = await testEngine();
    const all = ["--non-interactive", "--color=never", ...words, "--stack", "moved"];
    return run(engine.command.command, all, { ...login(), ...engine.environment });
  };
  const logInAsUma = async () => {
    const browser = openBrowser(company.proxyPort, company.authority);
    const request = {
      issuer: `https://${POCKET_ID_HOST}`,
      clientId,
      redirectUri: `${OCIS_URL}/oidc-callback.html`,
      scope: "openid profile email",
    };
    return ocisFor(browser, OCIS_URL, (await logIn(browser, session, request)).access_token);
  };

  beforeAll(async () => {
    if ("missing" in parts) return;
    company = await startCompanyNetwork(docker, name, parts);
    await followTheGuide(company, clientId);
    project = fleetProject();
    folder = join(project.directory, name);
    for (const part of ["config", "data"]) {
      mkdirSync(join(folder, part), { recursive: true });
      chmodSync(join(folder, part), 0o777);
    }
    writeFileSync(join(folder, "ca.pem"), company.authority);
    writeFileSync(
      join(folder, "compose.yaml"),
      composeFile(name, parts.ocis, clientId, from === "container"),
    );
    writeFileSync(join(folder, "csp.yaml"), CSP);
    writeFileSync(join(folder, ".env"), `MAIL_PASSWORD=${SECRET}\n`);
    const { failed, text } = await run("docker", [
      "compose",
      "--project-directory",
      folder,
      "up",
      "--detach",
    ]);
    if (failed) throw new Error(text);
    const browser = openBrowser(company.proxyPort, company.authority);
    await eventually(async () => {
      const { status } = await browser.send("GET", `${OCIS_URL}/.well-known/openid-configuration`);
      if (status !== 200) throw new Error(`oCIS answered ${status}`);
    });
    const { call } = company.pocketId;
    const people = await call<{ data: { id: string; username: string }[] }>("GET", "/api/users");
    const uma = people.body.data.find(({ username }) => username === "uma");
    const path = `/api/users/${uma?.id ?? ""}/one-time-access-token`;
    const link = await call<{ token: string }>("POST", path, { ttl: "1h" });
    session = await signIn(browser, `https://${POCKET_ID_HOST}`, link.body.token);
    const ocis = await logInAsUma();
    account = await eventually(() => ocis.account());
    file = await ocis.fileUrl("letter.txt");
    await ocis.writeFile(file, "precious");
  });
  afterAll(async () => {
    // It is in the company's network.
    await docker.removeAllOf("ocis-pocket-id-moved-ocis");
    await docker.removeAllOf(name);
    project.remove();
  });

  test("import writes a stack file, and the secrets in it are encrypted", async () => {
    const source = from === "compose" ? ["--compose", folder] : ["--container", `${name}-ocis`];
    const { code, stdout, stderr } = await project.run(
      ["import", ...source, "--stack", "moved", "--members", "--json"],
      { ...login(), POCKET_ID_URL: company.pocketId.url, POCKET_ID_API_KEY: company.pocketId.apiKey },
    );
    said.push(stdout, stderr);
    expect([code, stderr]).toEqual([0, ""]);
    report = JSON.parse(stdout) as Report;
    expect(report.config).toMatchObject({
      "ocis-pocket-id:webClientId": clientId,
      "ocis-pocket-id:members": { user: ["uma"], admin: [] },
      "ocis-pocket-id:networks": [name],
    });
    said.push(readFileSync(join(project.directory, "Pulumi.moved.yaml"), "utf8"));
    expect(said.at(-1)).toContain("secure: v1:");
  });

  test("its first preview adopts all of Pocket ID, while the old container still runs", async () => {
    const { failed, text } = await pulumi("preview", "--diff");
    expect([failed, text]).toEqual([false, expect.stringContaining("which only one oCIS may use")]);
    expect(text).not.toContain("does not exist, will be created");
    expect(text.match(/: adopted, /g)).toHaveLength(12);
    expect(await (await logInAsUma()).readFile(file)).toBe("precious");
  });

  test("an up with the old container fails before anything happens in Docker", async () => {
    const { failed, text } = await pulumi("up", "--yes", "--skip-preview");
    expect([failed, text]).toEqual([true, expect.stringContaining("which only one oCIS may use")]);
    expect(await docker.names("container", "name=ocis-pocket-id-moved-ocis")).toEqual([]);
  });

  test("without it, the up works, and people find their account and files", async () => {
    const removal = report.forward.find((step) => step.startsWith("docker "));
    expect((await run("/bin/sh", ["-c", removal ?? "false"])).failed).toBe(false);
    const { failed, text } = await pulumi("up", "--yes", "--skip-preview");
    expect([failed, failed ? text : ""]).toEqual([false, ""]);
    const ocis = await logInAsUma();
    expect(await ocis.account()).toEqual(account);
    expect(account.roleIds).toEqual([ROLE_IDS.user]);
    expect(await ocis.readFile(file)).toBe("precious");
  });

  test("the next preview is empty, with a refresh too", async () => {
    expect((await pulumi("preview", "--expect-no-changes")).failed).toBe(false);
    expect((await pulumi("preview", "--refresh", "--expect-no-changes")).failed).toBe(false);
  });

  test("no secret was shown or written in clear", () => {
    said.push(project.state("moved"));
    for (const secret of [SECRET, company.pocketId.apiKey]) {
      expect(said.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});

/** oCIS's services start one after the other. */
async function eventually<T>(work: () => Promise<T>, seconds = 60): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (seconds === 0) throw error;
    await sleep(1_000);
    return eventually(work, seconds - 1);
  }
}

async function followTheGuide({ pocketId: { call } }: CompanyNetwork, clientId: string) {
  const created = async (path: string, body: object) =>
    (await call<{ id: string }>("POST", path, body)).body.id;
  const names = { username: "uma", firstName: "uma", lastName: "", displayName: "uma" };
  const uma = await created("/api/users", { ...names, email: "uma@company.test" });
  const groups: string[] = [];
  for (const { key, groupName, friendlyName, claimValue } of ROLES) {
    const id = await created("/api/user-groups", { name: groupName, friendlyName });
    await call("PUT", `/api/custom-claims/user-group/${id}`, [{ key: "roles", value: claimValue }]);
    if (key === "user") await call("PUT", `/api/user-groups/${id}/users`, { userIds: [uma] });
    groups.push(id);
  }
  const web = { id: clientId, name: "ocis", callbackURLs: webClient(OCIS_URL).callbackUrls };
  await created("/api/oidc/clients", { ...web, isPublic: true, isGroupRestricted: true });
  await call("PUT", `/api/oidc/clients/${clientId}/allowed-user-groups`, { userGroupIds: groups });
  for (const { clientId: id, name, callbackUrls } of NATIVE_CLIENTS) {
    await created("/api/oidc/clients", { id, name, callbackURLs: callbackUrls.slice(0, 1), isPublic: true });
  }
}

const CSP = `directives:
  connect-src: ["'self'", "blob:", "https://raw.githubusercontent.com/owncloud/awesome-ocis/", "https://${POCKET_ID_HOST}/"]
  default-src: ["'none'"]
  frame-ancestors: ["'none'"]
  img-src: ["'self'", "data:", "blob:", "https://raw.githubusercontent.com/owncloud/awesome-ocis/", "https://tiles.company.test"]
  script-src: ["'self'", "'unsafe-inline'"]
  style-src: ["'self'", "'unsafe-inline'"]
`;

const composeFile = (name: string, image: string, clientId: string, withFolders: boolean) => `
name: ${name}
services:
  ocis:
    image: ${image}
    container_name: ${name}-ocis
    entrypoint: [/bin/sh]
    command: ["-c", "ocis init || true; exec ocis server"]
    restart: unless-stopped
    environment:
      OCIS_URL: ${OCIS_URL}
      OCIS_CONFIG_DIR: /etc/ocis
      OCIS_BASE_DATA_PATH: /var/lib/ocis
      OCIS_INSECURE: "false"
      PROXY_TLS: "false"
      PROXY_AUTOPROVISION_ACCOUNTS: "true"
      PROXY_ROLE_ASSIGNMENT_DRIVER: oidc
      OCIS_OIDC_ISSUER: https://${POCKET_ID_HOST}
      PROXY_OIDC_REWRITE_WELLKNOWN: "true"
      WEB_OIDC_CLIENT_ID: ${clientId}
      PROXY_USER_OIDC_CLAIM: preferred_username
      OCIS_EXCLUDE_RUN_SERVICES: idp
      PROXY_CSP_CONFIG_FILE_LOCATION: /etc/ocis/csp.yaml
      NOTIFICATIONS_SMTP_PASSWORD: \${MAIL_PASSWORD}
    volumes:
      - ${withFolders ? "./config" : "config"}:/etc/ocis
      - ${withFolders ? "./data" : "data"}:/var/lib/ocis
      - ./csp.yaml:/etc/ocis/csp.yaml:ro
      - ./ca.pem:/etc/ssl/certs/company.pem:ro
${withFolders ? "" : "volumes: { config: {}, data: {} }"}
networks:
  default: { name: ${name}, external: true }
`;
