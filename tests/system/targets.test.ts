import { OCIS, type OcisWithPocketIdArgs, OPENCLOUD, type Product } from "@ocis-pocket-id/components";
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { joinSwarm } from "../docker/swarm-stack";
import { Docker } from "../support/docker";
import { longestGap } from "../support/longest-gap";
import { uniqueName } from "../support/pocket-id";
import { type CompanyNetwork, startCompanyNetwork, until } from "./company-network";
import { addPerson, DeployedCompany, enterProject, PEOPLE } from "./deployed-company";
import { hashOf, randomFile } from "./moving-company";
import { type Account, type Role, ROLE_IDS } from "./ocis";
import { systemParts, whyNoCompose } from "./parts";

const ROLES = Object.keys(ROLE_IDS) as Role[];
const docker = new Docker();

/** Arguments for any of the targets. */
interface Common {
  readonly image: string;
  readonly publish: false;
  readonly networks: { name: string; aliases: string[] }[];
  readonly caCertificate: string;
}

/** What differs between the targets. */
interface Setup {
  readonly driver: "bridge" | "overlay";
  readonly target: (common: Common, folder: string) => OcisWithPocketIdArgs["target"];
  /** What an admin does after an `up`. */
  readonly start: (company: DeployedCompany) => Promise<unknown>;
  /** What an admin does after a container is lost. */
  readonly repair: (company: DeployedCompany) => Promise<unknown>;
}

const nothing = () => Promise.resolve();
const compose = ({ outputs: { deployment } }: DeployedCompany) =>
  promisify(execFile)("docker", ["compose", "up", "--detach", "--wait"], { cwd: deployment.directory });

const SETUPS: Readonly<Record<"docker" | "bundle" | "swarm", Setup>> = {
  docker: {
    driver: "bridge",
    target: (common) => ({ type: "docker", ...common }),
    start: nothing,
    repair: (company) => company.up({}, { refresh: true }),
  },
  bundle: {
    driver: "bridge",
    target: (common, folder) => ({ type: "bundle", ...common, directory: join(folder, "bundle") }),
    start: compose,
    repair: compose,
  },
  swarm: {
    driver: "overlay",
    // Not every machine that tests has IPVS.
    target: (common) => ({ type: "swarm", ...common, endpointMode: "dnsrr" }),
    start: nothing,
    repair: nothing,
  },
};

for (const [product, variable] of [
  [OCIS, "TEST_OCIS_IMAGE"],
  [OPENCLOUD, "TEST_OPENCLOUD_IMAGE"],
] as const) {
  const parts = systemParts(variable);
  const { title } = product;
  for (const type of Object.keys(SETUPS) as (keyof typeof SETUPS)[]) {
    const missing = "missing" in parts ? parts.missing : type === "bundle" ? whyNoCompose() : undefined;
    const where = `a company with a real ${title}, target ${type}`;
    if (missing !== undefined) console.log(`The test of ${where}, is skipped: ${missing}`);
    (missing === undefined ? describe : describe.skip)(where, () => {
      lifeAt(type, product, parts);
    });
  }
}

