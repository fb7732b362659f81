import { declareCompany } from "ocis-pocket-id/program";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type EngineStack, engineStack } from "../support/engine";
import { TestCluster } from "../support/kubectl";
import { uniqueName } from "../support/pocket-id";
import { loginOf, MAIN, runProgram } from "../support/program";
import { type Browser, logIn, openBrowser, signIn } from "./browser";
import { type ClusterProxy, startProxy } from "./company-cluster";
import { OCIS_HOST, POCKET_ID_HOST, until } from "./company-network";
import { enterProject } from "./deployed-company";
import { kubernetesParts } from "./kubernetes-parts";
import { ocisFor, ROLE_IDS } from "./ocis";

const { kubeconfig, images, missing } = kubernetesParts("Pocket ID in Kubernetes");
const database = process.env["TEST_POSTGRES_URL"] ?? "";
if (missing === undefined && database === "") {
  console.log("Pocket ID in Kubernetes is tested with SQLite: TEST_POSTGRES_URL names no database for it");
}

interface Outputs {
  ocisUrl: string;
  issuer: string;
  clientId: string;
  adminLink: string;
}

/** The life of one company, step by step: each test goes on where the one before stopped. */
(missing === undefined ? describe : describe.skip)("Pocket ID and oCIS in Kubernetes", () => {
  const cluster = new TestCluster(kubeconfig);
  const name = uniqueName("k8sid");
  const ocisSpace = `${name}-test-ocis`;
  const pocketIdSpace = `${name}-test-pocket-id`;
  const inSpace = `--namespace=${pocketIdSpace}`;
  let project: ReturnType<typeof enterProject>;
  let proxy: ClusterProxy;
  let browser: Browser;
  let stack: EngineStack;
  let outputs: Outputs;
  let session: string;
  let file: string;

  beforeAll(async () => {
    proxy = await startProxy(cluster, name, images.caddy, {
      ocis: `ocis.${ocisSpace}.svc:9200`,
      pocketId: `pocket-id.${pocketIdSpace}.svc:1411`,
    });
    browser = openBrowser(proxy.proxyPort, proxy.authority);
    project = enterProject(name);
    stack = await engineStack(name, () => {
      const { ocisUrl, issuer, clientId, pocketId } = declareCompany();
      return Promise.resolve({ ocisUrl, issuer, clientId, ...pocketId });
    });
    const keys = {
      domain: "company.test",
      pocketId: "managed",
      target: "kubernetes",
      ocisImage: images.ocis,
      pocketIdImage: images.pocketId,
      pocketIdAdmin: JSON.stringify({ username: "alice", email: "alice@company.test" }),
      members: JSON.stringify({ admin: ["alice"] }),
      caCertificate: proxy.authority,
      extraHosts: JSON.stringify({
        [POCKET_ID_HOST]: proxy.proxyAddress,
        [OCIS_HOST]: proxy.proxyAddress,
      }),
      kubernetes: JSON.stringify({ storage: { data: "1Gi" } }),
    };
    await stack.setConfig({
      ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${name}:${key}`, { value }])),
      ...(database !== "" && { [`${name}:pocketIdDatabase`]: { value: database, secret: true } }),
      "pocketid:url": { value: proxy.pocketIdUrl },
      "kubernetes:kubeconfig": { value: cluster.kubeconfig },
    });
  });
  afterAll(async () => {
    try {
      await stack.remove();
    } finally {
      project.leave();
      cluster.close();
      for (const each of [name, ocisSpace, pocketIdSpace]) {
        await cluster.kubectl("delete", "namespace", each, "--ignore-not-found", "--wait=false");
      }
    }
  });

  const up = async () => {
    const { changes } = await stack.up();
    outputs = (await stack.outputs()) as unknown as Outputs;
    return changes;
  };
  /** A Service sends requests to a new pod a moment after it is ready. */
  const answersAgain = async (url: string) => {
    const end = Date.now() + 60_000;
    const answers = async () => (await browser.send("GET", url)).status < 400;
    while (!(await answers().catch(() => false))) {
      if (Date.now() > end) throw new Error(`${url} didn't come back within a minute`);
      await sleep(500);
    }
  };
  const logInAsAlice = async () => {
    const { issuer, clientId, ocisUrl } = outputs;
    await answersAgain(`${issuer}/healthz`);
    await answersAgain(`${ocisUrl}/config.json`);
    const client = {
      ...{ issuer, clientId, redirectUri: `${ocisUrl}/oidc-callback.html`, scope: "openid profile email" },
    };
    const tokens = await logIn(browser, session, client);
    return ocisFor(browser, ocisUrl, tokens.access_token);
  };

  test("one up: the first admin signs in with their link, and the next preview has nothing to do", async () => {
    const count = (await up())["create"] ?? 0;
    session = await signIn(browser, outputs.issuer, outputs.adminLink.split("/").at(-1) ?? "");
    const ocis = await logInAsAlice();
    expect((await ocis.account()).roleIds).toEqual([ROLE_IDS.admin]);
    file = await ocis.fileUrl("letter.txt");
    await ocis.writeFile(file, "precious");
    const setup = await browser.send("POST", `${outputs.issuer}/api/signup/setup`, {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ username: "mallory", email: "mallory@company.test", firstName: "Mallory" }),
    });
    expect(setup.status).toBeGreaterThanOrEqual(400);
    expect((await stack.preview()).changes).toEqual({ same: count });
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: count });
  });

  test("the pod has its secrets from files, and state has them encrypted", async () => {
    const read = async (kind: string) => cluster.kubectl("get", kind, inSpace, "--output=json");
    const { items } = JSON.parse(await read("secret")) as { items: { data: Record<string, string> }[] };
    const files = ["api-key", "encryption-key", ...(database === "" ? [] : ["database"])];
    const secrets = files.map((key) => Buffer.from(items[0]?.data[key] ?? "", "base64").toString());
    const places = [await read("statefulset"), await read("pods"), stack.state()];
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThanOrEqual(16);
      expect(places.filter((text) => text.includes(secret))).toEqual([]);
    }
  });

  const program = async (...words: string[]) => {
    const run = await runProgram([...words, "--stack", "test", "--cwd", stack.directory], loginOf(stack));
    if (run.code !== 0) throw new Error(run.stderr);
    return run;
  };
  const fileIsBack = async () => {
    const ocis = await logInAsAlice();
    expect((await ocis.account()).roleIds).toEqual([ROLE_IDS.admin]);
    expect(await ocis.readFile(file)).toBe("precious");
    expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  };
  let backup: string;

  test("a backup stops both pods for a moment, and has what both keep", async () => {
    const { stdout } = await program("backup", "--to", join(project.folder, "backups"));
    backup = stdout.split("\n", 1)[0] ?? "";
    expect(stdout).toMatch(/: pocket-id-data, ocis-config, ocis-data \([\d.]+ MB\).*stopped for \d+ s/s);
    expect((await program("backup", "--verify", backup)).stdout).toContain("the backup is complete");
    const pods = await cluster.kubectl("get", "pods", `--namespace=${ocisSpace}`, "--output=name");
    expect(pods).toBe("pod/ocis-0");
    await logInAsAlice();
    expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  });

  test.each(["SIGINT", "SIGKILL"] as const)("a backup ended by %s leaves both running", async (signal) => {
    const words = [
      "backup",
      "--to",
      join(project.folder, "ended"),
      "--stack",
      "test",
      "--cwd",
      stack.directory,
    ];
    const env = { ...process.env, ...loginOf(stack) };
    const child = spawn(process.execPath, [MAIN, ...words], { env, stdio: "ignore" });
    const ended = once(child, "close");
    const pods = async () => {
      const of = (space: string) => cluster.kubectl("get", "pods", `--namespace=${space}`, "--output=name");
      return [await of(ocisSpace), await of(pocketIdSpace)].join("\n").split("\n").sort();
    };
    await until("oCIS has stopped", async () => !(await pods()).includes("pod/ocis-0"));
    child.kill(signal);
    await ended;
    await until("both run again, and nothing is left", async () => {
      return isDeepStrictEqual(await pods(), ["pod/ocis-0", "pod/pocket-id-0"]);
    });
    await logInAsAlice();
  });

  test("after the namespaces and the state are lost, a restore and an up bring everything back", async () => {
    for (const each of [ocisSpace, pocketIdSpace])
      await cluster.kubectl("delete", "namespace", each, "--wait");
    rmSync(join(stack.directory, "backend", ".pulumi"), { recursive: true });
    rmSync(join(stack.directory, "Pulumi.test.yaml"));
    await program("restore", backup);
    await up();
    await fileIsBack();
  });

  test("a backup replaces what was changed since, which is backed up itself", async () => {
    await (await logInAsAlice()).writeFile(file, "overwritten by mistake");
    await expect(program("restore", backup)).rejects.toThrow(/Kubernetes has files in .*: use --replace/);
    const { stderr } = await program("restore", backup, "--replace");
    await up();
    await fileIsBack();
    const before = /what was there is in (.*)/.exec(stderr)?.[1] ?? "";
    expect((await program("backup", "--verify", before)).stdout).toContain("the backup is complete");
  });

  test("after Pocket ID's pod was lost, people log in again", async () => {
    await cluster.kubectl("delete", "pod", "pocket-id-0", inSpace, "--wait=true");
    expect(await (await logInAsAlice()).readFile(file)).toBe("precious");
  });

  test("after destroy, the next up finds the same people", async () => {
    const { text } = await stack.destroy({ excludeProtected: true });
    expect(text).toContain(
      `Pocket ID's accounts stay in the claim pocket-id-data of namespace ${pocketIdSpace}`,
    );
    await up();
    const ocis = await logInAsAlice();
    expect((await ocis.account()).roleIds).toEqual([ROLE_IDS.admin]);
    expect(await ocis.readFile(file)).toBe("precious");
  });
});
