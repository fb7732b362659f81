import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { load } from "js-yaml";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleTarget, type BundleTargetArgs, workload } from "../../../components/targets";
import { type Bundle, composeFile, environmentFile } from "../../../components/targets/bundle/compose";
import { checkedImage, containerOf } from "../../../components/targets/container";
import { OCIS } from "../../../components/settings";
import { mockEngine, run, valueOf } from "./mocks";

const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const csp = {
  name: "csp.yaml",
  path: "/etc/ocis/csp.yaml",
  text: "directives: {}\n",
  hashLabel: "io.github.ocis-pocket-id.csp-sha256",
};
const authority = {
  name: "ca.crt",
  path: "/etc/ssl/certs/pocket-id-authority.crt",
  text: PEM,
  hashLabel: "io.github.ocis-pocket-id.ca-sha256",
};
const bundle: Bundle = {
  name: "Shop-prod-ocis",
  owner: "Shop/prod/ocis",
  container: containerOf(OCIS),
  image: "owncloud/ocis:8",
  mounted: [csp],
  networks: [],
  extraHosts: [],
  published: { ip: "127.0.0.1", port: 9200 },
  hardening: true,
  limits: undefined,
  data: { config: "Shop-prod-ocis-config", data: "Shop-prod-ocis-data" },
  adoptVolumes: false,
  selinuxRelabel: undefined,
  hasSecrets: false,
};

test("compose.yaml, exactly", () => {
  expect(load(composeFile(bundle))).toEqual({
    name: "shop-prod-ocis",
    services: {
      ocis: {
        image: "owncloud/ocis:8",
        entrypoint: ["/bin/sh"],
        command: [
          "-c",
          '[ -f /etc/ocis/ocis.yaml ] || ocis init >/dev/null || { echo "ocis init failed with exit code $$?" >&2; exit 1; }; exec ocis server',
        ],
        env_file: [".env"],
        volumes: [
          { type: "volume", source: "config", target: "/etc/ocis" },
          { type: "volume", source: "data", target: "/var/lib/ocis" },
          { type: "bind", source: "./csp.yaml", target: "/etc/ocis/csp.yaml", read_only: true },
        ],
        ports: ["127.0.0.1:9200:9200"],
        healthcheck: {
          test: ["CMD", "ocis", "proxy", "health"],
          interval: "10s",
          timeout: "5s",
          retries: 3,
          start_period: "1m0s",
        },
        restart: "always",
        stop_grace_period: "30s",
        labels: {
          "io.github.ocis-pocket-id.owner": "Shop/prod/ocis",
          "io.github.ocis-pocket-id.csp-sha256":
            "62ff7820797cbe3badbbe6f89104612373530954fcf25e2232ef452f4d8ede90",
        },
        mem_limit: "4096m",
        memswap_limit: -1,
        logging: { driver: "local", options: { "max-file": "5", "max-size": "10m" } },
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        read_only: true,
        tmpfs: ["/tmp"],
      },
    },
    volumes: {
      config: {
        name: "Shop-prod-ocis-config",
        labels: { "io.github.ocis-pocket-id.owner": "Shop/prod/ocis" },
      },
      data: { name: "Shop-prod-ocis-data", labels: { "io.github.ocis-pocket-id.owner": "Shop/prod/ocis" } },
    },
  });
});

const full: Bundle = {
  ...bundle,
  networks: [{ name: "proxy", aliases: ["ocis.company.com"] }, { name: "other" }],
  extraHosts: [{ host: "pocket-id.company.com", ip: "host-gateway" }],
  published: undefined,
  mounted: [csp, authority],
  hardening: false,
  limits: { memory: 0, cpus: 1.5, logs: 0 },
};

test("an IPv6 address to publish at stands in brackets", () => {
  const file = load(composeFile({ ...bundle, published: { ip: "::1", port: 9201 } })) as {
    services: { ocis: { ports: string[] } };
  };
  expect(file.services.ocis.ports).toEqual(["[::1]:9201:9200"]);
});

