import { ownerOf } from "../../../cli/backup/deployment";
import { kubernetesHost } from "../../../cli/backup/kubernetes/host";
import { workloadsOf } from "../../../cli/backup/kubernetes/workloads";
import { FakeKubectl } from "../../components/kubernetes/fake-kubectl";
import { snapshot } from "../company-in-kubernetes";
import { pocketId, preflight, stack, statefulSet } from "./kubernetes-stack";

const kubectl = new FakeKubectl();
afterAll(() => {
  kubectl.remove();
});

test("Pocket ID's claims come before oCIS's, in the order in which the pods start", () => {
  const { workloads, left } = workloadsOf(
    stack(preflight(), statefulSet("ocis", { nodeSelector: { disk: "ssd" } }), pocketId),
  );
  expect(left).toEqual([]);
  expect(workloads.map(({ service }) => service.container)).toEqual(["id/pocket-id", "shop/ocis"]);
  expect(workloads.flatMap(({ service }) => service.places)).toMatchObject([
    { name: "pocket-id-data", kind: "pocket-id-data", source: "id/pocket-id-data" },
    { name: "ocis-config", kind: "ocis-config", source: "shop/ocis-config" },
    { name: "ocis-data", kind: "ocis-data", source: "shop/ocis-data" },
  ]);
  expect(workloads[1]?.placement).toEqual({ nodeSelector: { disk: "ssd" } });
});

test("OpenCloud's extended attributes are a part of their own, and a database elsewhere is none", () => {
  const volumes = [{ secret: { items: [{ key: "database" }] } }];
  const cloud = preflight({ name: "cloud-preflight" }, { product: "opencloud" });
  const { workloads, left } = workloadsOf(stack(cloud, pocketId, statefulSet("pocket-id", { volumes })));
  expect(workloads.flatMap(({ service }) => service.places.map(({ name, kind }) => [name, kind]))).toEqual([
    ["pocket-id-data", "pocket-id-files"],
    ["cloud-config", "opencloud-config"],
    ["cloud-data", "opencloud-data"],
    ["cloud-attributes", "opencloud-attributes"],
  ]);
  expect(left).toEqual([
    "Pocket ID's database, which is in PostgreSQL: back it up at the same time, with pg_dump for instance",
  ]);
});

test("several clusters are refused", () => {
  const elsewhere = preflight({ name: "other-preflight" }, { cluster: { context: "other" } });
  expect(() => workloadsOf(stack(preflight(), elsewhere))).toThrow("stack 'test' is in several clusters");
});

test("what is gone leaves state, what was made anew too, and preflights learn their new claims", async () => {
  const objects = snapshot().resources.filter(({ type }) => type.startsWith("kubernetes:"));
  const resources = objects.map((one) => ({ ...one, outputs: { metadata: { uid: `uid-${one.urn}` } } }));
  const { workloads } = workloadsOf(stack(preflight()));
  const found = (kind: string, name: string, uid: string, annotations = {}) => ({
    ...{ kind, metadata: { name, uid, annotations } },
  });
  kubectl.answers({
    "--context=company get": {
      stdout: {
        items: [
          found("StatefulSet", "ocis", "uid-set"),
          found("PersistentVolumeClaim", "ocis-data", "another"),
          found("ConfigMap", "ocis-files", "uid-files"),
        ],
      },
    },
    "get namespace/shop": {
      stdout: { items: [found("PersistentVolumeClaim", "ocis-data", "another")] },
    },
  });
  const provider = (name: string) => ({
    __provider: `require("@ocis-pocket-id/components/handlers").${name}`,
  });
  const entries = [
    ...resources.map(({ urn, type, id, inputs }) => ({ urn, type, id, inputs: { ...inputs } })),
    {
      ...{ urn: "preflight", type: "dynamic", outputs: { namespace: "shop" } },
      inputs: { ...provider("kubernetesPreflight"), namespace: "shop", claimIds: { data: "uid-data" } },
    },
    { urn: "ready", type: "dynamic", inputs: provider("kubernetesReady") },
    { urn: "group", type: "dynamic", inputs: { name: "admins" } },
  ];
  const kept = await kubernetesHost({}, workloads, resources).reconcile(entries);
  expect(kept.map(({ urn }) => urn)).toEqual(["set", "files", "preflight", "group"]);
  const claimIds = { data: "another" };
  expect(kept[2]).toMatchObject({ inputs: { claimIds }, outputs: { namespace: "shop", claimIds } });
});

test("volumes belong to a stack, whatever organisation its backend has it in", () => {
  expect(ownerOf({ project: "shop", name: "org/shop/test" })).toBe("shop/test");
});
