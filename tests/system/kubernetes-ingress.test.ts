import { declareCompany } from "ocis-pocket-id/program";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type EngineStack, engineStack } from "../support/engine";
import { TestCluster } from "../support/kubectl";
import { uniqueName } from "../support/pocket-id";
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

for (const way of WAYS) {
  const parts = kubernetesParts(way.title);
  if (parts.missing === undefined && way.missing !== undefined) {
    console.log(`The test of ${way.title} is skipped: ${way.missing}`);
  }
  ((parts.missing ?? way.missing) === undefined ? describe : describe.skip)(
    `a company behind ${way.title}`,
    () => {
      lifeBehind(way, parts);
    },
  );
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

  beforeAll(async () => {
    browser = openBrowser(443, signed.authority, everywhere);
    connection = await leadTo(POCKET_ID_HOST, elsewhere, signed.authority);
    const kubernetes = await way.prepare(cluster, name, signed);
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
      kubernetes: JSON.stringify({ storage: { data: "1Gi" }, ...kubernetes }),
    };
    await stack.setConfig({
      ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${name}:${key}`, { value }])),
      "pocketid:url": { value: connection.url },
      "kubernetes:kubeconfig": { value: kubeconfig },
    });
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
}
