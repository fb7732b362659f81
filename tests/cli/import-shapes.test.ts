import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCompose } from "../../cli/import/compose";
import { byHand, folder, imported, OCIS } from "./compose-shapes";

describe("files", () => {
  const CSP =
    "directives: { connect-src: [\"'self'\", 'blob:', 'https://id.company.test', 'https://maps.company.test'] }";
  const LOCATION = "      PROXY_CSP_CONFIG_FILE_LOCATION: /etc/ocis/csp.yaml";
  const service = "    configs: [{ source: csp, target: /etc/ocis/csp.yaml }]";

  test.each([
    ["file", "{ file: ./own.yaml }"],
    ["content", `{ content: ${JSON.stringify(CSP)} }`],
  ])("a config with its %s is read", async (_kind, config) => {
    const more = `configs: { csp: ${config} }`;
    const found = await imported({ service, environment: LOCATION, more, files: { "own.yaml": CSP } });
    expect(JSON.stringify(found.config["contentSecurityPolicy"])).toContain("https://maps.company.test");
    expect(byHand(found)).toEqual([]);
  });

  test("a secret that nothing of ours mounts is reported by its place, without its value", async () => {
    const found = await imported({
      service: "    secrets: [smtp]",
      more: "secrets: { smtp: { environment: SMTP_PASSWORD } }",
      files: { ".env": "SMTP_PASSWORD=made-up" },
    });
    expect(byHand(found)).toEqual(["/run/secrets/smtp isn't mounted any more (it has no name outside)"]);
  });

  test("a config that only Docker has is an error with a fix", async () => {
    const more = "configs: { csp: { external: true } }";
    await expect(imported({ service, more })).rejects.toThrow(
      "configs 'csp' has no file, content or environment: import the running container with --container",
    );
  });
});

describe("accounts and files that a stack would lack stop the import", () => {
  test.each([
    [
      "a disk below the data",
      { volumes: "[config:/etc/ocis, data:/var/lib/ocis, /mnt/big:/var/lib/ocis/storage/users]" },
      "/var/lib/ocis/storage/users is mounted by itself, from /mnt/big: move its files",
    ],
    [
      "a root elsewhere",
      { environment: "      STORAGE_USERS_OCIS_ROOT: /srv/files" },
      "STORAGE_USERS_OCIS_ROOT is /srv/files: move its files below /var/lib/ocis",
    ],
    [
      "a configuration inside the data's volume",
      { environment: "      OCIS_CONFIG_DIR: /var/lib/ocis/config", volumes: "[data:/var/lib/ocis]" },
      "/var/lib/ocis/config is neither a volume with a name nor a folder of its own",
    ],
    [
      "a folder and a volume",
      { volumes: "[./config:/etc/ocis, data:/var/lib/ocis]" },
      "are a folder and a volume: copy one of them",
    ],
  ])("%s", async (_what, shape, line) => {
    expect((await imported(shape)).blockers).toEqual([expect.stringContaining(line)]);
  });

  test("a folder of the configuration inside that of the data, and roots below it, don't", async () => {
    const { blockers, config } = await imported({
      volumes: "[/srv/ocis:/var/lib/ocis, /srv/apps:/var/lib/ocis/web/assets/apps]",
      environment:
        "      OCIS_CONFIG_DIR: /var/lib/ocis/config\n      STORAGE_USERS_OCIS_ROOT: /var/lib/ocis/users",
    });
    expect([blockers, config["volumes"]]).toEqual([[], { config: "/srv/ocis/config", data: "/srv/ocis" }]);
  });
});

describe("another user", () => {
  test.each([
    ["1000", undefined],
    ['"1000:1000"', undefined],
    [
      '"99:100"',
      "docker run --rm -v cloud_config:/config -v cloud_data:/data busybox chown -R 1000:1000 /config /data",
    ],
    ["root", "chown -R 1000:1000 /config /data"],
  ])("%s", async (user, command) => {
    const found = byHand(await imported({ service: `    user: ${user}` }));
    expect(found).toEqual(command === undefined ? [] : [expect.stringContaining(command)]);
  });
});

