import { checkOcis } from "../../cli/doctor/ocis";
import { frameBlocker, mayConnect } from "../../cli/doctor/policy";
import { type Company, ofKind, pressing, startCompany } from "./doctor-company";

/** What oCIS tells browsers and apps, seen from outside. */
let company: Company;

beforeAll(async () => {
  company = await startCompany();
});
afterEach(() => {
  company.reset();
});
afterAll(() => company.remove());

test("ocis-unreachable: only a proxy answers", async () => {
  company.ocis.settings.status = 502;
  expect(pressing(await company.find())).toEqual([
    `ocis-unreachable: a proxy in front of oCIS at ${company.ocis.url} answers HTTP 502`,
  ]);
});

test("ocis-unreachable: nothing answers", async () => {
  const gone = await startCompany();
  try {
    await gone.ocis.close();
    const findings = await gone.find();
    expect(pressing(findings)).toEqual([
      `ocis-unreachable: oCIS at ${gone.ocis.url} doesn't answer (ECONNREFUSED)`,
    ]);
    expect(findings[0]?.fix).toMatch(/^start its container \(`pulumi up --refresh` recreates it\), or fix/);
    const [inBundle] = await gone.find({ bundle: "/srv/ocis" });
    expect(inBundle?.fix).toMatch(/^run `docker compose up -d` in \/srv\/ocis, or fix its DNS name/);
  } finally {
    await gone.remove();
  }
});

test("ocis-discovery-failed, and ocis-discovery-missing without PROXY_OIDC_REWRITE_WELLKNOWN", async () => {
  const { settings, url } = company.ocis;
  settings.discovery = { status: 500, body: "" };
  expect(pressing(await company.find())).toEqual([
    `ocis-discovery-failed: ${url}/.well-known/openid-configuration fails (HTTP 500)`,
  ]);
  settings.discovery = { status: 200, body: "<!doctype html>" };
  expect(pressing(await company.find())).toEqual([
    `ocis-discovery-missing: ${url}/.well-known/openid-configuration isn't a discovery document (HTTP 200)`,
  ]);
});

test("ocis-issuer-differs", async () => {
  company.ocis.settings.discovery = { status: 200, body: '{"issuer":"https://idp.company.test"}' };
  expect(pressing(await company.find())).toEqual([
    `ocis-issuer-differs: oCIS's own discovery document names the issuer 'https://idp.company.test' instead of '${company.proxy.url}'`,
  ]);
});

test("ocis-configuration-missing", async () => {
  company.ocis.settings.configuration = { status: 404, body: "" };
  expect(pressing(await company.find())).toEqual([
    `ocis-configuration-missing: ${company.ocis.url}/config.json has no login settings (HTTP 404)`,
  ]);
});

test("ocis-client-id, ocis-metadata-url and ocis-scope", async () => {
  const { settings } = company.ocis;
  settings.clientId = "web";
  settings.metadataUrl = "https://idp.company.test/.well-known/openid-configuration";
  settings.scope = "openid email";
  expect(pressing(await company.find())).toEqual([
    `ocis-client-id: ownCloud Web logs in as client 'web', but the stack's is '${company.subject.webClient.id}'`,
    `ocis-metadata-url: ownCloud Web reads the discovery document at '${settings.metadataUrl}', not at '${company.proxy.url}/.well-known/openid-configuration'`,
    "ocis-scope: ownCloud Web asks for the scopes 'openid email', without profile",
  ]);
});

test("tabs-share-tokens: true or missing, where Pocket ID refuses the second use of a refresh token", () => {
  const receivedAt = new Date();
  const configuration = (options: unknown) => ({
    status: 200,
    headers: {},
    receivedAt,
    body: JSON.stringify({
      openIdConnect: {
        client_id: company.subject.webClient.id,
        metadata_url: `${company.proxy.url}/.well-known/openid-configuration`,
      },
      options,
    }),
  });
  const found = (options: unknown, version?: string) => {
    const discovery = {
      status: 200,
      headers: {},
      body: JSON.stringify({ issuer: company.proxy.url }),
      receivedAt,
    };
    const facts = {
      front: { status: 200, headers: {}, body: "", receivedAt },
      discovery,
      configuration: configuration(options),
    };
    return pressing(checkOcis(facts, company.subject, version));
  };
  const what = `tabs-share-tokens: ${company.ocis.url} lets all tabs of a browser share one refresh token (WEB_OPTION_TOKEN_STORAGE_LOCAL isn't false)`;
  for (const options of [{ tokenStorageLocal: true }, {}, undefined, null]) {
    expect(found(options)).toEqual([what]);
    expect(found(options, "2.10.0")).toEqual([what]);
    expect(found(options, "2.9.0")).toEqual([]);
  }
  expect(found({ tokenStorageLocal: false }, "2.14.0")).toEqual([]);
});

test("tabs-share-tokens is read from oCIS itself", async () => {
  company.ocis.settings.tokenStorageLocal = true;
  const { version } = company.server;
  const expected = Number(version.split(".")[1]) >= 10 ? [expect.stringMatching(/^tabs-share-tokens: /)] : [];
  expect(pressing(await company.find())).toEqual(expected);
});

