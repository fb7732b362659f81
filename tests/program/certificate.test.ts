import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { declareCompany, readStack } from "../../program";
import { mockEngine, run } from "../components/targets/mocks";

const fixture = (name: string) => readFileSync(join(__dirname, "..", "fixtures", "tls", name), "utf8");
const certificate = fixture("server.pem");
const certificateKey = fixture("server-key.pem");
const otherKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
  ...{ type: "pkcs8", format: "pem" },
}) as string;

/** Both are in the certificate. */
const HOSTS = { pocketId: "managed", ocisHost: "localhost:8443", pocketIdHost: "pocket-id.company.test" };

beforeAll(mockEngine);
// Previews look for what is there already.
beforeEach(() => jest.spyOn(console, "warn").mockImplementation());

function configure(config: Readonly<Record<string, string>>, secretKeys = ["certificateKey"]): void {
  const full = (key: string) => `shop:${key}`;
  const all = Object.entries({ ...HOSTS, ...config }).map(([key, value]) => [full(key), value] as const);
  pulumi.runtime.setAllConfig(Object.fromEntries(all), secretKeys.map(full));
}

test.each([
  [{ certificateKey }, "certificate: is missing, and certificateKey needs it"],
  [{ certificate }, "certificateKey: is missing: run"],
  [{ certificate, certificateKey, certificates: "acme" }, "certificates: has no effect with a certificate"],
  [{ certificate: "/etc/ssl/company.pem", certificateKey }, "certificate: isn't the text of a PEM file: run"],
  [{ certificate, certificateKey: otherKey }, "certificate: doesn't belong to certificateKey: run"],
  [
    { certificate: fixture("expired.pem"), certificateKey },
    "certificate: expired on 2020-02-01: renew it, and run",
  ],
  [
    { certificate, certificateKey, ocisHost: "ocis.company.test" },
    "certificate: is for localhost, pocket-id.company.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, not for " +
      "ocis.company.test: run `cat fullchain.pem | pulumi config set certificate`",
  ],
  [{ certificate, certificateKey, caCertificate: certificate, port: "1" }, "port: is set by"],
])("refuses a certificate that wouldn't work, in one line: case %#", (config, line) => {
  configure(config);
  expect(readStack).toThrow(`has a problem:\n  ${line}`);
});

test("the key must be a secret, and isn't printed", () => {
  configure({ certificate, certificateKey }, []);
  expect(readStack).toThrow(
    "certificateKey: is stored in clear: run `cat privkey.pem | pulumi config set --secret",
  );
  configure({ certificate, certificateKey: "not a key" });
  expect(readStack).toThrow(/^(?!.*not a key)[^]*certificateKey: has a value of the wrong form/);
});

test("without a certificate of one's own, the proxy decides which authority is trusted", () => {
  configure({ caCertificate: certificate });
  expect(readStack).toThrow("caCertificate: is set by pocketId managed");
});

test("the proxy gets both files, and the key stays a secret", async () => {
  configure({ certificate, certificateKey, caCertificate: fixture("ca.pem"), hsts: "true" });
  const { inputs } = await run(declareCompany);
  const { uploads } = inputs["proxy-container"] ?? {};
  const secret = uploads as { value: { file: string; content: string }[] };
  expect(Object.keys(secret)).toContain(pulumi.runtime.specialSigKey);
  const files = new Map(secret.value.map(({ file, content }) => [file, content]));
  expect(files.get("/run/secrets/tls.key")).toBe(certificateKey);
  expect(files.get("/run/secrets/tls.crt")).toBe(certificate);
  expect(files.get("/etc/caddy/Caddyfile")).toContain("Strict-Transport-Security");
  expect(JSON.stringify(inputs["ocis-container"])).toContain(JSON.stringify(fixture("ca.pem")).slice(1, -1));
});