/** The life of one company, step by step: each test goes on where the one before stopped. */
function lifeAt(type: keyof typeof SETUPS, product: Product, parts: ReturnType<typeof systemParts>) {
  const { driver, target, start, repair } = SETUPS[type];
  const name = uniqueName(type);
  const otherImage = `${name}:${product.key === "ocis" ? "7.1.1" : "6.2.1"}`;
  const sessions = new Map<Role, string>();
  const accounts = new Map<Role, Account>();
  const { text, hash } = randomFile();
  const milliseconds: Record<string, number> = {};
  let leaveSwarm = nothing;
  let project: ReturnType<typeof enterProject>;
  let network: CompanyNetwork;
  let company: DeployedCompany;
  let file: string;

  beforeAll(async () => {
    if ("missing" in parts) return;
    if (type === "swarm") leaveSwarm = await joinSwarm(docker);
    network = await startCompanyNetwork(docker, name, parts, driver);
    project = enterProject(name);
    company = await DeployedCompany.open(network, product, {
      members: Object.fromEntries(Object.entries(PEOPLE).map(([role, username]) => [role, [username]])),
      target: targetWith(parts.ocis),
    });
  });
  afterAll(async () => {
    console.log(`${product.title}, ${type}: milliseconds without an answer: ${JSON.stringify(milliseconds)}`);
    try {
      await company.stack.destroy();
    } finally {
      project.leave();
      rmSync(company.stack.directory, { recursive: true, force: true });
      await docker.removeAllOf(name);
      await leaveSwarm();
      await docker.run("image", "rm", "--force", otherImage);
    }
  });

  const targetWith = (image: string) => {
    const networks = [{ name, aliases: [product.key] }];
    const common = { image, publish: false, networks, caCertificate: network.authority } as const;
    return target(common, project.folder);
  };
  /** ID and image of the container that runs. */
  const running = async () => {
    const prefix = `name=${name}-test-${product.key}`;
    const id = (await docker.run("ps", "--quiet", "--filter", prefix)).trim();
    return docker.inspect<{ Id: string; Image: string }>("container", id);
  };
  const change = async (words: string, args: Partial<OcisWithPocketIdArgs>) => {
    const gap = longestGap(() => company.browser.send("GET", `${company.outputs.ocisUrl}/config.json`));
    await company.up(args);
    await start(company);
    milliseconds[words] = await gap.stop();
  };
  /** Everybody logs in anew, and has their account, role and file. */
  const allIsWell = async () => {
    for (const role of ROLES) {
      const account = await (await company.logIn(sessions.get(role) ?? "")).account();
      expect(account.roleIds).toEqual([ROLE_IDS[role]]);
      expect(account).toEqual(accounts.get(role) ?? account);
      accounts.set(role, account);
    }
    const uma = await company.logIn(sessions.get("user") ?? "");
    expect(hashOf(await uma.readFile(file))).toBe(hash);
  };

  test("one up, each role logs in, and the next preview has nothing to do", async () => {
    for (const role of ROLES) sessions.set(role, await addPerson(network, PEOPLE[role]));
    await company.up();
    await start(company);
    const uma = await company.logIn(sessions.get("user") ?? "");
    file = await uma.fileUrl("letter.txt");
    await uma.writeFile(file, text);
    await allIsWell();
    expect(await company.previews()).toEqual([["same"], ["same"]]);
  });

  test("after a change of csp.yaml, logins work at once, and accounts and files are there", async () => {
    const office = "https://office.company.test";
    const before = await running();
    await change("csp.yaml", { contentSecurityPolicy: { extend: { "frame-src": [office] } } });
    expect((await running()).Id).not.toBe(before.Id);
    const { headers } = await company.browser.send("GET", `${company.outputs.ocisUrl}/`);
    expect(headers["content-security-policy"]).toContain(office);
    await allIsWell();
    expect(await company.previews()).toEqual([["same"], ["same"]]);
  });

  test("the same after a change of the image", async () => {
    const before = await running();
    const image = "missing" in parts ? "" : parts.ocis;
    await docker.run("create", "--name", `${name}-other`, image);
    await docker.run("commit", "--change", "LABEL other=yes", `${name}-other`, otherImage);
    await docker.run("rm", `${name}-other`);
    await change("image", { target: targetWith(otherImage) });
    const { Id } = await docker.inspect<{ Id: string }>("image", otherImage);
    expect(Id).not.toBe(before.Image);
    expect((await running()).Image).toBe(Id);
    await allIsWell();
    expect(await company.previews()).toEqual([["same"], ["same"]]);
  });

  if (type === "docker") {
    test("a backup undoes what happened since, and what happened is in another one", async () => {
      const { stdout } = await company.program("backup", "--to", join(project.folder, "backups"));
      const [backup = ""] = stdout.split("\n", 1);
      const uma = await company.logIn(sessions.get("user") ?? "");
      const overwrite = () => uma.writeFile(file, "overwritten by mistake");
      await until("files can be written again", () => overwrite().then(() => true));
      const { stderr } = await company.program("restore", backup, "--replace");
      await company.up();
      await allIsWell();
      expect(await company.previews()).toEqual([["same"], ["same"]]);
      const before = /what was there is in (.*)/.exec(stderr)?.[1] ?? "";
      expect((await company.program("backup", "--verify", before)).stdout).toContain("is complete");
    });
  }

  test("the same after the container is lost", async () => {
    const { Id } = await running();
    await docker.run("rm", "--force", Id);
    await repair(company);
    await until(`${product.title} is back`, async () => {
      const { status } = await company.browser.send("GET", `${company.outputs.ocisUrl}/config.json`);
      return status === 200;
    });
    await allIsWell();
    expect(await company.previews()).toEqual([["same"], ["same"]]);
  });
}
