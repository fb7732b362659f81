import { OcisWithPocketId, type OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EngineStack, engineStack } from "../support/engine";
import { testCluster, TestCluster } from "../support/kubectl";
import { longestGap } from "../support/longest-gap";
import { uniqueName } from "../support/pocket-id";
import { type Browser, logIn, openBrowser, signIn } from "./browser";
import { type CompanyCluster, startCompanyCluster } from "./company-cluster";
import { OCIS_HOST, POCKET_ID_HOST } from "./company-network";
import { ocisFor, type Role, ROLE_IDS } from "./ocis";

const found = testCluster();
const images = {
  ocis: process.env["TEST_OCIS_IMAGE"] ?? "",
  pocketId: process.env["TEST_POCKET_ID_IMAGE"] ?? "",
  caddy: process.env["TEST_CADDY_IMAGE"] ?? "",
};
const missing =
  "missing" in found
    ? found.missing
    : Object.values(images).includes("")
      ? "TEST_OCIS_IMAGE, TEST_POCKET_ID_IMAGE and TEST_CADDY_IMAGE must name images of its nodes"
      : undefined;
if (missing !== undefined) console.log(`The test of logins in Kubernetes is skipped: ${missing}`);

const PEOPLE: readonly (readonly [Role, string])[] = [
  ["admin", "alice"],
  ["spaceAdmin", "sam"],
  ["user", "uma"],
  ["guest", "gus"],
];

interface Outputs {
  ocisUrl: string;
  issuer: string;
  clientId: string;
  deployment: { namespace: string; statefulSet: string };
}

