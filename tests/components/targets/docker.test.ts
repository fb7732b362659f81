import { deploy, type TargetArgs, workload } from "../../../components/targets";
import { fingerprintOf, ocisConfiguration } from "../../../components/settings/ocis-yaml";
import { DEFAULT_OCIS_IMAGE } from "../../../components/settings";
import { registered, run, valueOf } from "./mocks";
import { CSP, CSP_HASH, make, OWNER, settings, target } from "./docker-target";

test("makes these children, and nothing else, by default", async () => {
  const { inputs, result } = await target();
  expect(Object.keys(inputs).sort()).toEqual(
    [
      "preflight",
      "secrets",
      "admin-password",
      "csp",
      "config",
      "data",
      "network",
      "image",
      "container",
      "ready",
    ]
      .map((child) => `ocis-${child}`)
      .sort(),
  );
  // Everything but the secrets waits for it.
  expect(registered.slice(0, 2).map(({ name }) => name)).toEqual(["ocis-secrets", "ocis-preflight"]);
  expect(inputs["ocis-preflight"]).toMatchObject({
    owner: "shop/prod/ocis",
    containerName: "shop-prod-ocis",
    image: DEFAULT_OCIS_IMAGE,
    configVolume: "shop-prod-ocis-config",
    dataVolume: "shop-prod-ocis-data",
    adoptVolumes: false,
    networks: [],
    ports: [{ ip: "127.0.0.1", port: 9200 }],
  });
  expect(inputs["ocis-csp"]).toMatchObject({
    directory: ".ocis-pocket-id/prod-ocis",
    files: { "csp.yaml": CSP },
  });
  expect(inputs["ocis-data"]).toEqual({ name: "shop-prod-ocis-data", labels: [OWNER] });
  expect(inputs["ocis-network"]).toMatchObject({ name: "shop-prod-ocis", labels: [OWNER] });
  expect(inputs["ocis-image"]).toEqual({ name: DEFAULT_OCIS_IMAGE, keepLocally: true });
  expect(inputs["ocis-ready"]).toMatchObject({
    container: "shop-prod-ocis",
    issuer: "https://pocket-id.company.com",
    tls: false,
    triggers: { containerId: "ocis-container-id" },
  });
  expect(result.publishedUrl).toBe("http://127.0.0.1:9200");
  expect(await valueOf(result.container.name)).toBe("shop-prod-ocis");
});

test("the container, exactly", async () => {
  const { inputs } = await target();
  const { uploads, mounts, command, ...rest } = inputs["ocis-container"] ?? {};
  expect(rest).toEqual({
    name: "shop-prod-ocis",
    image: "sha256:1",
    entrypoints: ["/bin/sh"],
    envs: ["OCIS_INSECURE=false", "OCIS_URL=https://ocis.company.com"],
    labels: [OWNER, { label: "io.github.ocis-pocket-id.csp-sha256", value: CSP_HASH }],
    ports: [{ internal: 9200, external: 9200, ip: "127.0.0.1" }],
    networksAdvanced: [{ name: "shop-prod-ocis" }],
    hosts: [],
    healthcheck: {
      tests: ["CMD", "ocis", "proxy", "health"],
      interval: "10s",
      timeout: "5s",
      retries: 3,
      startPeriod: "1m0s",
    },
    restart: "always",
    destroyGraceSeconds: 30,
    stopTimeout: 30,
    memory: 4096,
    memorySwap: -1,
    logDriver: "local",
    logOpts: { "max-file": "5", "max-size": "10m" },
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges"],
  });
  expect(command).toEqual([
    "-c",
    '[ -f /etc/ocis/ocis.yaml ] || IDM_ADMIN_PASSWORD="$(cat /run/secrets/ocis-admin-password)" ocis init >/dev/null || ' +
      '{ echo "ocis init failed with exit code $?" >&2; exit 1; }; exec ocis server',
  ]);
  expect(mounts).toEqual([
    { type: "volume", source: "shop-prod-ocis-config", target: "/etc/ocis" },
    { type: "volume", source: "shop-prod-ocis-data", target: "/var/lib/ocis" },
    {
      type: "bind",
      source: expect.stringMatching(/^\/.*\/\.ocis-pocket-id\/prod-ocis\/csp\.yaml$/) as string,
      target: "/etc/ocis/csp.yaml",
      readOnly: true,
    },
  ]);
  expect(uploads).toEqual([{ file: "/run/secrets/ocis-admin-password", content: "the-secret" }]);
});

test("with its secrets in the stack, the first start writes the stack's ocis.yaml", async () => {
  const { inputs, result } = await target({ secrets: "stack", protect: true });
  const { uploads, command, envs } = inputs["ocis-container"] ?? {};
  expect(command).toEqual([
    "-c",
    "[ -f /etc/ocis/ocis.yaml ] || (umask 077 && cat /run/secrets/ocis.yaml >/etc/ocis/.ocis.yaml && " +
      'mv /etc/ocis/.ocis.yaml /etc/ocis/ocis.yaml) || { echo "writing ocis.yaml failed with exit code $?" >&2; exit 1; }; ' +
      "exec ocis server",
  ]);
  const content = ocisConfiguration({ seed: "the-secret", adminPassword: "the-secret" });
  expect(uploads).toEqual([{ file: "/run/secrets/ocis.yaml", content }]);
  expect(inputs["ocis-preflight"]).toMatchObject({
    ocisSecrets: "stack",
    fingerprint: fingerprintOf("the-secret"),
  });
  // `docker inspect` shows variables to everybody who may use it.
  expect(JSON.stringify(envs)).not.toContain("the-secret");
  expect((await valueOf(result.summary)).secrets).toBe("stack");
  expect((await valueOf((await target()).result.summary)).secrets).toBe("volume");
});

test("names in Docker have no odd characters, the owner has all of them", async () => {
  const { inputs } = await run(() => make({ volumes: { data: "old-data" } }, {}, "my ocis/ü"));
  expect(inputs["my ocis/ü-preflight"]).toMatchObject({
    containerName: "shop-prod-my-ocis-",
    owner: "shop/prod/my ocis/ü",
    dataVolume: "old-data",
    configVolume: "shop-prod-my-ocis--config",
  });
});

test("a target that doesn't exist is named", () => {
  const args = { type: "dokcer" } as unknown as TargetArgs;
  expect(() => deploy("ocis", workload(settings, {}), args, {})).toThrow(
    "target.type: 'dokcer' isn't a type of target: write docker, bundle, swarm, kubernetes, custom",
  );
});
