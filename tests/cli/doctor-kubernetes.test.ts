import { checkContainer, checkSettings } from "../../cli/doctor/container";
import { checkOcis } from "../../cli/doctor/ocis";
import { checkPods, lookAtPods, readPod } from "../../cli/doctor/pods";
import { type Subject, subjectsOf } from "../../cli/stacks/subject";
import { FakeKubectl } from "../components/kubernetes/fake-kubectl";
import { answersTo, NO_CLUSTER, OCIS_URL, snapshot } from "./company-in-kubernetes";

const kubectl = new FakeKubectl();
afterAll(() => {
  kubectl.remove();
});

const ISSUER = "https://id.company.com";
const SET = {
  metadata: { name: "ocis", uid: "set", generation: 2 },
  spec: { replicas: 1 },
  status: { observedGeneration: 2, updateRevision: "new" },
};
const running = { ready: true, restartCount: 0, state: { running: {} } };
const pod = (container: object = running, env: object[] = []) => ({
  metadata: { name: "ocis-0", uid: "pod", labels: { "controller-revision-hash": "new" } },
  spec: { containers: [{ env }] },
  status: { containerStatuses: [container] },
});
const list = (...items: object[]) => ({ kind: "List", items });
const document = (issuer: string) => `${JSON.stringify({ issuer })}\nhttp-status=200`;

const state = snapshot();
/** What doctor finds of the pods alone. */
async function found(answers: Record<string, string | object>) {
  kubectl.answers(answersTo({ "get pods": list(pod()), "get statefulset": SET, ...answers }));
  const { seen, note } = await lookAtPods(state);
  expect(note).toBeUndefined();
  return checkPods(seen).map(({ severity, code, what, fix }) => `${severity} ${code}: ${what}: ${fix}`);
}

test.each<[string, Record<string, string | object>, string[]]>([
  ["nothing of a pod that is ready", {}, []],
  [
    "a StatefulSet that is gone",
    { "get statefulset": "", "get pods": list() },
    [
      "StatefulSet 'ocis' in namespace 'shop' is gone: run `pulumi up --refresh`, and `pulumi up` if that fails",
    ],
  ],
  [
    "one without pods on purpose",
    { "get statefulset": { ...SET, spec: { replicas: 0 } }, "get pods": list() },
    [
      "StatefulSet 'ocis' in namespace 'shop' is scaled to 0: run `kubectl scale statefulset/ocis --replicas=1 --namespace=shop`",
    ],
  ],
  [
    "one whose pod still has the settings before",
    { "get statefulset": { ...SET, status: { ...SET.status, updateRevision: "newer" } } },
    [
      "StatefulSet 'ocis' in namespace 'shop' has no pod yet: read why in `kubectl describe statefulset/ocis --namespace=shop`",
    ],
  ],
  [
    "a pod whose image can't be pulled",
    {
      "get pods": list(
        pod({ ready: false, state: { waiting: { reason: "ImagePullBackOff", message: "no" } } }),
      ),
    },
    [
      "pod 'ocis-0' in namespace 'shop' doesn't run: its image can't be pulled: no: read why in `kubectl describe pod/ocis-0 --namespace=shop`",
    ],
  ],
  [
    "a pod that stops again and again",
    {
      "get pods": list(
        pod({ ready: false, restartCount: 7, state: { waiting: { reason: "CrashLoopBackOff" } } }),
      ),
    },
    [
      "pod 'ocis-0' in namespace 'shop' stops again and again (7 restarts): read why in `kubectl logs ocis-0 --previous --namespace=shop`",
    ],
  ],
  [
    "a pod that isn't ready",
    { "get pods": list(pod({ ...running, ready: false })) },
    [
      "pod 'ocis-0' in namespace 'shop' isn't ready: its probes haven't passed: read why in `kubectl logs ocis-0 --namespace=shop`",
    ],
  ],
])("container-down: %s", async (_what, answers, expected) => {
  expect(await found(answers)).toEqual(expected.map((line) => `error container-down: ${line}`));
});

test("without a cluster, doctor notes it and goes on", async () => {
  kubectl.answers(NO_CLUSTER);
  const { seen, note } = await lookAtPods(state);
  expect(seen).toEqual([]);
  expect(note).toMatch(
    /^note: stack 'test' has pods in Kubernetes, which can't be checked: Kubernetes: The connection [^\n]*$/,
  );
  expect((await lookAtPods({ ...state, resources: [] })).note).toBeUndefined();
});

/** The stack's oCIS, with what its pod answers. */
async function subjectWith(answers: Record<string, string | object>): Promise<Subject> {
  const variables = [
    { name: "OCIS_OIDC_ISSUER", value: ISSUER },
    { name: "PROXY_OIDC_SKIP_USER_INFO", valueFrom: { secretKeyRef: {} } },
  ];
  const usual = { "get statefulset": SET, "get pods": list(pod(running, variables)) };
  kubectl.answers(answersTo({ ...usual, logs: "all is well\n", exec: document(ISSUER), ...answers }));
  const { seen } = await lookAtPods(state);
  const [subject] = subjectsOf(state);
  if (subject === undefined) throw new Error("the state has no oCIS");
  return { ...subject, container: await readPod(seen, OCIS_URL) };
}

