import { type Company, ofKind, pressing, startCompany } from "./doctor-company";
import { startProxy } from "./doctor-servers";

/** What can be seen without a key: issuer, cross-origin answers, and oCIS. */
let company: Company;

beforeAll(async () => {
  company = await startCompany();
});
afterEach(() => {
  company.reset();
});
afterAll(() => company.remove());

test("a healthy stack has no error and no warning", async () => {
  expect(pressing(await company.find())).toEqual([]);
});

test("doctor waits at a rate limit, and doesn't report it", async () => {
  let refusals = 0;
  company.proxy.alter = (passing) => {
    if (passing.path !== "/.well-known/openid-configuration" || refusals === 2) return;
    refusals += 1;
    passing.status = 429;
    passing.headers["retry-after"] = "1";
  };
  expect(pressing(await company.find())).toEqual([]);
  expect(refusals).toBe(2);
});

describe("the issuer", () => {
  const named = (issuer: string) => {
    company.proxy.alter = (passing) => {
      if (passing.path !== "/.well-known/openid-configuration") return;
      passing.body = JSON.stringify({ ...(JSON.parse(passing.body) as object), issuer });
    };
  };

  test.each([
    ["issuer-slash", (url: string) => `${url}/`],
    ["issuer-scheme", (url: string) => url.replace("https:", "http:")],
    ["issuer-case", (url: string) => url.replace("localhost", "LocalHost")],
    ["issuer-differs", () => "https://login.company.test"],
  ])("%s is told from the others", async (code, change) => {
    const { url } = company.proxy;
    named(change(url));
    expect(pressing(await company.find())).toEqual([
      `${code}: oCIS has the issuer '${url}', but Pocket ID's is '${change(url)}'`,
    ]);
  });

  test("issuer-unreachable: nobody answers there", async () => {
    const gone = await startProxy({ url: company.server.url, issuer: company.subject.issuer });
    await gone.close();
    expect(ofKind("issuer-unreachable", await company.find({}, { issuer: gone.url }))).toEqual([
      `${gone.url} has no discovery document (ECONNREFUSED)`,
    ]);
  });

  test("endpoint-elsewhere: INTERNAL_APP_URL shows", async () => {
    company.proxy.alter = (passing) => {
      if (passing.path === "/.well-known/openid-configuration") {
        passing.body = passing.body.replace(
          /"token_endpoint":"[^"]+"/,
          '"token_endpoint":"http://127.0.0.1:9/api/oidc/token"',
        );
      }
    };
    expect(ofKind("endpoint-elsewhere", await company.find())).toEqual([
      `Pocket ID's token endpoint is http://127.0.0.1:9/api/oidc/token, outside the issuer ${company.proxy.url}`,
    ]);
  });
});

describe("cross-origin requests", () => {
  const HEADER = "access-control-allow-origin";
  const endpoint = (path: string) => `${company.proxy.url}${path}`;

  test("cors-doubled: a proxy that adds its own header, with the nginx lines that do it", async () => {
    company.proxy.alter = ({ headers }) => {
      if (HEADER in headers) headers[HEADER] = ["*", company.ocis.url];
    };
    const findings = await company.find();
    const values = `answers with 2 values of Access-Control-Allow-Origin: *, ${company.ocis.url}`;
    expect(pressing(findings)).toEqual([
      `cors-doubled: Pocket ID's discovery document ${endpoint("/.well-known/openid-configuration")} ${values}`,
      `cors-doubled: Pocket ID's key set ${endpoint("/.well-known/jwks.json")} ${values}`,
      `cors-doubled: Pocket ID's token endpoint ${endpoint("/api/oidc/token")} ${values}`,
      `cors-doubled: Pocket ID's userinfo endpoint ${endpoint("/api/oidc/userinfo")} ${values}`,
    ]);
    expect(findings[0]?.fix).toContain("add_header Access-Control-Allow-Origin");
    expect(findings[0]?.fix).toContain("proxy_hide_header Access-Control-Allow-Origin;");
  });

  test("a header that is doubled on good answers only, as nginx does without `always`, is found", async () => {
    company.proxy.alter = ({ headers, status, path }) => {
      if (path === "/api/oidc/token" && status < 400) headers[HEADER] = ["*", "*"];
    };
    expect(ofKind("cors-doubled", await company.find())).toHaveLength(1);
  });

  test("cors-missing, cors-other-origin and cors-preflight", async () => {
    company.proxy.alter = (passing) => {
      const { path, headers } = passing;
      if (path === "/.well-known/jwks.json") Reflect.deleteProperty(headers, HEADER);
      if (path === "/api/oidc/token") headers[HEADER] = "https://other.company.test";
      if (path === "/api/oidc/userinfo" && passing.method === "OPTIONS") passing.status = 405;
    };
    expect(pressing(await company.find())).toEqual([
      `cors-missing: Pocket ID's key set ${endpoint("/.well-known/jwks.json")} answers without Access-Control-Allow-Origin`,
      `cors-other-origin: Pocket ID's token endpoint ${endpoint("/api/oidc/token")} answers with Access-Control-Allow-Origin: https://other.company.test, not ${company.ocis.url}`,
      `cors-preflight: Pocket ID's userinfo endpoint ${endpoint("/api/oidc/userinfo")} answers HTTP 405 to a browser's OPTIONS`,
    ]);
  });

  test("a preflight that does not allow Authorization is found, and one value that is oCIS's own origin is fine", async () => {
    company.proxy.alter = ({ path, headers }) => {
      if (path === "/api/oidc/token") headers[HEADER] = company.ocis.url;
      if (path === "/api/oidc/userinfo") headers["access-control-allow-headers"] = "Content-Type";
    };
    expect(pressing(await company.find())).toEqual([
      expect.stringMatching(/^cors-preflight: .*userinfo.* without allowing the header Authorization$/),
    ]);
  });
});
