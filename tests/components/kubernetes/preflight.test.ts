import { existsSync } from "node:fs";
import { kubernetesPreflight } from "../../../components/kubernetes/preflight";
import { LAST_BACKUP_ANNOTATION, OWNER_ANNOTATION } from "../../../components/kubernetes/data";
import { FakeKubectl } from "./fake-kubectl";

const OWNER = "shop/prod/ocis";
const inputs = {
  ...{ owner: OWNER, namespace: "shop-prod-ocis", image: "owncloud/ocis:8.0.5" },
  ...{ configVolume: "ocis-config", dataVolume: "ocis-data", configSize: "1Gi", dataSize: "20Gi" },
};

const kubectl = new FakeKubectl();
afterAll(() => {
  kubectl.remove();
});

const object = (
  name: string,
  { owner = OWNER, uid = `${name}-uid` }: { owner?: string | undefined; uid?: string } = {},
) => ({
  kind: name.startsWith("ocis-") ? "PersistentVolumeClaim" : "Namespace",
  metadata: { name, uid, ...(owner === "" ? {} : { annotations: { [OWNER_ANNOTATION]: owner } }) },
});
const there = (changes: Record<string, object> = {}) => ({
  "namespace/shop-prod-ocis": { stdout: object("shop-prod-ocis") },
  "pvc/ocis-config": { stdout: object("ocis-config") },
  "pvc/ocis-data": { stdout: object("ocis-data") },
  ...changes,
});
const IDS = { config: "ocis-config-uid", data: "ocis-data-uid" };

type Fields = Record<string, unknown>;
async function check(news: Fields, olds: Fields = {}) {
  const found = await kubernetesPreflight.check?.(olds, news);
  return { inputs: found?.inputs ?? {}, failures: found?.failures ?? [] };
}

async function problems(news: Fields, olds: Fields = {}): Promise<string[]> {
  const { failures } = await check(news, olds);
  return failures.map(({ reason }) => reason);
}

test("creates namespace and claims, and remembers which ones", async () => {
  kubectl.answers({});
  expect(await problems(inputs)).toEqual([]);
  kubectl.answers(there());
  const { outs } = await kubernetesPreflight.create(inputs);
  expect(outs).toMatchObject({ claimIds: IDS });
  const created = kubectl.calls().filter(({ args }) => args[0] === "create");
  expect(created.map(({ input }) => (JSON.parse(input) as { kind: string }).kind)).toEqual([
    "Namespace",
    "PersistentVolumeClaim",
    "PersistentVolumeClaim",
  ]);
});

test.each([
  [
    "a namespace of others",
    { "namespace/shop-prod-ocis": { stdout: object("shop-prod-ocis", { owner: "" }) } },
    {},
    "namespace 'shop-prod-ocis' already exists and isn't ours",
  ],
  [
    "a claim of another owner",
    { "pvc/ocis-data": { stdout: object("ocis-data", { owner: "other/prod/ocis" }) } },
    {},
    "claim 'ocis-data' belongs to other/prod/ocis, and this is shop/prod/ocis",
  ],
  [
    "a claim without an owner",
    { "pvc/ocis-data": { stdout: object("ocis-data", { owner: "" }) } },
    {},
    "claim 'ocis-data' already exists and has no owner: set adoptVolumes",
  ],
  [
    "a lost claim",
    { "pvc/ocis-data": {} },
    { claimIds: IDS },
    "claim 'ocis-data' in namespace 'shop-prod-ocis' is gone, and this stack's files were in it",
  ],
  [
    "another claim of the same name",
    { "pvc/ocis-data": { stdout: object("ocis-data", { uid: "new" }) } },
    { claimIds: IDS },
    "claim 'ocis-data' in namespace 'shop-prod-ocis' is another than before",
  ],
])("%s is refused at preview", async (_what, answers, known, message) => {
  kubectl.answers(there(answers));
  const olds = "claimIds" in known ? { ...inputs, ...known } : {};
  expect((await problems(inputs, olds)).join()).toContain(message);
});