test("a pod's settings are read, but those in a Secret aren't", async () => {
  const { container } = await subjectWith({});
  expect(container).toEqual({
    ...{ name: "ocis-0", environment: { OCIS_OIDC_ISSUER: ISSUER }, lacksSettings: false },
    ...{
      dataFileSystem: undefined,
      pod: { namespace: "shop", discovery: { kind: "document", issuer: ISSUER } },
    },
  });
  expect(await readPod((await lookAtPods(state)).seen, "https://other.test")).toBeUndefined();
});

test("environment-breaks-logins: what the running pod has", async () => {
  const env = [{ name: "OCIS_OIDC_ISSUER", value: "https://other" }];
  const findings = checkSettings(await subjectWith({ "get pods": list(pod(running, env)) }));
  expect(findings.map(({ code, what, fix }) => `${code}: ${what}: ${fix}`)).toEqual([
    `environment-breaks-logins: in the running pod's environment OCIS_OIDC_ISSUER isn't '${ISSUER}': run \`pulumi up --refresh\`; ` +
      "if that changes nothing, `kubectl delete pod ocis-0 --namespace=shop`",
  ]);
});

test("settings-missing and data-on-network, with advice for Kubernetes", async () => {
  const mounts = "server:/ocis /var/lib/ocis nfs4 rw 0 0\n";
  const findings = checkContainer(await subjectWith({ logs: "by using 'ocis init --diff'\n", exec: mounts }));
  expect(findings.map(({ code, what }) => `${code}: ${what}`)).toEqual([
    "settings-missing: oCIS in pod 'ocis-0' logs that its ocis.yaml lacks a setting of this version",
    "data-on-network: oCIS in pod 'ocis-0' keeps its files on a network file system (nfs4)",
  ]);
  expect(findings[0]?.fix).toContain(
    "`kubectl exec ocis-0 --namespace=shop -- env OCIS_INSECURE=false ocis init --diff`",
  );
  expect(findings[1]?.fix).toContain("StorageClass");
});

const DOWN = { failure: "ENOTFOUND" };
/** What doctor finds of an oCIS that this machine can't reach. */
const outside = async (exec: string, answer: Parameters<typeof checkOcis>[0]["front"] = DOWN) =>
  checkOcis({ front: answer, discovery: answer, configuration: answer }, await subjectWith({ exec }));

test("an oCIS that answers in its pod only: the fault is on the way there", async () => {
  const [finding, ...more] = await outside(document(ISSUER));
  expect([finding?.code, ...more]).toEqual(["ocis-unreachable"]);
  expect(finding?.fix).toContain(
    "its pod answers: fix what leads there (`kubectl describe ingress,service --namespace=shop`; with a Gateway, httproute)",
  );
});

test("an Ingress controller without a route to oCIS answers 404", async () => {
  const notFound = { status: 404, headers: {}, body: "404 page not found", receivedAt: new Date() };
  const [finding, ...more] = await outside(document(ISSUER), notFound);
  expect([finding?.code, ...more]).toEqual(["ocis-unreachable"]);
  expect(finding?.what).toContain("a proxy in front of oCIS at https://ocis.company.com answers HTTP 404");
  const codes = (await outside("\nhttp-status=404", notFound)).map(({ code }) => code);
  expect(codes).toContain("ocis-discovery-missing");
  expect(codes).not.toContain("ocis-unreachable");
});

test.each([
  [document("https://other"), "ocis-issuer-differs", "names the issuer 'https://other' instead of"],
  ["\nhttp-status=502", "ocis-discovery-failed", "fails (HTTP 502)"],
  ["\nhttp-status=404", "ocis-discovery-missing", "isn't one (HTTP 404)"],
])("inside the pod: %j", async (exec, code, words) => {
  const [, finding] = await outside(exec);
  expect(finding).toMatchObject({ code });
  expect(finding?.what).toContain(`inside pod 'ocis-0', oCIS's own discovery document ${words}`);
  if (code === "ocis-discovery-failed")
    expect(finding?.fix).toContain("`kubectl logs ocis-0 --namespace=shop`");
});

test.each<[string, string, number, string[]]>([
  ["without the right to", 'Error from server (Forbidden): pods "ocis-0" is forbidden', 1, []],
  ["without a program that can", "", 127, []],
  ["that nothing answers", "curl: (7) Failed to connect to 127.0.0.1", 7, ["ocis-discovery-failed"]],
])("asked inside the pod, %s", async (_what, stderr, exitCode, expected) => {
  const subject = await subjectWith({});
  kubectl.answers({
    ...answersTo({ "get statefulset": SET, "get pods": list(pod()) }),
    "--context=company exec": { stderr, exitCode },
  });
  const container = await readPod((await lookAtPods(state)).seen, OCIS_URL);
  const answers = { front: DOWN, discovery: DOWN, configuration: DOWN };
  const codes = checkOcis(answers, { ...subject, container }).map(({ code }) => code);
  expect(codes).toEqual(["ocis-unreachable", ...expected]);
});

test("what fails inside and outside is one finding", async () => {
  const front = { status: 200, headers: {}, body: "", receivedAt: new Date() };
  const discovery = { ...front, status: 500 };
  const subject = await subjectWith({ exec: "\nhttp-status=500" });
  const codes = checkOcis({ front, discovery, configuration: front }, subject).map(({ code }) => code);
  expect(codes.filter((code) => code === "ocis-discovery-failed")).toHaveLength(1);
});
