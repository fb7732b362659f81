import { PocketIdOnKubernetes, type PocketIdOnKubernetesArgs } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import { withoutWaits } from "../../support/without-waits";
import { mockEngine, registered, run, valueOf } from "../targets/mocks";

withoutWaits();
beforeAll(mockEngine);
beforeEach(() => {
  jest.spyOn(console, "warn").mockImplementation();
});

const URL = "https://pocket-id.company.com";
const ADMIN = { username: "alice", email: "alice@company.com" };
const OWNER = "shop/prod/pocket-id";
const NAMESPACE = "shop-prod-pocket-id";
const LABELS = {
  "app.kubernetes.io/name": "pocket-id",
  "app.kubernetes.io/instance": "pocket-id",
  "app.kubernetes.io/managed-by": "pulumi",
};
const ANNOTATIONS = {
  "pulumi.com/skipAwait": "true",
  "pulumi.com/patchForce": "true",
  "io.github.ocis-pocket-id.owner": OWNER,
};

const server = (args: Partial<PocketIdOnKubernetesArgs> = {}) =>
  run(() => new PocketIdOnKubernetes("pocket-id", { url: URL, ...args }));
const metadata = (name: unknown, annotations = ANNOTATIONS) => ({
  ...{ name, namespace: NAMESPACE, labels: LABELS, annotations },
});

interface Template {
  spec: {
    containers: { env: { name: string; value?: string; valueFrom?: object }[]; resources: object }[];
    volumes: object[];
  };
}
const templateOf = (inputs: Record<string, Record<string, unknown>>) =>
  (inputs["pocket-id-stateful-set"]?.["spec"] as { template: Template }).template;
/** A secret on its way to the engine, which keeps it encrypted in state. Source: `specialSigKey` of the SDK. */
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
const base64 = (text: string) => Buffer.from(text).toString("base64");
const dataOf = (inputs: Record<string, Record<string, unknown>>) =>
  inputs["pocket-id-secret-files"]?.["data"];

test("makes these children by default, and lets nobody in before Pocket ID has an admin", async () => {
  const { inputs } = await server({ admin: ADMIN });
  const children = [
    ...["encryption-key", "api-key", "preflight", "namespace", "data", "secret-files", "stateful-set"],
    ...["service", "network-policy", "disruption-budget", "started", "ingress", "starting", "ready", "admin"],
  ];
  const own = Object.keys(inputs).filter((name) => name !== "pocket-id");
  expect(own.sort()).toEqual(children.map((child) => `pocket-id-${child}`).sort());
  const order = registered.map(({ name }) => name);
  for (const [first, then] of [
    ["started", "ingress"],
    ["ingress", "ready"],
    ["ready", "admin"],
  ]) {
    expect(order.indexOf(`pocket-id-${first}`)).toBeLessThan(order.indexOf(`pocket-id-${then}`));
  }
  expect(inputs["pocket-id-preflight"]).toMatchObject({
    ...{ owner: OWNER, namespace: NAMESPACE, image: "ghcr.io/pocket-id/pocket-id:v2.14.0" },
    ...{ dataVolume: "pocket-id-data", dataSize: "1Gi" },
    ...{ key: "pocket-id-encryption-key-id", passkeyHost: "pocket-id.company.com" },
  });
  expect(inputs["pocket-id-started"]).toMatchObject({
    ...{ namespace: NAMESPACE, name: "pocket-id", admin: ADMIN },
    triggers: { template: expect.stringMatching(/^[0-9a-f]{64}$/) as string, claim: "none" },
  });
  expect(inputs["pocket-id-data"]).toEqual({
    metadata: metadata("pocket-id-data"),
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim" },
  });
});