describe("claims that others made", () => {
  const adopting = { ...inputs, createNamespace: false, adoptVolumes: true };
  const claim = (name: string) => object(name, { owner: "" });
  const pod = (ownerReferences: object[], claimName = "ocis-data", image = "owncloud/ocis:7.1.0") => ({
    ...{ kind: "Pod", metadata: { name: "cloud-0", uid: "pod", ownerReferences } },
    spec: { containers: [{ image }], volumes: [{ persistentVolumeClaim: { claimName } }] },
  });
  const around = (...items: object[]) => ({
    "get pods,statefulsets.apps,persistentvolumeclaims": { stdout: { items } },
    ...there({
      "pvc/ocis-config": { stdout: claim("ocis-config") },
      "pvc/ocis-data": { stdout: claim("ocis-data") },
    }),
  });
  const claims = [claim("ocis-config"), claim("ocis-data")];
  const theirs = pod([{ kind: "ReplicaSet", name: "cloud-5d9c", uid: "replicas" }]);
  const refusal =
    "pod 'cloud-0' runs on 'ocis-data', which only one oCIS may use: run `kubectl scale deployment/cloud --replicas=0 " +
    "--namespace=shop-prod-ocis` before up; its files stay";

  test("another oCIS on them is reported at preview, refused by up, and refused at preview later", async () => {
    kubectl.answers(around(...claims, theirs));
    const print = jest.spyOn(console, "error").mockImplementation();
    const { inputs: first, failures } = await check(adopting);
    expect(failures).toEqual([]);
    expect(print.mock.calls.join()).toContain(refusal);
    print.mockRestore();
    await expect(kubernetesPreflight.create(adopting)).rejects.toThrow(refusal);
    expect(kubectl.calls().filter(({ args }) => args[0] === "create")).toEqual([]);
    expect(await problems(adopting, first)).toEqual([refusal]);
  });

  test.each([
    ["ours", [object("mine", { uid: "set" }), pod([{ kind: "StatefulSet", name: "mine", uid: "set" }])]],
    ["on another claim", [pod([], "other")]],
    ["of another program", [pod([], "ocis-data", "restic/restic")]],
    ["that has ended", [{ ...pod([]), status: { phase: "Succeeded" } }]],
  ])("a pod %s may run", async (_what, pods) => {
    kubectl.answers(around(...claims, ...pods));
    await expect(kubernetesPreflight.create(adopting)).resolves.toMatchObject({
      id: expect.anything() as object,
    });
  });

  test("one that isn't there is never made empty without being asked", async () => {
    kubectl.answers({
      ...around(claim("ocis-config")),
      "pvc/ocis-data": {},
    });
    expect(await problems(adopting)).toEqual([
      expect.stringContaining(
        "claim 'ocis-data' doesn't exist in namespace 'shop-prod-ocis', and adoptVolumes",
      ),
    ]);
    await expect(kubernetesPreflight.create(adopting)).rejects.toThrow("claim 'ocis-data' doesn't exist");
    expect(await problems({ ...adopting, allowEmptyVolumes: true })).toEqual([]);
  });
});

test("an empty claim instead of a lost one must be allowed", async () => {
  kubectl.answers(there({ "pvc/ocis-data": {} }));
  const news = { ...inputs, allowEmptyVolumes: true };
  expect(await problems(news, { ...inputs, claimIds: IDS })).toEqual([]);
});

test("an older image is refused", async () => {
  kubectl.answers(there());
  expect(await problems({ ...inputs, image: "owncloud/ocis:7.3.2" }, inputs)).toEqual([
    expect.stringContaining("owncloud/ocis:7.3.2 is older than owncloud/ocis:8.0.5"),
  ]);
});

test("a cluster that doesn't answer stops an up, and a preview without changes only gets a warning", async () => {
  const stderr =
    "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?\n";
  kubectl.answers({ get: { stderr, exitCode: 1 } });
  expect(await problems(inputs)).toEqual([
    "Kubernetes: The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?",
  ]);
  const { inputs: same } = await check(inputs);
  const print = jest.spyOn(console, "error").mockImplementation();
  expect(await problems(inputs, same)).toEqual([]);
  print.mockRestore();
});

test("a kubeconfig given as text is in a private file only while it is needed", async () => {
  kubectl.answers({ "--context=prod get": {} });
  const kubeconfig = "apiVersion: v1\nkind: Config\n";
  await problems({ ...inputs, cluster: { kubeconfig, context: "prod" } });
  const [call] = kubectl.calls();
  expect(call?.kubeconfig).toMatch(/kubeconfig$/);
  expect(existsSync(call?.kubeconfig ?? "")).toBe(false);
});

describe("the last backup", () => {
  const time = new Date(Date.now() - 30 * 3_600_000).toISOString();
  const backedUp = {
    "pvc/ocis-data": {
      stdout: {
        ...object("ocis-data"),
        metadata: {
          ...object("ocis-data").metadata,
          annotations: { [OWNER_ANNOTATION]: OWNER, [LAST_BACKUP_ANNOTATION]: time },
        },
      },
    },
  };

  test("is an input that isn't compared: nothing before the first up, then 'none' or its time", async () => {
    kubectl.answers({});
    expect((await check(inputs)).inputs).not.toHaveProperty("lastBackup");
    kubectl.answers(there());
    const { outs = {} } = await kubernetesPreflight.create(inputs);
    const first = await check(inputs, outs);
    expect(first.inputs).toMatchObject({ lastBackup: "none" });
    kubectl.answers(there(backedUp));
    const second = await check(inputs, first.inputs);
    expect(second.inputs).toMatchObject({ lastBackup: time });
    const known = { ...first.inputs, ...outs, lastBackup: "none" };
    expect(await kubernetesPreflight.diff?.("x", known, second.inputs)).toMatchObject({ changes: false });
    kubectl.answers({ get: { stderr: "the server is away", exitCode: 1 } });
    expect((await check(inputs, second.inputs)).inputs).toMatchObject({ lastBackup: time });
  });

  test("must be recent enough for another image, if the stack requires that", async () => {
    const known = { ...inputs, claimIds: IDS };
    const next = { ...known, image: "owncloud/ocis:8.0.6", requireBackupHours: 24 };
    kubectl.answers(there());
    expect(await problems(next, known)).toEqual([
      "owncloud/ocis:8.0.6 replaces owncloud/ocis:8.0.5, for which this stack requires a backup of the last 24 hours, and it has " +
        "none: run `ocis-pocket-id backup --to FOLDER`",
    ]);
    kubectl.answers(there(backedUp));
    expect(await problems(next, known)).toEqual([expect.stringContaining(`its last one is of ${time}`)]);
    expect(await problems({ ...next, requireBackupHours: 48 }, known)).toEqual([]);
    expect(await problems({ ...next, image: inputs.image }, known)).toEqual([]);
  });
});