test("environment-breaks-logins: in the stack, else in the running container", async () => {
  const skips = { PROXY_OIDC_SKIP_USER_INFO: "true" };
  const found = async (changes: object) =>
    ofKind("environment-breaks-logins", await company.find({}, changes));
  const inStack = "in the stack's environment PROXY_OIDC_SKIP_USER_INFO is true";
  const container = { name: "ocis", environment: skips, lacksSettings: false, dataFileSystem: "ext4" };
  expect(await found({ environment: skips, container })).toEqual([inStack]);
  expect(await found({ environment: {}, container })).toEqual([
    "in the running container's environment PROXY_OIDC_SKIP_USER_INFO is true",
  ]);
});

test("a discovery document that oCIS serves itself is as good", async () => {
  company.ocis.settings.metadataUrl = `${company.ocis.url}/.well-known/openid-configuration`;
  expect(pressing(await company.find())).toEqual([]);
});

test("policy-missing is advice", async () => {
  company.ocis.settings.contentSecurityPolicy = undefined;
  const findings = await company.find();
  expect(pressing(findings)).toEqual([]);
  expect(ofKind("policy-missing", findings)).toEqual([
    `${company.ocis.url} answers without a Content-Security-Policy`,
  ]);
});

test("policy-blocks-issuer: connect-src lacks it, or a second policy does", async () => {
  const { settings, url } = company.ocis;
  const good = String(settings.contentSecurityPolicy);
  const what = `policy-blocks-issuer: the Content-Security-Policy of ${url} doesn't let pages connect to ${company.proxy.url}: connect-src lacks it`;
  settings.contentSecurityPolicy = good.replace(company.proxy.url, "");
  expect(pressing(await company.find())).toEqual([what]);
  settings.contentSecurityPolicy = [good, "default-src 'self'"];
  expect(pressing(await company.find())).toEqual([`${what} (there are several policies, and all apply)`]);
});

test("policy-blocks-own-frames: 'none' as in the guide, also in a proxy's policy", async () => {
  const { settings, url } = company.ocis;
  const good = String(settings.contentSecurityPolicy);
  const what = (blocker: string) =>
    `policy-blocks-own-frames: the Content-Security-Policy of ${url} has \`${blocker}\`, so its pages can't load oCIS in a frame`;
  settings.contentSecurityPolicy = good.replace("frame-ancestors 'self'", "frame-ancestors 'none'");
  expect(pressing(await company.find())).toEqual([what("frame-ancestors 'none'")]);
  settings.contentSecurityPolicy = [good, "frame-ancestors https://intranet.company.com"];
  expect(pressing(await company.find())).toEqual([
    `${what("frame-ancestors https://intranet.company.com")} (there are several policies, and all apply)`,
  ]);
});

test.each([
  ["frame-ancestors 'none'", "frame-ancestors 'none'"],
  ["frame-ancestors", "frame-ancestors"],
  ["frame-ancestors 'self'", undefined],
  ["frame-ancestors 'self'; frame-ancestors 'none'", undefined],
  ["frame-ancestors 'none'; frame-ancestors 'self'", "frame-ancestors 'none'"],
  ["frame-ancestors https://intranet.test https://ocis.test", undefined],
  ["frame-ancestors *.ocis.test", "frame-ancestors *.ocis.test"],
  ["frame-ancestors *", undefined],
  ["Frame-Ancestors 'SELF' https://a.test", undefined],
  ["frame-ancestors https:", undefined],
  ["default-src 'self'", undefined],
  ["default-src 'none'", "default-src 'none'"],
  ["default-src 'none'; child-src 'self'", undefined],
  ["child-src 'self'; frame-src https://a.test", "frame-src https://a.test"],
  ["frame-ancestors 'self', frame-ancestors 'none'", "frame-ancestors 'none'"],
  ["", undefined],
])("a page of https://ocis.test under `%s` is kept out of its own frame by %s", (policy, blocker) => {
  expect(frameBlocker(policy, "https://ocis.test")).toBe(blocker);
});

test.each([
  ["connect-src https://id.test", true],
  ["connect-src https://id.test/", true],
  ["connect-src https://id.test/api/", false],
  ["connect-src https://id.test:8443", false],
  ["connect-src https://id.test:443", true],
  ["connect-src id.test", true],
  ["connect-src *.test", true],
  ["connect-src https:", true],
  ["connect-src http://id.test", true],
  ["connect-src *", true],
  ["connect-src 'self' blob:", false],
  ["connect-src 'none'", false],
  ["conect-src https://id.test; default-src 'none'", false],
  ["default-src https://id.test", true],
  ["img-src 'self'", true],
  ["CONNECT-SRC https://ID.test", true],
])("a page under `%s` may speak to https://id.test: %s", (policy, allowed) => {
  expect(mayConnect(policy, "https://id.test/.well-known/openid-configuration", "https://ocis.test")).toBe(
    allowed,
  );
});