test("the StatefulSet, exactly", async () => {
  const { inputs } = await server();
  const health = { httpGet: { path: "/healthz", port: 1411 }, timeoutSeconds: 5 };
  const secretName = expect.stringMatching(/^pocket-id-secrets-[0-9a-f]{10}$/) as string;
  expect(inputs["pocket-id-stateful-set"]).toEqual({
    ...{ apiVersion: "apps/v1", kind: "StatefulSet" },
    metadata: metadata("pocket-id", {
      ...ANNOTATIONS,
      ...{ "pulumi.com/skipAwait": "false", "pulumi.com/waitFor": "jsonpath={.metadata.uid}" },
    }),
    spec: {
      ...{ replicas: 1, serviceName: "pocket-id", podManagementPolicy: "Parallel" },
      selector: { matchLabels: { "app.kubernetes.io/instance": "pocket-id" } },
      template: {
        metadata: { labels: LABELS },
        spec: {
          ...{ automountServiceAccountToken: false, enableServiceLinks: false },
          securityContext: {
            ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 },
            ...{ fsGroup: 1000, fsGroupChangePolicy: "OnRootMismatch" },
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              ...{ name: "pocket-id", image: "ghcr.io/pocket-id/pocket-id:v2.14.0" },
              env: [
                { name: "ANALYTICS_DISABLED", value: "true" },
                { name: "APP_URL", value: URL },
                { name: "STATIC_API_KEY_FILE", value: "/run/secrets/api-key" },
                { name: "ENCRYPTION_KEY_FILE", value: "/run/secrets/encryption-key" },
                { name: "TRUST_PROXY", value: "true" },
              ],
              ports: [{ name: "http", containerPort: 1411 }],
              startupProbe: { ...health, periodSeconds: 2, failureThreshold: 120 },
              readinessProbe: { ...health, periodSeconds: 10, failureThreshold: 3 },
              livenessProbe: { ...health, periodSeconds: 20, failureThreshold: 6 },
              resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "1024Mi" } },
              securityContext: {
                ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [
                { name: "data", mountPath: "/app/data" },
                { name: "tmp", mountPath: "/tmp" },
                { name: "secrets", mountPath: "/run/secrets", readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: "pocket-id-data" } },
            { name: "tmp", emptyDir: {} },
            {
              name: "secrets",
              secret: {
                ...{ secretName, defaultMode: 0o440 },
                items: ["api-key", "encryption-key"].map((key) => ({ key, path: key })),
              },
            },
          ],
        },
      },
    },
  });
  expect(dataOf(inputs)).toEqual(
    secret({ "encryption-key": base64("the-secret"), "api-key": base64("the-secret") }),
  );
});

test("what is around the pod, exactly", async () => {
  const { inputs } = await server({ ingress: { className: "nginx", clusterIssuer: "le" } });
  const selector = { "app.kubernetes.io/instance": "pocket-id" };
  expect(inputs["pocket-id-service"]).toEqual({
    ...{ apiVersion: "v1", kind: "Service", metadata: metadata("pocket-id") },
    spec: { selector, ports: [{ name: "http", port: 1411, targetPort: "http" }] },
  });
  expect(inputs["pocket-id-ingress"]?.["spec"]).toEqual({
    ingressClassName: "nginx",
    tls: [{ hosts: ["pocket-id.company.com"], secretName: "pocket-id-tls" }],
    rules: [
      {
        host: "pocket-id.company.com",
        http: {
          paths: [
            {
              ...{ path: "/", pathType: "Prefix" },
              backend: { service: { name: "pocket-id", port: { name: "http" } } },
            },
          ],
        },
      },
    ],
  });
  expect(inputs["pocket-id-ingress"]?.["metadata"]).toMatchObject({
    annotations: {
      "cert-manager.io/cluster-issuer": "le",
      "traefik.ingress.kubernetes.io/router.tls": "true",
    },
  });
  expect(inputs["pocket-id-network-policy"]?.["spec"]).toEqual({
    ...{ podSelector: { matchLabels: selector }, policyTypes: ["Ingress"] },
    ingress: [{ ports: [{ port: 1411, protocol: "TCP" }] }],
  });
  expect(inputs["pocket-id-disruption-budget"]?.["spec"]).toEqual({
    ...{ maxUnavailable: 1, selector: { matchLabels: selector } },
  });
  expect(inputs["pocket-id-namespace"]?.["metadata"]).toEqual({
    name: NAMESPACE,
    labels: { ...LABELS, "pod-security.kubernetes.io/enforce": "restricted" },
    annotations: ANNOTATIONS,
  });
});