test("networks, hosts, a private authority; no ports, no hardening", () => {
  const file = load(composeFile(full)) as { services: { ocis: Record<string, unknown> }; networks: unknown };
  expect(file.networks).toEqual({
    proxy: { name: "proxy", external: true },
    other: { name: "other", external: true },
  });
  const { networks, extra_hosts, ports, cap_drop, volumes, ...others } = file.services.ocis;
  expect(others).toMatchObject({ cpus: 1.5 });
  for (const none of ["mem_limit", "memswap_limit", "logging", "read_only", "tmpfs"]) {
    expect(others).not.toHaveProperty(none);
  }
  expect(networks).toEqual({ proxy: { aliases: ["ocis.company.com"] }, other: {} });
  expect(extra_hosts).toEqual(["pocket-id.company.com:host-gateway"]);
  expect([ports, cap_drop]).toEqual([undefined, undefined]);
  expect(volumes).toContainEqual({
    type: "bind",
    source: "./ca.crt",
    target: "/etc/ssl/certs/pocket-id-authority.crt",
    read_only: true,
  });
});

test("folders instead of volumes, labelled for SELinux", () => {
  const folders = {
    ...bundle,
    data: { config: "/srv/config", data: "/srv/data" },
    selinuxRelabel: "Z" as const,
  };
  const file = load(composeFile(folders)) as { services: { ocis: { volumes: unknown } }; volumes?: unknown };
  const bind = { selinux: "Z" };
  expect(file.services.ocis.volumes).toEqual([
    { type: "bind", source: "/srv/config", target: "/etc/ocis", bind },
    { type: "bind", source: "/srv/data", target: "/var/lib/ocis", bind },
    { type: "bind", source: "./csp.yaml", target: "/etc/ocis/csp.yaml", read_only: true, bind },
  ]);
  expect(file.volumes).toBeUndefined();
});

test("volumes that are there already are external", () => {
  const adopted = { ...bundle, data: { config: "old-config", data: "old-data" }, adoptVolumes: true };
  expect((load(composeFile(adopted)) as { volumes: unknown }).volumes).toEqual({
    config: { name: "old-config", external: true },
    data: { name: "old-data", external: true },
  });
});

test.each([
  ["https://a.b/?c=d,e", "https://a.b/?c=d,e", "'https://a.b/?c=d,e'"],
  ["plain", "openid,email", "openid,email"],
  ["empty", "", ""],
  ["blanks", " a  b ", "' a  b '"],
  ["dollar", "a$b${c}", "'a$b${c}'"],
  ["hash", "a #b", "'a #b'"],
  ["unicode", "ü", "'ü'"],
  ["double quotes", 'a"b', "'a\"b'"],
  ["single quote", "it's $5", '"it\'s \\$5"'],
  ["backslash", 'a\\b"', '"a\\\\b\\""'],
  ["line break", "a\nb", '"a\\nb"'],
])(".env: %s", (_name, value, written) => {
  expect(environmentFile({ NAME: value })).toBe(`NAME=${written}\n`);
});

test(".env is sorted, and refuses what no variable can be", () => {
  expect(environmentFile({ B: "2", A: "1" })).toBe("A=1\nB=2\n");
  expect(() => environmentFile({ "A B": "" })).toThrow("'A B' can't be the name of an environment variable");
  expect(() => environmentFile({ A: "\0" })).toThrow("zero byte");
});

test(".env keeps each variable on a line of its own, whatever is in it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary" }).filter((value) => !value.includes("\0"))),
      (values) => {
        const lines = environmentFile(
          Object.fromEntries(values.map((value, index) => [`V${index}`, value])),
        ).split("\n");
        return (
          lines.length === values.length + 1 &&
          lines.slice(0, -1).every((line) => /^V\d+=(\S*|'.*'|".*")$/su.test(line))
        );
      },
    ),
  );
});

