import { load } from "js-yaml";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeFile, environmentFile } from "../../../components/targets/bundle/compose";
import { bundle, csp, full, PEM } from "./bundles";

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