test("a database and additional variables reach the pod from its Secret, in clear nowhere", async () => {
  const database = "postgres://pocket-id:hunter2@db/pocket-id";
  const environment = {
    ...{ SMTP_HOST: "mail", SMTP_PASSWORD: pulumi.secret("correct horse") },
    ...{ ANALYTICS_DISABLED: "false", APP_URL: "https://other" },
  };
  const { inputs } = await server({ database, environment });
  const [container] = templateOf(inputs).spec.containers;
  const fromSecret = (container?.env ?? []).filter(({ valueFrom }) => valueFrom).map(({ name }) => name);
  expect(fromSecret).toEqual(["ANALYTICS_DISABLED", "SMTP_HOST", "SMTP_PASSWORD"]);
  expect(container?.env).toContainEqual({
    name: "DB_CONNECTION_STRING_FILE",
    value: "/run/secrets/database",
  });
  const names = container?.env.map(({ name }) => name) ?? [];
  expect(new Set(names).size).toBe(names.length);
  expect(container?.env).toContainEqual({ name: "APP_URL", value: URL });
  expect(dataOf(inputs)).toMatchObject({
    value: { database: base64(database), SMTP_PASSWORD: base64("correct horse") },
  });
  const others = Object.entries(inputs).filter(([name]) => name !== "pocket-id-secret-files");
  expect(JSON.stringify(others)).not.toMatch(/hunter2|correct horse/);
});

test("another secret makes another pod", async () => {
  const nameOf = async (args: Partial<PocketIdOnKubernetesArgs>) =>
    JSON.stringify(templateOf((await server(args)).inputs).spec.volumes);
  expect(await nameOf({ encryptionKey: "the-key-of-the-old-volume" })).not.toBe(await nameOf({}));
});

test("a namespace of others: nothing is done to it, and names tell whose objects are", async () => {
  const gateway = { name: "web", sectionName: "https" };
  const { inputs } = await server({ namespace: "team", createNamespace: false, gateway });
  expect(inputs).not.toHaveProperty("pocket-id-namespace");
  expect(inputs["pocket-id-preflight"]).toMatchObject({
    ...{ namespace: "team", createNamespace: false, dataVolume: "shop-prod-pocket-id-data" },
  });
  expect(inputs["pocket-id-route"]).toMatchObject({
    ...{ kind: "HTTPRoute", metadata: { name: "shop-prod-pocket-id", namespace: "team" } },
    spec: { parentRefs: [gateway], hostnames: ["pocket-id.company.com"] },
  });
});

test("a Gateway's listener must be given: at one without TLS, Pocket ID would be served by http", async () => {
  await expect(server({ gateway: { name: "web" } })).rejects.toThrow(
    "gateway must name its listener with TLS",
  );
  const gateway = { name: "web", port: 443 };
  const { inputs } = await server({ gateway });
  expect(inputs["pocket-id-route"]).toMatchObject({ spec: { parentRefs: [gateway] } });
});

test.each([
  ["ghcr.io/pocket-id/pocket-id:v2.10.0", "true"],
  ["ghcr.io/pocket-id/pocket-id:v2.11.0", "10.42.0.0/16"],
])("%s trusts %s", async (image, value) => {
  const { inputs } = await server({ image, trustedProxies: "10.42.0.0/16" });
  expect(templateOf(inputs).spec.containers[0]?.env).toContainEqual({ name: "TRUST_PROXY", value });
});

test("a key that is given is used, and the one in state stays", async () => {
  const { inputs } = await server({ encryptionKey: "the-key-of-the-old-volume" });
  expect(inputs).toHaveProperty("pocket-id-encryption-key");
  expect(dataOf(inputs)).toMatchObject({
    value: { "encryption-key": base64("the-key-of-the-old-volume") },
  });
  expect(inputs["pocket-id-preflight"]).toMatchObject({ keyIsGiven: true });
  expect(inputs["pocket-id-preflight"]).not.toHaveProperty("key");
});

test("the connection uses the public URL, or the address that is given", async () => {
  const nowhere = "http://127.0.0.1:1";
  const { result } = await server({ connection: { url: nowhere } });
  expect(await valueOf(result.apiKey)).toBe("the-secret");
  const urlOf = (made: PocketIdOnKubernetes) => valueOf(made.provider.configuration["pocketid:url"]);
  expect(await urlOf(result)).toBe(nowhere);
  expect(await urlOf((await server()).result)).toBe(URL);
});
