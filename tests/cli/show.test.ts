import { load } from "js-yaml";
import { upgradeText, withoutValues } from "../../cli/show/upgrade";
import { settingsText, settingsIn } from "../../cli/show/run";
import type { SnapshotResource, StackSnapshot } from "../../cli/stacks";

/** Stacks that the tests with an engine do not make. */
const component = (outputs: Record<string, unknown>, ...secrets: string[]): SnapshotResource => ({
  ...{ urn: "urn", type: "ocis-pocket-id:index:OcisWithPocketId", name: "ocis", id: "", inputs: {}, outputs },
  ...{ secrets: new Set(secrets), handler: undefined, provider: {} },
});
const stack = (...resources: SnapshotResource[]): StackSnapshot => ({
  ...{ name: "test", project: "p", options: "--stack test", outputs: {}, connection: undefined },
  ...{ hasKeyInClear: false, hide: (text: string) => text, resources },
});
const ocis = (host: string, more: Record<string, unknown> = {}) => ({
  ...{ ocisUrl: `https://${host}`, environment: { OCIS_URL: `https://${host}` }, secretEnvironment: {} },
  ...{ contentSecurityPolicy: "directives: {}\n", ...more },
});

test("two oCIS of a stack have a heading each, which is a comment in both formats", () => {
  const two = stack(component(ocis("a.test")), component(ocis("b.test")));
  expect(settingsText(settingsIn(two, "environment", false))).toBe(
    "# https://a.test\nOCIS_URL=https://a.test\n\n# https://b.test\nOCIS_URL=https://b.test\n",
  );
  expect(settingsText(settingsIn(two, "csp", false))).toBe(
    "# https://a.test\ndirectives: {}\n\n# https://b.test\ndirectives: {}\n",
  );
});

test("a value of several lines stays on one", () => {
  const secretEnvironment = { PEM: "first\nOCIS_URL=https://evil.test", B: "b" };
  const one = stack(component(ocis("a.test", { secretEnvironment }), "secretEnvironment"));
  expect(settingsText(settingsIn(one, "environment", true))).toBe(
    'B=b\nOCIS_URL=https://a.test\nPEM="first\\nOCIS_URL=https://evil.test"\n',
  );
  expect(settingsText(settingsIn(one, "environment", false))).toBe(
    "B=[secret]\nOCIS_URL=https://a.test\nPEM=[secret]\n",
  );
});

test("a policy that is a secret is printed only if asked", () => {
  const one = stack(component(ocis("a.test"), "contentSecurityPolicy"));
  expect(settingsText(settingsIn(one, "csp", false))).toBe("[secret]\n");
  expect(settingsText(settingsIn(one, "csp", true))).toBe("directives: {}\n");
});

test.each([[[]], [[component({})]]])(
  "a stack without oCIS, or with half of one, is one line of error",
  (all) => {
    for (const part of ["environment", "csp"] as const) {
      expect(() => settingsIn(stack(...all), part, false)).toThrow(
        "stack 'test' has no oCIS with Pocket ID logins yet: run `pulumi up --stack test`",
      );
    }
  },
);

describe("a proxy in front", () => {
  const of = (part: "nginx" | "traefik", outputs: object, ...others: SnapshotResource[]) =>
    settingsText(settingsIn(stack(component({ ...ocis("ocis.test"), ...outputs }), ...others), part, false));
  const shown = (outputs: object) => of("nginx", outputs);
  const issuer = "https://id.test";

  test("leads both hosts to their servers, and plain http to https", () => {
    const text = shown({ issuer, deployment: { publishedUrl: "http://127.0.0.1:9201" } });
    expect(text.match(/server_name \S+;/g)).toEqual(
      ["ocis.test", "id.test", "ocis.test", "id.test"].map((host) => `server_name ${host};`),
    );
    expect(text.match(/proxy_pass \S+;/g)).toEqual([
      "proxy_pass http://127.0.0.1:9201;",
      "proxy_pass http://127.0.0.1:1411;",
    ]);
    // Both programs send CORS headers of their own.
    expect(text).not.toContain("Access-Control");
  });

  test("listens where the hosts are, and finds an oCIS without a published port by its name", () => {
    const text = shown({ issuer: "https://id.test:8443", deployment: { container: "shop-prod-ocis" } });
    expect(text.match(/listen \d+ ?s?s?l?;/g)).toEqual(["listen 80;", "listen 443 ssl;", "listen 8443 ssl;"]);
    expect(text).toContain("proxy_pass http://shop-prod-ocis:9200;");
  });

  test("can be a Traefik, in a network with both", () => {
    const tls = { certResolver: "letsencrypt" };
    const router = { entryPoints: ["websecure"], tls };
    const service = (url: string) => ({ loadBalancer: { servers: [{ url }] } });
    expect(
      load(
        of("traefik", { issuer, deployment: { publishedUrl: "http://127.0.0.1:9201", container: "shop" } }),
      ),
    ).toEqual({
      http: {
        routers: {
          ocis: { ...router, rule: "Host(`ocis.test`)", service: "ocis" },
          "pocket-id": { ...router, rule: "Host(`id.test`)", service: "pocket-id" },
        },
        services: {
          ocis: service("http://shop:9200"),
          "pocket-id": service("http://pocket-id:1411"),
        },
      },
    });
  });

  test("isn't needed by a stack with a TLS proxy", () => {
    const front = { ...component({}), type: "ocis-pocket-id:index:TlsProxy" };
    for (const part of ["nginx", "traefik"] as const) {
      expect(() => of(part, { issuer }, front)).toThrow(
        "has a TLS proxy of its own, Caddy: it needs no other",
      );
    }
  });
});

test("of a diff of ocis.yaml, only values that can't be secret are shown", () => {
  const diff = withoutValues(
    [
      ...["--- /upgrade/ocis.yaml\t2026", "+++ /upgrade/ocis.yaml.tmp", "@@ -1,3 +1,4 @@", " token_manager:"],
      ...[
        "   jwt_secret: hush",
        "-  list:",
        "-  - hush",
        "-    continued hush",
        "+  insecure: false",
        "+  port: 9200",
      ],
      ...["+    - name: hush", '+  empty: ""', "+  account_id: 0123456789", ""],
    ].join("\n"),
  );
  const [hunk, ...lines] = diff;
  expect(hunk).toBe("@@ -1,3 +1,4 @@");
  expect(lines).toEqual([
    ...[
      " token_manager:",
      "   jwt_secret: [secret]",
      "-  list:",
      "- [secret]",
      "- [secret]",
      "+  insecure: false",
    ],
    ...["+  port: 9200", "+    - name: [secret]", '+  empty: ""', "+  account_id: [secret]"],
  ]);
  const upgrade = { container: "shop", before: "owncloud/ocis:7.1", image: "owncloud/ocis:8.0", diff: [] };
  expect(upgradeText([upgrade])).toMatch(
    /^# .* from owncloud\/ocis:7.1 to owncloud\/ocis:8.0: nothing changes\n$/,
  );
});
