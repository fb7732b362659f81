import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import program from "../../index";
import { fleetProject, type FleetProject } from "../cli/fleet-project";
import { programFailure, testEngine } from "../support/engine";
import { messagesIn, operationsIn } from "../support/engine-events";
import { fillPocketId } from "../support/import-setups";
import { TestCluster } from "../support/kubectl";
import { uniqueName } from "../support/pocket-id";
import { openBrowser, logIn, signIn, type Browser } from "./browser";
import { REGISTRY, WORKLOADS } from "./by-hand-workloads";
import { type CompanyCluster, startCompanyCluster } from "./company-cluster";
import { OCIS_HOST, POCKET_ID_HOST, until } from "./company-network";
import { kubernetesParts } from "./kubernetes-parts";
import { hashOf, randomFile } from "./moving-company";
import { type Account, type Ocis, ocisFor, ROLE_IDS } from "./ocis";

const { kubeconfig, images, missing } = kubernetesParts("moving over in Kubernetes");

const CLIENT_ID = "5e9d7c1a-0c55-4f0e-9d6c-3b6f0e6a1b11";
const PASSPHRASE = { PULUMI_CONFIG_PASSPHRASE: "a passphrase" };
const NEW = "ocis-pocket-id-company-ocis";

interface Report {
  forward: string[];
  back: string[];
  byHand: string[];
  blockers: string[];
}

const describeWithParts = missing === undefined ? describe : describe.skip;

