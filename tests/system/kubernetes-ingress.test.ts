import type { ConfigMap } from "@pulumi/pulumi/automation";
import { declareCompany } from "ocis-pocket-id/program";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Finding } from "../../cli/doctor/finding";
import { type EngineStack, engineStack } from "../support/engine";
import { TestCluster } from "../support/kubectl";
import { uniqueName } from "../support/pocket-id";
import { loginOf, runProgram } from "../support/program";
import { type Browser, logIn, openBrowser, signIn } from "./browser";
import { address, leadTo, makeCompanysAuthority, removeIssuer, type Way, WAYS } from "./company-ingress";
import { OCIS_HOST, POCKET_ID_HOST, until } from "./company-network";
import { enterProject } from "./deployed-company";
import { kubernetesParts, type KubernetesParts } from "./kubernetes-parts";
import { type Asker, download, listen, upload } from "./long-requests";
import { ocisFor, ROLE_IDS } from "./ocis";

const EVENTS = "/ocs/v2.php/apps/notifications/api/v1/notifications/sse";
const BIG = 200 * 2 ** 20;
/** Proxies end what is silent or slow for a minute, if they are left as they come. */
const LONG_SECONDS = 75;

const parts = kubernetesParts("ways into Kubernetes");
const enforced = process.env["TEST_NETWORK_POLICY"] === "enforced";
if (parts.missing === undefined) {
  for (const { title, missing } of WAYS) {
    if (missing !== undefined) console.log(`The test of ${title} is skipped: ${missing}`);
  }
  if (!enforced) console.log("Who reaches the pods isn't tested: TEST_NETWORK_POLICY must be 'enforced'");
}

for (const way of WAYS) {
  const isThere = (parts.missing ?? way.missing) === undefined;
  (isThere ? describe : describe.skip)(`a company behind ${way.title}`, () => {
    lifeBehind(way, parts);
  });
}

interface Pod {
  metadata: { name: string; namespace: string; uid: string; labels: Record<string, string> };
  status: { podIP: string };
}

