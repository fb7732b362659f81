import { load } from "js-yaml";
import { fingerprintIn, fingerprintOf, ocisConfiguration } from "../../../components/settings/ocis-yaml";

const text = ocisConfiguration({ seed: "a seed", adminPassword: "of the admin" });
const other = ocisConfiguration({ seed: "another seed", adminPassword: "of the admin" });

/** The values, by path. */
function valuesIn(yaml: string): Record<string, string> {
  const values: Record<string, string> = {};
  const collect = (node: unknown, path: string) => {
    if (typeof node === "string") values[path] = node;
    else
      for (const [key, inner] of Object.entries(node as object))
        collect(inner, path === "" ? key : `${path}.${key}`);
  };
  collect(load(yaml), "");
  return values;
}

const values = valuesIn(text);

test("the same seed gives the same file, another one no secret of it", () => {
  expect(ocisConfiguration({ seed: "a seed", adminPassword: "of the admin" })).toBe(text);
  const shared = Object.values(valuesIn(other)).filter((value) => Object.values(values).includes(value));
  expect(shared).toEqual(["of the admin"]);
  expect(text).not.toContain("a seed");
});

test("secrets are long, IDs are UUIDs, and what is one for oCIS is one here", () => {
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (const [path, value] of Object.entries(values)) {
    if (/_id$|\.id$|_ids\.0$/.test(path)) expect([path, value]).toEqual([path, expect.stringMatching(UUID)]);
    else if (!path.endsWith("admin_password"))
      expect([path, value]).toEqual([path, expect.stringMatching(/^[\w-]{32}$/)]);
  }
  const paths = new Map<string, string[]>();
  for (const [path, value] of Object.entries(values)) paths.set(value, [...(paths.get(value) ?? []), path]);
  const shared = [...paths.values()].filter(
    (same) => same.length > 1 && !same[0]?.includes("service_account"),
  );
  expect(shared).toEqual([
    ["graph.identity.ldap.bind_password", "idm.service_user_passwords.idm_password"],
    ["idp.ldap.bind_password", "idm.service_user_passwords.idp_password"],
    [
      "idm.service_user_passwords.reva_password",
      "auth_basic.auth_providers.ldap.bind_password",
      "users.drivers.ldap.bind_password",
      "groups.drivers.ldap.bind_password",
    ],
    ["storage_users.mount_id", "gateway.storage_registry.storage_users_mount_id"],
  ]);
  expect(values["idm.service_user_passwords.admin_password"]).toBe("of the admin");
});

test("it has what oCIS 7's init writes", () => {
  const services = [
    "activitylog",
    "auth_service",
    "clientlog",
    "frontend",
    "graph",
    "notifications",
    "ocm",
    "proxy",
    "search",
  ];
  const accounts = [...services, "storage_users", "userlog"].map(
    (name) => `${name}.service_account.service_account_secret`,
  );
  expect(Object.keys(values)).toEqual(
    expect.arrayContaining([
      ...accounts,
      ...[
        "token_manager.jwt_secret",
        "machine_auth_api_key",
        "system_user_api_key",
        "transfer_secret",
        "system_user_id",
      ],
      ...[
        "admin_user_id",
        "graph.application.id",
        "collaboration.wopi.secret",
        "thumbnails.thumbnail.transfer_secret",
      ],
      "settings.service_account_ids.0",
    ]),
  );
});

test("its first line tells whose it is, and one by `ocis init` doesn't", () => {
  expect(fingerprintIn(text)).toBe(fingerprintOf("a seed"));
  expect(fingerprintIn(other)).not.toBe(fingerprintOf("a seed"));
  expect(fingerprintIn("token_manager:\n  jwt_secret: x\n")).toBeUndefined();
  expect(fingerprintOf("a seed")).toMatch(/^[0-9a-f]{16}$/);
});
