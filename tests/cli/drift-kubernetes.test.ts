import { findKubernetesDrift, inKubernetes } from "../../cli/drift/kubernetes";
import { FakeKubectl } from "../components/kubernetes/fake-kubectl";
import {
  answersTo,
  type Key,
  type Live,
  live,
  NO_CLUSTER,
  OCIS_URL,
  OWNER,
  snapshot,
} from "./company-in-kubernetes";

const kubectl = new FakeKubectl();
afterAll(() => {
  kubectl.remove();
});

/** Drift after a change; without a field that has the same text. */
async function found(
  change: (objects: Record<Key, Live>) => void,
  showValues = false,
  secrets: string[] = [],
) {
  const objects = live();
  change(objects);
  kubectl.answers(answersTo({ get: { kind: "List", items: Object.values(objects) } }));
  const state = snapshot(secrets);
  const findings = await findKubernetesDrift(state, inKubernetes(state), showValues);
  return findings.map((one) => ({ ...one, line: `${one.object}: ${one.change}` }));
}
const lines = async (...args: Parameters<typeof found>) => (await found(...args)).map(({ line }) => line);

/** A field of the live object, by its path. */
function at(object: Live, ...path: (string | number)[]): Record<string, unknown> {
  let here: unknown = object;
  for (const key of path) here = (here as Record<string | number, unknown>)[key];
  return here as Record<string, unknown>;
}
const container = ({ set }: Record<Key, Live>) => at(set, "spec", "template", "spec", "containers", 0);

test("nothing, and one call for all of a namespace, in the cluster of the resources' provider", async () => {
  expect(await found(() => undefined)).toEqual([]);
  expect(kubectl.calls().map(({ args }) => args.join(" "))).toEqual([
    "--context=company get Namespace.v1./shop StatefulSet.v1.apps/ocis Secret.v1./ocis-secrets " +
      "ConfigMap.v1./ocis-files PersistentVolumeClaim.v1./ocis-data Service.v1./ocis --namespace=shop --ignore-not-found --output=json",
  ]);
});

test.each<[string, (objects: Record<Key, Live>) => void, string[]]>([
  [
    "a value",
    (all) => Object.assign(at(all.set, "spec"), { replicas: 0 }),
    ["StatefulSet shop/ocis: spec.replicas is 0, should be 1"],
  ],
  [
    "an entry of a list, by its name",
    (all) => (container(all)["image"] = "x"),
    [
      "StatefulSet shop/ocis: spec.template.spec.containers.ocis.image is 'x', should be 'owncloud/ocis:8.0.5'",
    ],
  ],
  [
    "a script",
    (all) => (container(all)["command"] = ["true"]),
    ["StatefulSet shop/ocis: spec.template.spec.containers.ocis.command differs"],
  ],
  [
    "a container that was added",
    (all) => (at(all.set, "spec", "template", "spec")["containers"] = [container(all), { name: "other" }]),
    ["StatefulSet shop/ocis: spec.template.spec.containers.other was added"],
  ],
  [
    "a mount that was removed",
    (all) => (container(all)["volumeMounts"] as unknown[]).pop(),
    [
      "StatefulSet shop/ocis: spec.template.spec.containers.ocis.volumeMounts./etc/ocis/csp.yaml is missing, should be " +
        '{"name":"v","mountPath":"/etc/ocis/csp.yaml"}',
    ],
  ],
  [
    "variables, of which only ours are shown",
    (all) => {
      container(all)["env"] = [
        { name: "OCIS_URL", value: "https://other" },
        { name: "PROXY_AUTOPROVISION_CLAIM_GROUPS", value: "groups" },
        { name: "DB_DSN", value: "other" },
        { name: "PW", value: "clear" },
        { name: "FRUIT", value: "banana" },
      ];
    },
    [
      `StatefulSet shop/ocis: variable OCIS_URL is 'https://other', should be '${OCIS_URL}'`,
      "StatefulSet shop/ocis: variable PROXY_AUTOPROVISION_CLAIM_GROUPS is 'groups', should be empty",
      "StatefulSet shop/ocis: variable DB_DSN differs",
      "StatefulSet shop/ocis: variable PW differs",
      "StatefulSet shop/ocis: variable FRUIT was added",
    ],
  ],
  [
    "secrets, never in clear",
    (all) => (all.secret["data"] = { PW: "b3RoZXI=", more: "eA==" }),
    [
      "Secret shop/ocis-secrets: data.PW was changed",
      "Secret shop/ocis-secrets: data.text was deleted",
      "Secret shop/ocis-secrets: data.more was added",
    ],
  ],
  [
    "a file, without its text",
    (all) => (all.files["data"] = { "csp.yaml": "other" }),
    ["ConfigMap shop/ocis-files: csp.yaml was edited"],
  ],
  [
    "a selector that matches less",
    (all) => (at(all.service, "spec", "selector")["other"] = "x"),
    ["Service shop/ocis: spec.selector.other was added"],
  ],
  [
    "another owner, and no orders for Pulumi",
    (all) => (at(all.service, "metadata")["annotations"] = { [OWNER]: "other" }),
    ["Service shop/ocis: its owner is 'other', should be 'shop/test/ocis'"],
  ],
  [
    "an object that is gone",
    (all) => delete (all as Partial<typeof all>).service,
    ["Service shop/ocis: was deleted"],
  ],
])("%s", async (_what, change, expected) => {
  expect(await lines(change)).toEqual(expected);
});