/** The life of one company, step by step: each test goes on where the one before stopped. */
(missing === undefined ? describe : describe.skip)("a company in Kubernetes, with real servers", () => {
  const cluster = new TestCluster("kubeconfig" in found ? found.kubeconfig : "");
  const name = uniqueName("k8s");
  const namespace = `${name}-test-ocis`;
  const checkout = process.cwd();
  const sessions = new Map<Role, string>();
  let folder: string;
  let company: CompanyCluster;
  let browser: Browser;
  let stack: EngineStack;
  let args: OcisWithPocketIdArgs;
  let outputs: Outputs;
  let file: string;

  beforeAll(async () => {
    company = await startCompanyCluster(cluster, name, images, `ocis.${namespace}.svc:9200`);
    browser = openBrowser(company.proxyPort, company.authority);
    mkdirSync(join(checkout, ".cache", "tests"), { recursive: true });
    // The engine takes this folder for that of the program.
    folder = mkdtempSync(join(checkout, ".cache", "tests", "kubernetes-"));
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
    process.chdir(folder);
    stack = await engineStack(name, () => {
      const { ocisUrl, issuer, clientId, deployment } = new OcisWithPocketId("ocis", args);
      return Promise.resolve({ ocisUrl, issuer, clientId, deployment });
    });
    await stack.setConfig({
      "pocketid:url": { value: company.pocketId.url },
      "pocketid:apiKey": { value: company.pocketId.apiKey, secret: true },
      "kubernetes:kubeconfig": { value: cluster.kubeconfig },
    });
    args = {
      domain: "company.test",
      members: Object.fromEntries(PEOPLE.map(([role, username]) => [role, [username]])),
      target: {
        type: "kubernetes",
        image: images.ocis,
        caCertificate: company.authority,
        extraHosts: [POCKET_ID_HOST, OCIS_HOST].map((host) => ({ host, ip: company.proxyAddress })),
        storage: { data: "1Gi" },
        ingress: { className: "nginx", clusterIssuer: "letsencrypt" },
      },
    };
  });
  afterAll(async () => {
    try {
      await stack.destroy();
    } finally {
      process.chdir(checkout);
      cluster.close();
      for (const each of [name, namespace]) {
        await cluster.kubectl("delete", "namespace", each, "--ignore-not-found", "--wait=false");
      }
      for (const left of [folder, stack.directory]) rmSync(left, { recursive: true, force: true });
    }
  });

  const up = async () => {
    const { changes } = await stack.up();
    outputs = (await stack.outputs()) as unknown as Outputs;
    return changes;
  };
  const logInAs = async (role: Role) => {
    const { issuer, clientId, ocisUrl } = outputs;
    const client = {
      ...{ issuer, clientId, redirectUri: `${ocisUrl}/oidc-callback.html`, scope: "openid profile email" },
    };
    const tokens = await logIn(browser, sessions.get(role) ?? "", client);
    return ocisFor(browser, ocisUrl, tokens.access_token);
  };
  const everybodyHasTheirRole = async () => {
    for (const [role] of PEOPLE) {
      expect((await (await logInAs(role)).account()).roleIds).toEqual([ROLE_IDS[role]]);
    }
  };
  /** A Service sends requests to a new pod a moment after it is ready. */
  const answersAgain = async () => {
    const end = Date.now() + 60_000;
    const answers = async () => (await browser.send("GET", `${outputs.ocisUrl}/config.json`)).status === 200;
    while (!(await answers().catch(() => false))) {
      if (Date.now() > end) throw new Error("oCIS didn't come back within a minute");
      await sleep(500);
    }
  };
  const everythingWorks = async () => {
    await answersAgain();
    await everybodyHasTheirRole();
    expect(await (await logInAs("user")).readFile(file)).toBe("precious");
  };

  test("one up, each role logs in, and the next preview has nothing to do", async () => {
    for (const [role, username] of PEOPLE) {
      const { call } = company.pocketId;
      const names = { username, firstName: username, lastName: "", displayName: username };
      const person = { ...names, email: `${username}@company.test` };
      const { body } = await call<{ id: string }>("POST", "/api/users", person);
      const path = `/api/users/${body.id}/one-time-access-token`;
      const link = await call<{ token: string }>("POST", path, { ttl: "1h" });
      sessions.set(role, await signIn(browser, `https://${POCKET_ID_HOST}`, link.body.token));
    }
    const count = (await up())["create"] ?? 0;
    await answersAgain();
    await everybodyHasTheirRole();
    expect((await stack.preview()).changes).toEqual({ same: count });
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: count });
    const ocis = await logInAs("user");
    file = await ocis.fileUrl("letter.txt");
    await ocis.writeFile(file, "precious");
  });

  test("after a change of csp.yaml, logins work at once and files are there", async () => {
    const office = "https://office.company.test";
    args = { ...args, contentSecurityPolicy: { extend: { "frame-src": [office] } } };
    const gap = longestGap(() => browser.send("GET", `${outputs.ocisUrl}/config.json`));
    const changes = await up().finally(async () => {
      console.log(`oCIS didn't answer for ${await gap.stop()} ms during the update`);
    });
    expect(changes).toMatchObject({ replace: 1, update: 2 });
    await answersAgain();
    const { headers } = await browser.send("GET", `${outputs.ocisUrl}/`);
    expect(headers["content-security-policy"]).toContain(office);
    await everythingWorks();
  });

  test("Kubernetes replaces a pod that is lost", async () => {
    const { statefulSet } = outputs.deployment;
    await cluster.kubectl("delete", "pod", `${statefulSet}-0`, `--namespace=${namespace}`, "--wait=false");
    await cluster
      .kubectl("wait", `--namespace=${namespace}`, "--for=delete", `pod/${statefulSet}-0`, "--timeout=1s")
      .catch(() => "");
    await everythingWorks();
  });

  const target = () => args.target as Extract<OcisWithPocketIdArgs["target"], { type: "kubernetes" }>;

  test("an image that can't be pulled fails the up with the reason, and the right one ends it", async () => {
    const before = args;
    const wrong = { image: "registry.invalid/ocis:7.1.0", readiness: { timeoutSeconds: 15 } };
    args = { ...args, target: { ...target(), ...wrong } };
    expect(await stack.failureOf(stack.up())).toMatch(
      /nobody can log in to oCIS after 15 seconds: its image can't be pulled.*registry\.invalid/,
    );
    args = before;
    await up();
    await everythingWorks();
  });

  const other = process.env["TEST_OTHER_OCIS_IMAGE"];
  if (other === undefined)
    console.log("The change of the image is skipped: TEST_OTHER_OCIS_IMAGE must name another");
  (other === undefined ? test.skip : test)(
    "after a change of the image, logins work and files are there",
    async () => {
      args = { ...args, target: { ...target(), image: other ?? "" } };
      expect(await up()).toMatchObject({ update: 3 });
      await everythingWorks();
    },
  );

  test("after destroy, namespace and files are there, and the next up uses them", async () => {
    expect((await stack.destroy()).text).toContain(
      `accounts and files stay in the claims ocis-config and ocis-data`,
    );
    await up();
    await everythingWorks();
  });

  test("a claim that is lost stops the next preview, and everything changed by hand is put back", async () => {
    await cluster.kubectl(
      "label",
      "statefulset",
      "ocis",
      `--namespace=${namespace}`,
      "app.kubernetes.io/name=mine",
      "--overwrite",
    );
    await cluster.kubectl("scale", "statefulset", "ocis", `--namespace=${namespace}`, "--replicas=0");
    await cluster.kubectl("delete", "ingress", "ocis", `--namespace=${namespace}`);
    expect((await stack.up({ refresh: true })).changes).toMatchObject({ create: 1, update: 1 });
    await everythingWorks();

    await cluster.kubectl("scale", "statefulset", "ocis", `--namespace=${namespace}`, "--replicas=0");
    await cluster.kubectl("delete", "pvc", "ocis-data", `--namespace=${namespace}`, "--timeout=60s");
    expect(await stack.failureOf(stack.preview())).toContain(
      `claim 'ocis-data' in namespace '${namespace}' is gone, and this stack's files were in it`,
    );
    args = { ...args, target: { ...target(), allowEmptyVolumes: true } };
    await stack.up({ refresh: true });
    await answersAgain();
    await everybodyHasTheirRole();
  });
});
