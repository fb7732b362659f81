import type { PocketIdOnKubernetes, PocketIdOnKubernetesArgs } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import { valueOf } from "../targets/mocks";
import { base64, dataOf, server, templateOf, URL } from "./server-on-kubernetes";

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