test("a property that is secret in state is named only, also with --show-values", async () => {
  const change = (all: Record<Key, Live>) => {
    Object.assign(at(all.set, "spec"), { replicas: 0 });
    container(all)["env"] = [];
    Object.assign(at(all.set, "spec", "template", "metadata", "labels"), { app: "must-not-be-seen" });
  };
  expect(await lines(change, true, ["spec"])).toEqual([
    "StatefulSet shop/ocis: spec.replicas differs",
    "StatefulSet shop/ocis: spec.template.metadata.labels.app differs",
    "StatefulSet shop/ocis: 4 variables are missing, such as OCIS_URL, PROXY_AUTOPROVISION_CLAIM_GROUPS, DB_DSN",
  ]);
});

test("labels of others are shown with --show-values only", async () => {
  const change = (all: Record<Key, Live>) =>
    Object.assign(at(all.set, "spec", "template", "metadata", "labels"), { app: "x" });
  const label = "StatefulSet shop/ocis: spec.template.metadata.labels.app";
  expect(await lines(change)).toEqual([`${label} differs`]);
  expect(await lines(change, true)).toEqual([`${label} is 'x', should be 'ocis'`]);
});

test.each<[string, (objects: Record<Key, Live>) => void, string, string]>([
  [
    "gone",
    (all) => delete (all as Partial<typeof all>).data,
    "was deleted, and its files with it",
    "restore its backup",
  ],
  [
    "another",
    (all) => (all.data.metadata["uid"] = "other"),
    "was recreated by hand: this stack's files aren't in it",
    "restore its backup",
  ],
  ["lost", (all) => (all.data["status"] = { phase: "Lost" }), "has lost its volume", "restore its backup"],
  [
    "about to go",
    (all) => (all.data.metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"),
    "was deleted, and goes when its pod stops",
    "kubectl patch pv pv-1",
  ],
])(
  "a claim that is %s: what that means for the files, and how to get them back",
  async (_what, change, words, fix) => {
    const findings = await found(change);
    expect(findings).toMatchObject([{ line: `PersistentVolumeClaim shop/ocis-data: ${words}` }]);
    expect(findings[0]?.fix).toContain(fix);
  },
);

test("a namespace that is gone is one finding, for all that was in it", async () => {
  const findings = await found((all) => {
    for (const one of Object.values(all)) one.metadata["name"] = "of-somebody-else";
  });
  expect(findings).toMatchObject([
    { kind: "gone", line: "Namespace shop: was deleted, with everything in it, accounts and files, too" },
  ]);
  expect(findings[0]?.urns).toHaveLength(6);
  expect(findings[0]?.fix).toMatch(/^restore its backup.* pulumi up --refresh --stack test;/);
});

test("without a cluster, or without kubectl, the reason is one line", async () => {
  const state = snapshot();
  const failure = () => findKubernetesDrift(state, inKubernetes(state), false);
  kubectl.answers(NO_CLUSTER);
  await expect(failure()).rejects.toThrow(
    /^Kubernetes: The connection to the server 127.0.0.1:1 was refused[^\n]*$/,
  );
  const path = process.env["PATH"];
  process.env["PATH"] = "/nowhere";
  await expect(failure()).rejects.toThrow(/^`kubectl` isn't on the PATH: install it[^\n]*$/);
  process.env["PATH"] = path;
});
