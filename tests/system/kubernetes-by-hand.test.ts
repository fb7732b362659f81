import { OcisWithPocketId, type OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import type { Finding } from "../../cli/doctor/finding";
import { rmSync } from "node:fs";
import { type EngineStack, engineStack } from "../support/engine";
import { TestCluster } from "../support/kubectl";
import { uniqueName } from "../support/pocket-id";
import { loginOf, runProgram } from "../support/program";
import { findingsOf, runDrift } from "../cli/drift-run";
import { startCompanyCluster } from "./company-cluster";
import { OCIS_HOST, POCKET_ID_HOST } from "./company-network";
import { enterProject } from "./deployed-company";
import { kubernetesParts } from "./kubernetes-parts";

const { kubeconfig, images, missing } = kubernetesParts("changes by hand in Kubernetes");

const SECRET = "must-not-be-seen";

/** What drift and doctor find in a real cluster; each test goes on where the one before stopped. */
(missing === undefined ? describe : describe.skip)("changes by hand in Kubernetes", () => {
  const cluster = new TestCluster(kubeconfig);
  const name = uniqueName("k8s");
  const namespace = `${name}-test-ocis`;
  let stack: EngineStack;

  beforeAll(async () => {
    cleanups.push(() => {
      cluster.close();
    });
    for (const each of [name, namespace]) {
      cleanups.push(() => cluster.kubectl("delete", "namespace", each, "--ignore-not-found", "--wait=false"));
    }
    const company = await startCompanyCluster(cluster, name, images, `ocis.${namespace}.svc:9200`);
    const project = enterProject(name);
    cleanups.push(() => {
      project.leave();
    });
    const args = (): OcisWithPocketIdArgs => ({
      domain: "company.test",
      extraEnvironment: { DB_DSN: pulumi.secret(SECRET) },
      target: {
        type: "kubernetes",
        image: images.ocis,
        caCertificate: company.authority,
        extraHosts: [POCKET_ID_HOST, OCIS_HOST].map((host) => ({ host, ip: company.proxyAddress })),
        storage: { data: "1Gi" },
      },
    });
    stack = await engineStack(name, () => {
      const { ocisUrl, issuer, clientId } = new OcisWithPocketId("ocis", args());
      return Promise.resolve({ ocisUrl, issuer, clientId });
    });
    cleanups.push(
      () => {
        rmSync(stack.directory, { recursive: true, force: true });
      },
      () => stack.destroy(),
    );
    await stack.setConfig({
      "pocketid:url": { value: company.pocketId.url },
      "pocketid:apiKey": { value: company.pocketId.apiKey, secret: true },
      "kubernetes:kubeconfig": { value: cluster.kubeconfig },
    });
    await stack.up();
  });
  /** Run in the opposite order, also if the beginning fails. */
  const cleanups: (() => unknown)[] = [];
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  const kubectl = (...words: string[]) => cluster.kubectl(...words, `--namespace=${namespace}`);
  const patch = (object: string, change: object) =>
    kubectl("patch", object, "--type=strategic", `--patch=${JSON.stringify(change)}`);
  const findings = async () => {
    const { report, code, stdout, stderr } = await runDrift(stack);
    expect(stdout + stderr).not.toContain(SECRET);
    expect(stdout + stderr).not.toContain(Buffer.from(SECRET).toString("base64"));
    expect(report.errors).toEqual([]);
    return { code, found: findingsOf(report).map((line) => line.replaceAll(namespace, "SPACE")) };
  };
  /** The name of an object of a kind that has no other of ours. */
  const nameOf = async (kind: string) =>
    kubectl("get", kind, "--selector=app.kubernetes.io/name=ocis", "--output=name");

  const doctor = async () => {
    const args = ["doctor", "--cwd", stack.directory, "--stack", "test", "--json"];
    const { stdout } = await runProgram(args, loginOf(stack));
    const [result] = JSON.parse(stdout.replaceAll(namespace, "SPACE")) as { findings: Finding[] }[];
    return result?.findings ?? [];
  };
  const podFindings = async () =>
    (await doctor())
      .filter(({ code }) => /^(container-down|environment|settings|data-on)/.test(code))
      .map(({ code, what, fix }) => `${code}: ${what}: ${fix}`);

  test("drift finds nothing after an up", async () => {
    expect(await findings()).toEqual({ code: 0, found: [] });
    expect(await podFindings()).toEqual([]);
  });

  test("drift finds every change, and an up with --refresh undoes it", async () => {
    const [secret, files] = await Promise.all([nameOf("secret"), nameOf("configmap")]);
    const container = {
      name: "ocis",
      image: "local/ocis:other",
      env: [
        { name: "OCIS_INSECURE", value: "true" },
        { name: "DB_DSN", value: "clear", valueFrom: null },
        { name: "FRUIT", value: "banana" },
      ],
      resources: { limits: { memory: "2Gi" } },
    };
    await patch("statefulset/ocis", { spec: { template: { spec: { containers: [container] } } } });
    await kubectl("scale", "statefulset/ocis", "--replicas=0");
    await patch(secret, { data: { DB_DSN: Buffer.from("other").toString("base64") } });
    await patch(files, { data: { "csp.yaml": "directives: {}" } });
    await patch("service/ocis", { spec: { selector: { app: "other" } } });
    await kubectl("label", "service/ocis", "app.kubernetes.io/managed-by=hand", "--overwrite");
    await kubectl("annotate", "ingress/ocis", "theirs=1");
    await kubectl("delete", "networkpolicy/ocis");
    const { code, found: lines } = await findings();
    expect(code).toBe(2);
    const image = `spec.template.spec.containers.ocis.image is 'local/ocis:other', should be '${images.ocis}'`;
    const memory = "spec.template.spec.containers.ocis.resources.limits.memory is '2Gi', should be '4Gi'";
    expect(lines.map((line) => line.replace(/-[0-9a-f]{10}:/, "-HASH:"))).toEqual([
      "ConfigMap SPACE/ocis-files-HASH: csp.yaml was edited",
      "NetworkPolicy SPACE/ocis: was deleted",
      "Secret SPACE/ocis-secrets-HASH: data.DB_DSN was changed",
      "Service SPACE/ocis: label app.kubernetes.io/managed-by is 'hand', should be 'pulumi'",
      "Service SPACE/ocis: spec.selector.app was added",
      "StatefulSet SPACE/ocis: spec.replicas is 0, should be 1",
      `StatefulSet SPACE/ocis: ${image}`,
      `StatefulSet SPACE/ocis: ${memory}`,
      "StatefulSet SPACE/ocis: variable DB_DSN differs",
      "StatefulSet SPACE/ocis: variable FRUIT was added",
      "StatefulSet SPACE/ocis: variable OCIS_INSECURE is 'true', should be 'false'",
    ]);
    expect(await podFindings()).toEqual([
      "container-down: StatefulSet 'ocis' in namespace 'SPACE' is scaled to 0: run `kubectl scale statefulset/ocis --replicas=1 " +
        "--namespace=SPACE`",
    ]);
    await stack.up({ refresh: true });
    expect(await findings()).toEqual({ code: 0, found: [] });
    await kubectl("wait", "--for=condition=Ready", "pod/ocis-0", "--timeout=120s");
    expect(await podFindings()).toEqual([]);
  });

  test("doctor asks inside the pod, and so can tell that the fault is on the way there", async () => {
    const [finding] = (await doctor()).filter(({ code }) => code === "ocis-unreachable");
    expect(finding?.fix).toContain("its pod answers: fix what leads there");
  });

  test("a claim that was deleted is found while oCIS still has its files", async () => {
    await kubectl("delete", "pvc", "ocis-data", "--wait=false");
    expect(await findings()).toEqual({
      code: 2,
      found: ["PersistentVolumeClaim SPACE/ocis-data: was deleted, and goes when its pod stops"],
    });
  });
});