/** The life of one company, step by step: each test goes on where the one before stopped. */
function lifeBehind(way: Way, { kubeconfig, images }: KubernetesParts) {
  const cluster = new TestCluster(kubeconfig);
  const name = uniqueName("k8sway");
  const signed = makeCompanysAuthority();
  const elsewhere = { ip: address(), port: 443 };
  const everywhere = Object.fromEntries([OCIS_HOST, POCKET_ID_HOST].map((host) => [host, elsewhere]));
  let project: ReturnType<typeof enterProject>;
  let connection: Awaited<ReturnType<typeof leadTo>>;
  let browser: Browser;
  let stack: EngineStack;
  let outputs: { ocisUrl: string; issuer: string; clientId: string; adminLink: string };
  let asker: Asker;
  let kubernetes: object;

  beforeAll(async () => {
    browser = openBrowser(443, signed.authority, everywhere);
    connection = await leadTo(POCKET_ID_HOST, elsewhere, signed.authority);
    kubernetes = await way.prepare(cluster, name, signed);
    project = enterProject(name);
    stack = await engineStack(name, () => {
      const { ocisUrl, issuer, clientId, pocketId } = declareCompany();
      return Promise.resolve({ ocisUrl, issuer, clientId, ...pocketId });
    });
    const keys = {
      ...{ domain: "company.test", pocketId: "managed", target: "kubernetes" },
      ...{ ocisImage: images.ocis, pocketIdImage: images.pocketId, caCertificate: signed.authority },
      pocketIdAdmin: JSON.stringify({ username: "alice", email: "alice@company.test" }),
      members: JSON.stringify({ admin: ["alice"] }),
      extraHosts: JSON.stringify({ [POCKET_ID_HOST]: address(), [OCIS_HOST]: address() }),
    };
    await configure(
      {},
      {
        ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${name}:${key}`, { value }])),
        "pocketid:url": { value: connection.url },
        "kubernetes:kubeconfig": { value: kubeconfig },
      },
    );
  });
  afterAll(async () => {
    try {
      await stack.remove();
    } finally {
      project.leave();
      connection.close();
      await removeIssuer(cluster, name);
      for (const each of [name, `${name}-test-ocis`, `${name}-test-pocket-id`]) {
        await cluster.kubectl("delete", "namespace", each, "--ignore-not-found", "--wait=false");
      }
    }
  });

  /** Sets the key `kubernetes`, and others. */
  const configure = (more: object, others: ConfigMap = {}) =>
    stack.setConfig({
      ...others,
      [`${name}:kubernetes`]: { value: JSON.stringify({ storage: { data: "1Gi" }, ...kubernetes, ...more }) },
    });
  const ourPods = async () => {
    const all = await cluster.kubectl("get", "pods", "--all-namespaces", "--output=json");
    return (JSON.parse(all) as { items: Pod[] }).items.filter(({ metadata }) =>
      metadata.namespace.startsWith(name),
    );
  };
  const podOf = async (app: string) => {
    const found = (await ourPods()).find(({ metadata }) => metadata.labels["app.kubernetes.io/name"] === app);
    if (found === undefined) throw new Error(`${app} has no pod`);
    return found;
  };
  const ocis = () => ocisFor(browser, outputs.ocisUrl, asker.token);

  test("one up, a login, and the next preview has nothing to do", async () => {
    await stack.up();
    outputs = (await stack.outputs()) as unknown as typeof outputs;
    const { issuer, clientId, ocisUrl } = outputs;
    const answers = async () => (await browser.send("GET", `${ocisUrl}/config.json`)).status === 200;
    await until("oCIS answers", () => answers().catch(() => false));
    const session = await signIn(browser, issuer, outputs.adminLink.split("/").at(-1) ?? "");
    const client = {
      ...{ issuer, clientId, redirectUri: `${ocisUrl}/oidc-callback.html`, scope: "openid profile email" },
    };
    const { access_token: token } = await logIn(browser, session, client);
    asker = { address: elsewhere, authority: signed.authority, token };
    expect((await ocis().account()).roleIds).toEqual([ROLE_IDS.admin]);
    expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  });

  test("a big file goes up and down", async () => {
    const file = await ocis().fileUrl("big.bin");
    const { status, sha256 } = await upload(asker, file, BIG);
    expect(status).toBe(201);
    await until("the file is ready", async () => (await download(asker, file)) === sha256);
  });

  test("slow uploads end well, and silent events stay open", async () => {
    const events = await listen(asker, `${outputs.ocisUrl}${EVENTS}`);
    expect(events.status).toBe(200);
    try {
      const file = await ocis().fileUrl("slow.bin");
      const [{ status }] = await Promise.all([
        upload(asker, file, 2 ** 23, LONG_SECONDS),
        sleep(LONG_SECONDS * 1000),
      ]);
      expect([status, events.isOpen()]).toEqual([201, true]);
      const before = events.text().length;
      await ocis().writeFile(await ocis().fileUrl("letter.txt"), "precious");
      await until("the event is there", () => Promise.resolve(events.text().length > before));
    } finally {
      events.close();
    }
  });

  test("nothing is served without TLS", async () => {
    for (const host of [OCIS_HOST, POCKET_ID_HOST]) {
      const options = { host: address(), port: 80, path: "/", headers: { Host: host } };
      const status = await new Promise((resolve, reject) => {
        get(options, (answer) => {
          resolve(answer.resume().statusCode);
        }).on("error", reject);
      });
      expect([host, [308, 404].includes(Number(status))]).toEqual([host, true]);
    }
  });

  test("doctor finds nothing wrong with the pods", async () => {
    const args = ["doctor", "--cwd", stack.directory, "--stack", "test", "--json"];
    const { stdout } = await runProgram(args, loginOf(stack));
    const [result] = JSON.parse(stdout) as { findings: Finding[] }[];
    // DNS has no names of the test's.
    const expected = ["issuer-unreachable", "ocis-unreachable", "identity-changeable"];
    expect(result?.findings.map(({ code }) => code)).toEqual(expected);
  });

  test("draining a node stops oCIS, and it comes back; or that is refused", async () => {
    const evict = async () => {
      const { metadata } = await podOf("ocis");
      const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/eviction`;
      const { name: pod, namespace } = metadata;
      return cluster.post(path, {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name: pod, namespace },
      });
    };
    const before = (await podOf("ocis")).metadata.uid;
    await evict();
    await until("another pod is there", async () => (await podOf("ocis")).metadata.uid !== before);
    await until("oCIS answers", async () => (await ocis().account()).username === "alice");
    await configure({ evictable: false });
    await stack.up();
    await expect(evict()).rejects.toThrow("disruption budget");
  });

  (enforced ? test : test.skip)("other pods reach the public ports alone", async () => {
    const stranger = ["--namespace=default", name];
    const image = images.caddy;
    const command = ["sleep", "600"];
    await cluster.apply({
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" } },
      spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "sh", image, command }] },
    });
    try {
      await cluster.kubectl("wait", "--namespace=default", "--for=condition=Ready", `pod/${name}`);
      const reaches = (ip: string, port: number) =>
        cluster.kubectl("exec", ...stranger, "--", "sh", "-c", `nc -w 5 ${ip} ${port} </dev/null`).then(
          () => true,
          () => false,
        );
      const ours = await ourPods();
      expect(ours).toHaveLength(2);
      for (const { metadata, status } of ours) {
        const inPod = (script: string) =>
          cluster.kubectl(
            "exec",
            `--namespace=${metadata.namespace}`,
            metadata.name,
            "--",
            "sh",
            "-c",
            script,
          );
        const listening = inPod("timeout 60 nc -l -p 8123");
        await sleep(1_000);
        expect(await reaches(status.podIP, 8123)).toBe(false);
        expect(await reaches(status.podIP, metadata.name.includes("pocket-id") ? 1411 : 9200)).toBe(true);
        // It did listen.
        await inPod("nc -w 5 127.0.0.1 8123 </dev/null");
        await listening;
      }
    } finally {
      await cluster.kubectl("delete", "pod", ...stranger, "--wait=false");
    }
  });
}