/** What somebody applied moves into a stack, and back. Each test goes on where the one before stopped. */
describeWithParts.each(Object.entries(WORKLOADS))("moving over in Kubernetes: %s", (workload, manifests) => {
  const cluster = new TestCluster(kubeconfig);
  const name = uniqueName("k8s-by-hand");
  const namespace = `${name}-ocis`;
  const checkout = process.cwd();
  const { text: content, hash } = randomFile();
  const said: string[] = [];
  let project: FleetProject;
  let company: CompanyCluster;
  let browser: Browser;
  let session: string;
  let stack: Stack;
  let report: Report;
  let account: Account;
  let file: string;

  beforeAll(async () => {
    project = fleetProject();
    // The engine takes this folder for that of the program, which runs in this process.
    writeFileSync(join(project.directory, "Pulumi.yaml"), "name: ocis-pocket-id\nruntime: nodejs\n");
    process.chdir(project.directory);
    company = await startCompanyCluster(cluster, name, images, `cloud.${namespace}.svc:9200`);
    browser = openBrowser(company.proxyPort, company.authority);
    const { call } = company.pocketId;
    const names = { username: "uma", firstName: "uma", lastName: "", displayName: "uma" };
    const { body } = await call<{ id: string }>("POST", "/api/users", {
      ...names,
      email: "uma@company.test",
    });
    const inPocketId = {
      ocisUrl: `https://${OCIS_HOST}`,
      issuer: `https://${POCKET_ID_HOST}`,
      clientId: CLIENT_ID,
    };
    await fillPocketId(call, inPocketId, body.id);
    const path = `/api/users/${body.id}/one-time-access-token`;
    const link = await call<{ token: string }>("POST", path, { ttl: "1h" });
    session = await signIn(browser, inPocketId.issuer, link.body.token);
    await cluster.kubectl("create", "namespace", namespace);
    const { authority, proxyAddress: address } = company;
    await cluster.apply(...manifests({ namespace, image: images.ocis, address, authority }));
    await kubectl("rollout", "status", workload, "--timeout=120s");
    account = await eventually(async () => (await login()).account());
    const ocis = await login();
    file = await eventually(() => ocis.fileUrl("letter.txt"));
    await ocis.writeFile(file, content);
  });
  afterAll(async () => {
    process.chdir(checkout);
    cluster.close();
    for (const each of [name, namespace]) {
      await cluster.kubectl("delete", "namespace", each, "--ignore-not-found", "--wait=false");
    }
    project.remove();
  });

  const kubectl = (...words: string[]) => cluster.kubectl(...words, `--namespace=${namespace}`);
  /** Runs what the report prints, which names the cluster itself. */
  const inShell = (command: string) => promisify(execFile)("/bin/sh", ["-c", command]);
  /** What the report gives to lead the old Service to the new pod, and back. */
  const selectors = () =>
    [...report.byHand.join("\n").matchAll(/`(kubectl [^`]*set selector[^`]+)`/g)].map(([, one = ""]) => one);
  const moveAway = async () => {
    for (const step of report.forward.filter((one) => one.startsWith("kubectl "))) await inShell(step);
  };
  const login = async (): Promise<Ocis> => {
    const redirectUri = `https://${OCIS_HOST}/oidc-callback.html`;
    const request = {
      ...{ issuer: `https://${POCKET_ID_HOST}`, clientId: CLIENT_ID, redirectUri },
      scope: "openid profile email",
    };
    const tokens = await logIn(browser, session, request);
    return ocisFor(browser, `https://${OCIS_HOST}`, tokens.access_token);
  };
  const everythingIsThere = async () => {
    const { id, username, roleIds } = await eventually(async () => (await login()).account());
    expect([id, username, roleIds]).toEqual([account.id, account.username, [ROLE_IDS.user]]);
    const ocis = await login();
    expect(hashOf(await eventually(() => ocis.readFile(file)))).toBe(hash);
  };
  const environment = () => ({
    ...{ ...project.login, ...PASSPHRASE },
    ...{ POCKET_ID_URL: company.pocketId.url, POCKET_ID_API_KEY: company.pocketId.apiKey },
  });
  const importIt = async () => {
    const words = ["import", "--namespace", namespace, "--kubeconfig", kubeconfig, "--stack", "company"];
    const result = await project.run([...words, "--json"], environment());
    said.push(result.stdout, result.stderr);
    return result;
  };
  const preview = async (options: { refresh?: boolean } = {}) => {
    const events: EngineEvent[] = [];
    const onEvent = (event: EngineEvent) => events.push(event);
    await stack.preview({ color: "never", onOutput: (text) => said.push(text), onEvent, ...options });
    return { operations: operationsIn(events), messages: messagesIn(events) };
  };
  /** In a process of its own: the program's waits would fail in this one. */
  const failingUp = async () => {
    const { envVars } = stack.workspace;
    const { directory } = project;
    const printed = await programFailure({
      directory,
      operation: "up",
      stack: "company",
      environment: envVars,
    });
    said.push(printed);
    return printed;
  };
  const up = () => stack.up({ color: "never", onOutput: (text) => said.push(text) });

  test("import writes a stack file, and changes nothing in the cluster", async () => {
    const versions = () =>
      kubectl(
        "get",
        "statefulset,deployment,pvc,ingress,service,configmap,secret",
        "--output=jsonpath={.items[*].metadata.resourceVersion}",
      );
    const before = await versions();
    const { code, stdout, stderr } = await importIt();
    expect([code, stderr]).toEqual([0, ""]);
    report = JSON.parse(stdout) as Report;
    expect(report.blockers).toEqual([]);
    expect(report.forward.filter((step) => step.startsWith("kubectl ")).join()).toContain(kubeconfig);
    expect(await versions()).toBe(before);
    const engine = await testEngine();
    stack = await LocalWorkspace.selectStack(
      { projectName: "ocis-pocket-id", stackName: "company", program },
      {
        workDir: project.directory,
        pulumiCommand: engine.command,
        envVars: { ...engine.environment, ...environment() },
      },
    );
  });

  test("its first preview adopts what is there, while the old pod runs, which an up refuses", async () => {
    const { operations, messages } = await preview();
    expect(operations.filter((line) => !/^(create|read) /.test(line))).toEqual([]);
    expect(messages.join()).toMatch(/pod 'cloud-\S+' runs on '[^']+', which only one oCIS may use/);
    expect(await failingUp()).toContain("which only one oCIS may use");
    await everythingIsThere();
  });

  test("without it, the up works, and people find their account and files", async () => {
    await moveAway();
    await up();
    await inShell(selectors()[0] ?? "false");
    await everythingIsThere();
  });

  test("a file that was mounted over the claim gets into it as the report tells", async () => {
    const commands = /after up, run `([^`]*exec --stdin[^`]*)`, and `([^`]+)`/.exec(report.byHand.join("\n"));
    expect(commands === null).toBe(workload === "statefulset/cloud");
    for (const command of commands?.slice(1) ?? []) await inShell(command);
    await kubectl("rollout", "status", `statefulset/${NEW}`, "--timeout=120s");
    if (commands !== null) {
      const inPod = ["exec", `--namespace=${namespace}`, `${NEW}-0`, "--"];
      expect(await cluster.kubectl(...inPod, "cat", REGISTRY.path)).toBe(REGISTRY.text.trim());
    }
    await everythingIsThere();
  });

  test("the next preview is empty, with a refresh too, and drift finds nothing", async () => {
    const isChange = (line: string) => !/^(same|refresh|read) /.test(line);
    expect((await preview()).operations.filter(isChange)).toEqual([]);
    expect((await preview({ refresh: true })).operations.filter(isChange)).toEqual([]);
    const drift = await project.run(["drift", "--stack", "company"], environment());
    said.push(drift.stdout, drift.stderr);
    expect([drift.code, drift.stdout]).toEqual([0, expect.stringContaining("no drift")]);
  });

  test("the way back works, and then nothing may use the claims beside it", async () => {
    for (const step of report.back) await inShell(step);
    await inShell(selectors()[1] ?? "false");
    await kubectl("rollout", "status", workload, "--timeout=120s");
    await everythingIsThere();
    expect(await kubectl("get", "ingress", "--output=name")).toBe("ingress.networking.k8s.io/cloud");
    expect(await failingUp()).toContain("which only one oCIS may use");
  });

  test("and forth again: destroy keeps both claims, and the next up uses them", async () => {
    await moveAway();
    await stack.destroy({ color: "never", onOutput: (text) => said.push(text) });
    await up();
    await inShell(selectors()[0] ?? "false");
    await everythingIsThere();
    await stack.destroy({ color: "never", onOutput: (text) => said.push(text) });
  });

  test("no secret was shown or written in clear", () => {
    said.push(project.state("company"), readFileSync(join(project.directory, "Pulumi.company.yaml"), "utf8"));
    for (const secret of [company.pocketId.apiKey, "made-up-mail-password", "made-up-admin-password"]) {
      expect(said.filter((text) => text.includes(secret))).toEqual([]);
      expect(said.filter((text) => text.includes(Buffer.from(secret).toString("base64")))).toEqual([]);
    }
  });
});

/** oCIS's services start one after the other. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  let found: { value: T } | undefined;
  await until("oCIS answers", async () => {
    found = { value: await work() };
    return true;
  });
  if (found === undefined) throw new Error("oCIS doesn't answer");
  return found.value;
}
