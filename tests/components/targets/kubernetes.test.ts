import * as pulumi from "@pulumi/pulumi";
import { kubernetesTarget, type KubernetesTargetArgs, workload } from "../../../components/targets";
import { dnsLabel } from "../../../components/kubernetes/names";
import { mockEngine, registered, run, valueOf } from "./mocks";

const settings = {
  url: "https://ocis.company.com",
  issuer: "https://pocket-id.company.com",
  environment: { OCIS_URL: "https://ocis.company.com", OCIS_INSECURE: "false" },
  contentSecurityPolicy: "directives: {}\n",
};

beforeAll(mockEngine);
afterEach(() => {
  pulumi.runtime.setAllConfig({});
});

const target = (args: KubernetesTargetArgs = {}, more: object = {}) =>
  run(() => kubernetesTarget("ocis", workload({ ...settings, ...more }, args), args, {}));

interface Pod {
  containers: {
    env: { name: string; value?: string; valueFrom?: object }[];
    startupProbe: { exec: { command: string[] } };
    resources: object;
  }[];
}
const podOf = (inputs: Record<string, Record<string, unknown>>) =>
  (inputs["ocis-stateful-set"]?.["spec"] as { template: { spec: Pod & Record<string, unknown> } }).template
    .spec;

test("makes these children, in a namespace of its own, after the preflight", async () => {
  const { inputs, result } = await target();
  const children =
    "secrets admin-password preflight namespace config data files secret-files stateful-set service network-policy disruption-budget ingress ready";
  expect(Object.keys(inputs).sort()).toEqual(
    children
      .split(" ")
      .map((child) => `ocis-${child}`)
      .sort(),
  );
  expect(inputs["ocis-preflight"]).toMatchObject({
    ...{ owner: "shop/prod/ocis", namespace: "shop-prod-ocis", image: "owncloud/ocis:8.0.5" },
    ...{ configVolume: "ocis-config", dataVolume: "ocis-data", dataSize: "20Gi" },
  });
  expect(inputs["ocis-namespace"]).toMatchObject({
    metadata: {
      name: "shop-prod-ocis",
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
      annotations: { "io.github.ocis-pocket-id.owner": "shop/prod/ocis" },
    },
  });
  expect(inputs["ocis-stateful-set"]).toMatchObject({
    spec: { replicas: 1, podManagementPolicy: "Parallel" },
  });
  expect(await valueOf(result.summary)).toEqual({
    ...{ target: "kubernetes", namespace: "shop-prod-ocis", statefulSet: "ocis", secrets: "stack" },
    volumes: { config: "ocis-config", data: "ocis-data" },
  });
});

test("the pod may do nothing that oCIS doesn't need", async () => {
  const { inputs } = await target();
  expect(podOf(inputs)).toMatchObject({
    ...{ automountServiceAccountToken: false, enableServiceLinks: false },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 1000,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        securityContext: {
          ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
          capabilities: { drop: ["ALL"] },
        },
        resources: { limits: { memory: "4096Mi" } },
      },
    ],
  });
  const [container] = podOf(inputs).containers;
  expect(container?.startupProbe.exec.command.at(-1)).toContain(
    "http://127.0.0.1:9200/.well-known/openid-configuration",
  );
});

test("secret variables are in a Secret, by name only in the pod", async () => {
  const { inputs } = await target({}, { secretEnvironment: pulumi.secret({ DB_DSN: "hush-hush" }) });
  const [container] = podOf(inputs).containers;
  const secretName = (inputs["ocis-secret-files"]?.["metadata"] as { name: string }).name;
  expect(container?.env).toContainEqual({
    name: "DB_DSN",
    valueFrom: { secretKeyRef: { name: secretName, key: "DB_DSN" } },
  });
  expect(JSON.stringify(podOf(inputs))).not.toContain("hush-hush");
});

test("another policy gives the ConfigMap another name, which the pod refers to", async () => {
  const nameOf = (inputs: Record<string, Record<string, unknown>>) =>
    (inputs["ocis-files"]?.["metadata"] as { name: string }).name;
  const before = nameOf((await target()).inputs);
  const { inputs } = await target({}, { contentSecurityPolicy: "directives: {a: b}\n" });
  expect(nameOf(inputs)).toMatch(/^ocis-files-[0-9a-f]{10}$/);
  expect(nameOf(inputs)).not.toBe(before);
  expect(podOf(inputs)["volumes"]).toContainEqual({ name: "files", configMap: { name: nameOf(inputs) } });
});

test("hosts with the same address are one alias: Kubernetes takes each address once", async () => {
  const hosts = ["pocket-id.company.com", "ocis.company.com"].map((host) => ({ host, ip: "10.0.0.1" }));
  const { inputs } = await target({ extraHosts: [...hosts, { host: "mail", ip: "10.0.0.2" }] });
  expect(podOf(inputs)["hostAliases"]).toEqual([
    { ip: "10.0.0.1", hostnames: ["pocket-id.company.com", "ocis.company.com"] },
    { ip: "10.0.0.2", hostnames: ["mail"] },
  ]);
});

