import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { dump, load } from "js-yaml";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import program from "../../index";
import { fleetProject, type FleetProject } from "../cli/fleet-project";
import { Docker } from "../support/docker";
import { testEngine } from "../support/engine";
import { messagesIn, operationsIn } from "../support/engine-events";
import { freePort } from "../support/free-port";
import { COMPANIES } from "../support/import-setups";
import { uniqueName } from "../support/pocket-id";
import { hashOf, MovingCompany, randomFile } from "./moving-company";
import { MOVING, type Place } from "./moving-setups";
import { type Account, ROLE_IDS } from "./ocis";
import { systemParts } from "./parts";

const parts = systemParts();
const missing = "missing" in parts ? parts.missing : undefined;
if (missing !== undefined) console.log(`The test of moving over is skipped: ${missing}`);
const describeWithParts = missing === undefined ? describe : describe.skip;

interface Report {
  forward: string[];
  byHand: string[];
}

const docker = new Docker();
const PASSPHRASE = { PULUMI_CONFIG_PASSPHRASE: "a passphrase" };

/** Each set-up is started as its files say, with Caddy as proxy; a person logs in before and after. */
describeWithParts.each(Object.entries(MOVING))("moving over: %s", (setup, moving) => {
  const newName = `ocis-pocket-id-${setup}-ocis`;
  const checkout = process.cwd();
  const { text: content, hash } = randomFile();
  const said: string[] = [];
  let project: FleetProject;
  let company: MovingCompany;
  let stack: Stack;
  let account: Account;
  let file: string;
  let others: string[];
  let report: Report;

  const login = () => ({ ...project.login, ...PASSPHRASE });
  const run = async (options: { refresh?: boolean } = {}) => {
    const events: EngineEvent[] = [];
    const onEvent = (event: EngineEvent) => events.push(event);
    await stack.preview({ color: "never", onOutput: (text) => said.push(text), onEvent, ...options });
    return { operations: operationsIn(events), messages: messagesIn(events) };
  };
  const up = () => stack.up({ color: "never", onOutput: (text) => said.push(text) });
  const importIt = async () => {
    const source = moving.fromContainer
      ? ["--container", `${company.place.name}-${company.service}`]
      : ["--compose", company.folder];
    const result = await project.run(["import", ...source, "--stack", setup, "--json"], {
      ...login(),
      ...{ POCKET_ID_URL: company.pocketIdUrl, POCKET_ID_API_KEY: company.place.apiKey },
    });
    said.push(result.stdout, result.stderr);
    return result;
  };

  beforeAll(async () => {
    if ("missing" in parts) return;
    const name = uniqueName("moving");
    const place: Place = {
      ...{
        name,
        images: parts,
        apiKey: randomBytes(24).toString("hex"),
        gateway: await gatewayOf(parts.caddy),
      },
      ports: { ocis: await freePort(), pocketId: await freePort() },
    };
    const contents = COMPANIES[setup];
    if (contents === undefined) throw new Error(`nothing is known of ${setup}`);
    project = fleetProject();
    // The engine takes this folder for that of the program, which runs in this process.
    writeFileSync(join(project.directory, "Pulumi.yaml"), "name: ocis-pocket-id\nruntime: nodejs\n");
    process.chdir(project.directory);
    company = new MovingCompany(docker, setup, contents, moving, place, project.directory);
    await company.start();
    account = await eventually(async () => (await company.logIn()).account());
    const ocis = await company.logIn();
    file = await eventually(() => ocis.fileUrl("letter.txt"));
    await ocis.writeFile(file, content);
    others = await company.others();
  });
  afterAll(async () => {
    process.chdir(checkout);
    await docker.removeAllOf(newName);
    await docker.removeAllOf(company.place.name);
    project.remove();
  });

  test("import writes a stack file", async () => {
    if (setup === "no-volumes") {
      const { code, stderr } = await importIt();
      expect([code, stderr]).toEqual([1, expect.stringContaining("/etc/ocis is neither a volume")]);
      await company.mountConfiguration();
    }
    const { code, stdout, stderr } = await importIt();
    expect([code, stderr]).toEqual([0, ""]);
    report = JSON.parse(stdout) as Report;
    const stackFile = join(project.directory, `Pulumi.${setup}.yaml`);
    const settings = load(readFileSync(stackFile, "utf8")) as { config: Record<string, unknown> };
    said.push(JSON.stringify(settings));
    const port = String(company.place.ports.ocis);
    const keys = { port, ...moving.keys };
    for (const [key, value] of Object.entries(keys)) settings.config[`ocis-pocket-id:${key}`] = value;
    writeFileSync(stackFile, dump(settings));
    expect(report.byHand.join().includes("none of the four groups")).toBe("members" in keys);
    const engine = await testEngine();
    stack = await LocalWorkspace.selectStack(
      { projectName: "ocis-pocket-id", stackName: setup, program },
      {
        workDir: project.directory,
        pulumiCommand: engine.command,
        envVars: { ...engine.environment, ...login() },
      },
    );
  });

  test("its first preview adopts what is there, while the old container runs", async () => {
    const { operations, messages } = await run();
    const [planned = "", adopted = ""] = reviewed(setup);
    // A container shows that it's in a network, but not that nobody else is.
    const isNew = (line: string) => !(moving.fromContainer && line.startsWith("create Network:"));
    const expected = [...planned.split("\n").filter(isNew), ...(moving.operations ?? [])];
    expect(operations).toEqual(expected.sort());
    const isOfPocketId = (line: string) => /: (adopted|does not exist), /.test(line);
    expect(messages.filter(isOfPocketId)).toEqual(adopted.split("\n").filter(isOfPocketId));
    expect(messages.join()).toContain("which only one oCIS may use");
    const ocis = await company.logIn();
    expect(hashOf(await ocis.readFile(file))).toBe(hash);
  });

  if (setup === "guide-caddy") {
    test("an up with the old container fails before anything happens in Docker", async () => {
      await expect(up()).rejects.toThrow("which only one oCIS may use");
      expect(await docker.names("container", `name=${newName}`)).toEqual([]);
    });
  }

  test("without it, the up works, people find their account and files, and other services stay", async () => {
    await shell(report.forward.find((step) => step.startsWith("docker ")) ?? "false");
    await up();
    for (const [, command = ""] of report.byHand.join("\n").matchAll(/`(docker cp [^`]+)`/g)) {
      await shell(`${command} && docker restart ${newName}`);
    }
    await company.reroute(newName);
    const { id, username, roleIds } = await eventually(async () => (await company.logIn()).account());
    expect([id, username, roleIds]).toEqual([account.id, account.username, [ROLE_IDS.user]]);
    const ocis = await company.logIn();
    expect(hashOf(await eventually(() => ocis.readFile(file)))).toBe(hash);
    expect(await company.others()).toEqual(others);
  });

  test("the next preview is empty, with a refresh too", async () => {
    const isChange = (line: string) => !/^(same|refresh|read) /.test(line);
    expect((await run()).operations.filter(isChange)).toEqual([]);
    expect((await run({ refresh: true })).operations.filter(isChange)).toEqual([]);
  });

  test("no secret was shown or written in clear", () => {
    said.push(project.state(setup));
    for (const secret of [company.place.apiKey, "made-up-mail-password"]) {
      expect(said.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});

/** The operations and messages that somebody reviewed: tests/engine/import-previews.test.ts. */
const reviewed = (setup: string) =>
  readFileSync(join(__dirname, "..", "fixtures", "import", setup, "preview.txt"), "utf8").split("\n\n");

const shell = (command: string) => promisify(execFile)("/bin/sh", ["-c", command]);

/** The address of the Docker host in containers. */
async function gatewayOf(image: string): Promise<string> {
  const printed = await docker.run(
    ...["run", "--rm", "--add-host", "host:host-gateway", "--entrypoint", "cat", image, "/etc/hosts"],
  );
  return /^(\S+)\s+host$/m.exec(printed)?.[1] ?? "";
}

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