describe("roles", () => {
  const volumes = "[./config:/etc/ocis, ./data:/var/lib/ocis]";
  const mapper = (values: readonly string[]) =>
    `role_assignment:
  driver: oidc
  oidc_role_mapper:
    role_claim: ocis_roles
    role_mapping:
${values.map((value) => `      - { role_name: x, claim_value: ${value} }`).join("\n")}
`;

  test("proxy.yaml's claim counts, and so do values of its own, which the stack can't write", async () => {
    const files = { "config/proxy.yaml": mapper(["staff", "ocisUser"]) };
    const found = await imported({ volumes, files });
    expect(found.config).toMatchObject({ claimKey: "ocis_roles" });
    expect(byHand(found)).toEqual([expect.stringContaining("delete oidc_role_mapper from it")]);
  });

  test("a proxy.yaml with oCIS's own values is fine", async () => {
    const files = { "config/proxy.yaml": mapper(["ocisAdmin", "ocisSpaceAdmin", "ocisUser", "ocisGuest"]) };
    expect(byHand(await imported({ volumes, files }))).toEqual([]);
  });

  test("Pocket ID's own claim can't carry them", async () => {
    const found = await imported({ environment: "      PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: groups" });
    expect(found.config).not.toHaveProperty("claimKey");
    expect(found.changes).toContain("roles come from the claim roles, as groups is Pocket ID's own");
  });
});

test("an issuer with a path is another provider's", async () => {
  const environment = "      OCIS_OIDC_ISSUER: https://auth.company.test/realms/ocis";
  const files = {
    "compose.override.yaml": `services: { ocis: { environment: [${environment.trim().replace(": ", "=")}] } }`,
  };
  await expect(imported({ files })).rejects.toThrow(
    "the issuer 'https://auth.company.test/realms/ocis' has a path, and Pocket ID's has none: is it another provider's?",
  );
});

test.each([
  ["!reset", "services: { ocis: { ports: !reset [] } }"],
  ["include", "include: [other.yaml]"],
])("%s is refused with the command that resolves it", async (_what, text) => {
  await expect(imported({ files: { "compose.override.yaml": text } })).rejects.toThrow(
    /compose.override.yaml can't be read: run `docker compose config > full.yaml`, and import that, as it uses/,
  );
});

test("what that command prints is imported like the files themselves", () => {
  const full = `name: cloud
services:
  ocis:
    command: null
    entrypoint: null
    environment:
      OCIS_OIDC_ISSUER: https://id.company.test
      OCIS_URL: https://cloud.company.test
      DEMO_PRICE: 5$$
    image: owncloud/ocis:7.1.0
    networks: { default: null }
    ports:
      - { mode: ingress, target: 9200, published: "9201", protocol: tcp }
    volumes:
      - { type: volume, source: config, target: /etc/ocis, volume: {} }
      - { type: bind, source: /srv/data, target: /var/lib/ocis, bind: { create_host_path: true } }
networks:
  default: { name: cloud_default }
volumes:
  config: { name: cloud_config }
`;
  writeFileSync(join(folder, "full.yaml"), full);
  const { environment, mounts, ports } = readCompose([join(folder, "full.yaml")], undefined, {});
  expect([environment["DEMO_PRICE"], ports, mounts.map(({ source }) => source)]).toEqual([
    "5$",
    [{ ip: "0.0.0.0", port: 9201 }],
    ["cloud_config", "/srv/data"],
  ]);
});

test.each(["ocis collaboration server", "collaboration server", '["storage-app-provider", "server"]'])(
  "a service with the command %s is a part of oCIS",
  (command) => {
    const more = `  office: { image: owncloud/ocis:7.1.0, command: ${command} }`;
    writeFileSync(join(folder, "compose.yaml"), `${OCIS.replace("ocis:", "cloud:")}\n${more}\n`);
    expect(readCompose([folder], undefined, {}).source).toContain("service 'cloud'");
  },
);