test("an Ingress has cert-manager's annotations, and what ingress-nginx needs for files and events", async () => {
  const annotations = {
    "cert-manager.io/cluster-issuer": "letsencrypt",
    "nginx.ingress.kubernetes.io/proxy-body-size": "0",
    "nginx.ingress.kubernetes.io/proxy-request-buffering": "off",
    "nginx.ingress.kubernetes.io/proxy-read-timeout": "3600",
    "nginx.ingress.kubernetes.io/proxy-send-timeout": "3600",
  };
  const { inputs } = await target({ ingress: { className: "nginx", clusterIssuer: "letsencrypt" } });
  expect(inputs["ocis-ingress"]).toMatchObject({
    metadata: { annotations },
    spec: { ingressClassName: "nginx", tls: [{ hosts: ["ocis.company.com"], secretName: "ocis-tls" }] },
  });
});

test("the default class has these annotations, too, and those of the program win", async () => {
  const size = "nginx.ingress.kubernetes.io/proxy-body-size";
  const other = { [size]: "8g", "traefik.ingress.kubernetes.io/router.middlewares": "web-redirect" };
  expect((await target()).inputs["ocis-ingress"]).toMatchObject({
    metadata: { annotations: { [size]: "0" } },
  });
  expect((await target({ ingress: { annotations: other } })).inputs["ocis-ingress"]).toMatchObject({
    metadata: { annotations: { ...other, "nginx.ingress.kubernetes.io/proxy-read-timeout": "3600" } },
  });
});

test("ingress-nginx speaks https with a pod that serves it", async () => {
  const annotations = { "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" };
  expect((await target({ tls: true })).inputs["ocis-ingress"]).toMatchObject({ metadata: { annotations } });
  expect(JSON.stringify((await target()).inputs["ocis-ingress"])).not.toContain("backend-protocol");
});

test.each([{}, { sectionName: "https" }, { port: 443 }])(
  "a Gateway gets an HTTPRoute, at its listener if that is given: %j",
  async (listener) => {
    const gateway = { name: "web", namespace: "gateways", ...listener };
    const { inputs } = await target({ gateway });
    expect(inputs["ocis-route"]).toMatchObject({ kind: "HTTPRoute" });
    expect(inputs["ocis-route"]?.["spec"]).toEqual({
      ...{ parentRefs: [gateway], hostnames: ["ocis.company.com"] },
      rules: [{ backendRefs: [{ name: "ocis", port: 9200 }], timeouts: { request: "0s" } }],
    });
    expect(inputs).not.toHaveProperty("ocis-ingress");
  },
);

test("without an Ingress, nothing leads to oCIS", async () => {
  await target({ ingress: false });
  expect(registered.filter(({ type }) => ["Ingress", "HTTPRoute"].includes(type))).toEqual([]);
});

test("in a namespace that others use, names tell whose the objects are", async () => {
  const { inputs } = await target({ namespace: "files", createNamespace: false });
  expect(inputs).not.toHaveProperty("ocis-namespace");
  expect(inputs["ocis-service"]).toMatchObject({ metadata: { name: "shop-prod-ocis", namespace: "files" } });
});

test("claims by name keep what can't be changed of them", async () => {
  const volumes = { config: "cloud-config", data: "data-cloud-0" };
  const { inputs } = await target({ volumes, storage: { className: "fast", data: "50Gi" } });
  expect(inputs["ocis-preflight"]).toMatchObject({
    ...{ configVolume: "cloud-config", dataVolume: "data-cloud-0", dataSize: "50Gi", storageClass: "fast" },
  });
  expect(inputs["ocis-config"]).toMatchObject({ metadata: { name: "cloud-config" }, spec: {} });
  expect(inputs["ocis-data"]?.["spec"]).toEqual({ resources: { requests: { storage: "50Gi" } } });
  expect(podOf(inputs)["volumes"]).toEqual(
    expect.arrayContaining([{ name: "data", persistentVolumeClaim: { claimName: "data-cloud-0" } }]),
  );
});

test.each([
  [{ data: "/srv/data" }, "volumes.data is '/srv/data', but must be the name of a claim"],
  [{ config: "both", data: "both" }, "volumes.config and volumes.data are both 'both'"],
])("%j is refused", async (volumes, message) => {
  await expect(target({ volumes })).rejects.toThrow(message);
});

test("names are DNS labels, and long ones stay different", () => {
  expect(dnsLabel("Shop_prod.ocis")).toBe("shop-prod-ocis");
  const long = "a".repeat(70);
  expect(dnsLabel(`${long}1`)).toHaveLength(63);
  expect(dnsLabel(`${long}1`)).not.toBe(dnsLabel(`${long}2`));
});