describe("as one resource", () => {
  beforeAll(mockEngine);

  const settings = {
    url: "https://ocis.company.com",
    issuer: "https://pocket-id.company.com",
    environment: { OCIS_URL: "https://ocis.company.com" },
    contentSecurityPolicy: csp.text,
  };
  const its = {
    ...bundle,
    name: "shop-prod-ocis",
    owner: "shop/prod/ocis",
    data: { config: "shop-prod-ocis-config", data: "shop-prod-ocis-data" },
  };
  const filesOf = async (more: object, args: BundleTargetArgs = {}) => {
    const all = { image: "owncloud/ocis:8", directory: "out", ...args };
    const { inputs } = await run(() =>
      bundleTarget("ocis", workload({ ...settings, ...more }, all), all, {}),
    );
    expect(Object.keys(inputs)).toEqual(["ocis-bundle"]);
    return inputs["ocis-bundle"];
  };

  test("its files are known, and relative", async () => {
    expect(await filesOf({})).toEqual({
      __provider: expect.any(String) as string,
      directory: "out",
      files: {
        "compose.yaml": composeFile(its),
        ".env": "OCIS_URL=https://ocis.company.com\n",
        "csp.yaml": "directives: {}\n",
      },
    });
  });

  test("a private authority has a file of its own", async () => {
    const files = await filesOf({}, { caCertificate: PEM });
    expect(files?.["files"]).toMatchObject({
      "ca.crt": PEM,
      "compose.yaml": composeFile({ ...its, mounted: [csp, authority] }),
    });
  });

  test("secret variables are in a file of their own, and hide nothing else", async () => {
    const secretEnvironment = pulumi.secret({ DB_DSN: "postgres://u:p@db" });
    const files = await filesOf({ secretEnvironment });
    expect(files?.["files"]).toEqual({
      "compose.yaml": composeFile({ ...its, hasSecrets: true }),
      ".env": "OCIS_URL=https://ocis.company.com\n",
      "csp.yaml": "directives: {}\n",
    });
    expect(files?.["secretFiles"]).toMatchObject({ value: { "secrets.env": "DB_DSN=postgres://u:p@db\n" } });
    expect(composeFile({ ...its, hasSecrets: true })).toContain(
      "env_file:\n      - .env\n      - secrets.env\n",
    );
  });

  test("a secret image is in a compose.yaml that nobody else can read", async () => {
    const files = await filesOf({}, { image: pulumi.secret("registry.company.com/ocis:1") });
    expect(Object.keys(files?.["files"] as object)).toEqual([".env", "csp.yaml"]);
    expect(JSON.stringify(files?.["secretFiles"])).toContain("registry.company.com/ocis:1");
  });
});

const isComposeThere = spawnSync("docker", ["compose", "version"]).status === 0;
if (!isComposeThere) console.log("`docker compose config` is not tried: `docker compose` isn't installed");
(isComposeThere ? test : test.skip)("`docker compose config` takes it, and values arrive exactly", () => {
  const directory = mkdtempSync(join(tmpdir(), "bundle-"));
  const odd = 'it\'s $HOME ${X} \\ "ü" # x';
  const files = {
    "compose.yaml": composeFile(full),
    ".env": environmentFile({ ODD: odd }),
    "csp.yaml": csp.text,
    "ca.crt": PEM,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const { stdout, stderr, status } = spawnSync("docker", ["compose", "config", "--format", "json"], {
    cwd: directory,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  const { services } = JSON.parse(stdout) as { services: { ocis: { environment: Record<string, string> } } };
  // Its output can be fed to compose again, so each dollar is doubled.
  expect(services.ocis.environment["ODD"]?.replaceAll("$$", "$")).toBe(odd);
  rmSync(directory, { recursive: true });
});

test.each([
  ["owncloud/server:10.15", /owncloud\/server:10.15 is an image of ownCloud 10, not of oCIS/],
  ["registry.company.com/owncloud/ocis:5.0.9", /is older than oCIS 6.0/],
])("an image that can't be oCIS's is refused at preview: %s", (image, problem) => {
  expect(() => checkedImage(image)).toThrow(problem);
});

test.each(["owncloud/ocis@sha256:00", "owncloud/ocis:8", "registry.company.com/ours:1"])(
  "an image that may be oCIS's is taken: %s",
  async (image) => {
    expect(await valueOf(checkedImage(image))).toBe(image);
  },
);
