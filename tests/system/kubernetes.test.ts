import { OCIS, type OcisWithPocketIdArgs, OPENCLOUD, type Product } from "@ocis-pocket-id/components";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TestCluster } from "../support/kubectl";
import { longestGap } from "../support/longest-gap";
import { uniqueName } from "../support/pocket-id";
import { startCompanyCluster } from "./company-cluster";
import { OCIS_HOST, POCKET_ID_HOST, until } from "./company-network";
import { addPerson, DeployedCompany, enterProject, PEOPLE } from "./deployed-company";
import { kubernetesParts, type KubernetesParts } from "./kubernetes-parts";
import { type Role, ROLE_IDS } from "./ocis";

const ROLES = Object.keys(ROLE_IDS) as Role[];

for (const product of [OCIS, OPENCLOUD]) {
  const { key, title } = product;
  const parts = kubernetesParts(`${title} in Kubernetes`, `TEST_${key.toUpperCase()}_IMAGE`);
  (parts.missing === undefined ? describe : describe.skip)(
    `a company in Kubernetes with a real ${title}`,
    () => {
      lifeOf(product, parts);
    },
  );
}

/** The life of one company, step by step: each test goes on where the one before stopped. */
function lifeOf(product: Product, { kubeconfig, images }: KubernetesParts) {
  const { key, title } = product;
  const cluster = new TestCluster(kubeconfig);
  const name = uniqueName("k8s");
  const namespace = `${name}-test-${key}`;
  const sessions = new Map<Role, string>();
  let project: ReturnType<typeof enterProject>;
  let company: DeployedCompany;
  let target: Extract<OcisWithPocketIdArgs["target"], { type: "kubernetes" }>;
  let file: string;

  beforeAll(async () => {
    const before = await startCompanyCluster(cluster, name, images, `${key}.${namespace}.svc:9200`);
    project = enterProject(name);
    target = {
      type: "kubernetes",
      image: images.ocis,
      caCertificate: before.authority,
      extraHosts: [POCKET_ID_HOST, OCIS_HOST].map((host) => ({ host, ip: before.proxyAddress })),
      storage: { data: "1Gi" },
      ingress: { className: "nginx", clusterIssuer: "letsencrypt" },
    };
    const members = Object.fromEntries(ROLES.map((role) => [role, [PEOPLE[role]]]));
    company = await DeployedCompany.open(
      before,
      product,
      { ocisHost: OCIS_HOST, members, target },
      { "kubernetes:kubeconfig": { value: kubeconfig } },
    );
    for (const role of ROLES) sessions.set(role, await addPerson(before, PEOPLE[role]));
  });
  afterAll(async () => {
    try {
      await company.stack.destroy();
    } finally {
      project.leave();
      cluster.close();
      for (const each of [name, namespace]) {
        await cluster.kubectl("delete", "namespace", each, "--ignore-not-found", "--wait=false");
      }
      rmSync(company.stack.directory, { recursive: true, force: true });
    }
  });

  const kubectl = (...words: string[]) => cluster.kubectl(...words, `--namespace=${namespace}`);
  const logInAs = (role: Role) => company.logIn(sessions.get(role) ?? "");
  const everybodyHasTheirRole = async () => {
    for (const role of ROLES) {
      expect((await (await logInAs(role)).account()).roleIds).toEqual([ROLE_IDS[role]]);
    }
  };
  const discovery = () =>
    company.browser.send("GET", `${company.outputs.ocisUrl}/.well-known/openid-configuration`);
  /** A Service sends requests to a new pod a moment after it is ready. */
  const answersAgain = async () => {
    const end = Date.now() + 60_000;
    const answers = async () => (await discovery()).status === 200;
    while (!(await answers().catch(() => false))) {
      if (Date.now() > end) throw new Error(`${title} didn't come back within a minute`);
      await sleep(500);
    }
  };
  /** The pod that goes answers until it is gone, and not well. */
  const rolledOut = () => kubectl("rollout", "status", `statefulset/${key}`, "--timeout=90s");
  const everythingWorks = async () => {
    await answersAgain();
    await everybodyHasTheirRole();
    expect(await (await logInAs("user")).readFile(file)).toBe("precious");
  };

  test("one up, each role logs in, and the next preview has nothing to do", async () => {
    await company.up();
    await answersAgain();
    await everybodyHasTheirRole();
    expect(await company.previews()).toEqual([["same"], ["same"]]);
    const ocis = await logInAs("user");
    file = await ocis.fileUrl("letter.txt");
    await ocis.writeFile(file, "precious");
  });

  test("after a change of csp.yaml, logins work at once and files are there", async () => {
    const office = "https://office.company.test";
    const gap = longestGap(discovery);
    const changes = await company
      .up({ contentSecurityPolicy: { extend: { "frame-src": [office] } } })
      .finally(async () => {
        console.log(`${title} didn't answer for ${await gap.stop()} ms during the update`);
      });
    expect(changes).toMatchObject({ replace: 1, update: 2 });
    await answersAgain();
    const { headers } = await company.browser.send("GET", `${company.outputs.ocisUrl}/`);
    expect(headers["content-security-policy"]).toContain(office);
    await everythingWorks();
  });

  test("Kubernetes replaces a pod that is lost", async () => {
    const pod = `${company.outputs.deployment.statefulSet ?? ""}-0`;
    await kubectl("delete", "pod", pod, "--timeout=60s");
    await rolledOut();
    await everythingWorks();
  });

  test("an image that can't be pulled fails the up with the reason, and the right one ends it", async () => {
    const image = `registry.invalid/${images.ocis.split("/").at(-1) ?? ""}`;
    const wrong = company.up({ target: { ...target, image, readiness: { timeoutSeconds: 15 } } });
    await expect(wrong).rejects.toThrow(
      /nobody can log in to (oCIS|OpenCloud) after 15 seconds: its image can't be pulled.*registry\.invalid/,
    );
    await company.up({ target });
    await everythingWorks();
  });

  const variable = `TEST_OTHER_${key.toUpperCase()}_IMAGE`;
  const other = process.env[variable];
  if (other === undefined)
    console.log(`The change of ${title}'s image in Kubernetes is skipped: ${variable} must name another`);
  (other === undefined ? test.skip : test)(
    "after a change of the image, logins work and files are there",
    async () => {
      target = { ...target, image: other ?? "" };
      expect(await company.up({ target })).toMatchObject({ update: 3 });
      await everythingWorks();
    },
  );

  test("after destroy, namespace and files are there, and the next up uses them", async () => {
    expect((await company.stack.destroy()).text).toContain(
      `accounts and files stay in the claims ${key}-config and ${key}-data`,
    );
    await company.up();
    await everythingWorks();
  });

  test("a backup undoes what happened since", async () => {
    const { stdout } = await company.program("backup", "--to", join(project.folder, "backups"));
    const [backup = ""] = stdout.split("\n", 1);
    const uma = await logInAs("user");
    const overwrite = () => uma.writeFile(file, "overwritten by mistake");
    await until("files can be written again", () => overwrite().then(() => true));
    expect(await company.previews()).toEqual([["same"], ["same"]]);
    await company.program("restore", backup, "--replace");
    await company.up();
    await everythingWorks();
    expect(await company.previews()).toEqual([["same"], ["same"]]);
  });

  test("a claim that is lost stops the next preview, and everything changed by hand is put back", async () => {
    await kubectl("label", "statefulset", key, "app.kubernetes.io/name=mine", "--overwrite");
    await kubectl("scale", "statefulset", key, "--replicas=0");
    await kubectl("delete", "ingress", key);
    expect(await company.up({}, { refresh: true })).toMatchObject({ create: 1, update: 1 });
    await rolledOut();
    await everythingWorks();

    await kubectl("scale", "statefulset", key, "--replicas=0");
    await kubectl("delete", "pvc", `${key}-data`, "--timeout=60s");
    expect(await company.stack.failureOf(company.stack.preview())).toContain(
      `claim '${key}-data' in namespace '${namespace}' is gone, and this stack's files were in it`,
    );
    await company.up({ target: { ...target, allowEmptyVolumes: true } }, { refresh: true });
    await answersAgain();
    await everybodyHasTheirRole();
  });
}
