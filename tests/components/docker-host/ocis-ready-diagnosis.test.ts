import { diagnose, type Observation } from "../../../components/docker-host/readiness/diagnosis";

const ISSUER = "https://pocket-id.company.com";
const expected = { container: "ocis", issuer: ISSUER, tls: false };
const running: Observation = {
  status: "running",
  exitCode: 0,
  restarts: 0,
  outOfMemory: false,
  told: undefined,
  selinux: false,
  answer: undefined,
  log: [],
};
const http = (status: number, body = "") => ({ kind: "http", status, body }) as const;
const log = (error: string) => [
  `{"level":"error","error":"Get: ${error}","message":"get information from url failed"}`,
];

describe("why nobody can log in", () => {
  test("the expected issuer: people can", () => {
    expect(diagnose({ ...running, answer: { kind: "document", issuer: ISSUER } }, expected)).toBeUndefined();
  });

  const cases: [name: string, seen: Partial<Observation>, reason: RegExp, hopeless: boolean][] = [
    ["no container", { status: undefined }, /container 'ocis' is gone: run `pulumi up --refresh`/, true],
    [
      "another issuer",
      { answer: { kind: "document", issuer: `${ISSUER}/` } },
      /Pocket ID's issuer is 'https:\/\/pocket-id\.company\.com\/', but oCIS expects 'https:\/\/pocket-id\.company\.com'/,
      true,
    ],
    [
      "another issuer in the container's environment",
      { answer: { kind: "document", issuer: ISSUER }, told: "http://pocket-id:1411" },
      /Pocket ID's issuer is 'https:\/\/pocket-id\.company\.com', but oCIS expects 'http:\/\/pocket-id:1411'/,
      true,
    ],
    ["starting", { answer: { kind: "none", reason: "Connection refused" } }, /doesn't answer yet/, false],
    [
      "no curl",
      { answer: { kind: "none", reason: "the image has neither curl nor wget" } },
      /readiness: false/,
      true,
    ],
    [
      "TLS inside",
      { answer: http(400, "Client sent an HTTP request to an HTTPS server.") },
      /set tls: true/,
      true,
    ],
    ["TLS inside, by wget", { answer: http(400) }, /set tls: true/, true],
    ["no rewriting", { answer: http(404) }, /PROXY_OIDC_REWRITE_WELLKNOWN must be true/, false],
    [
      "unknown authority",
      {
        answer: http(500),
        log: log("tls: failed to verify certificate: x509: certificate signed by unknown authority"),
      },
      /set caCertificate to that authority's PEM text/,
      true,
    ],
    [
      "expired",
      { answer: http(500), log: log("x509: certificate has expired or is not yet valid") },
      /expired; renew/,
      true,
    ],
    [
      "other name",
      { answer: http(500), log: log("x509: certificate is valid for a, not b") },
      /another host name/,
      true,
    ],
    [
      "unknown host",
      { answer: http(500), log: log("lookup pocket-id: no such host") },
      /can't resolve .*extraHosts/,
      false,
    ],
    [
      "refused",
      { answer: http(500), log: log("connect: connection refused") },
      /can't connect to Pocket ID/,
      false,
    ],
    ["silent", { answer: http(500), log: log("i/o timeout") }, /doesn't answer oCIS/, false],
    [
      "plain http",
      { answer: http(500), log: log("http: server gave HTTP response to HTTPS client") },
      /put a TLS proxy in front/,
      false,
    ],
    [
      "no identity provider",
      { answer: http(502), log: log("not found com.owncloud.web.idp") },
      /REWRITE_WELLKNOWN/,
      false,
    ],
    ["down behind a proxy", { answer: http(502) }, /HTTP 502\): check that Pocket ID is running/, false],
    [
      "bad csp, at first",
      { status: "restarting", exitCode: 1, restarts: 1, log: ["Failed to load CSP configuration"] },
      /stopped with exit code 1: it could not use csp\.yaml/,
      false,
    ],
    [
      "bad csp, again",
      { status: "restarting", restarts: 2, log: ["Failed to load CSP configuration"] },
      /csp\.yaml/,
      true,
    ],
    [
      "a setting that ocis.yaml lacks",
      {
        status: "restarting",
        restarts: 2,
        log: ["(e.g. by using 'ocis init --diff' and applying the patch"],
      },
      /ocis\.yaml lacks a setting of this version/,
      true,
    ],
    [
      "no extended attributes",
      { status: "restarting", restarts: 2, log: ["xattr.set /var/lib/ocis: operation not supported"] },
      /no extended attributes/,
      true,
    ],
    [
      "init",
      { status: "exited", exitCode: 1, log: ["ocis init failed with exit code 1"] },
      /`ocis init` failed/,
      false,
    ],
    ["owner", { status: "exited", log: ["mkdir /var/lib/ocis: permission denied"] }, /uid 1000/, false],
    ["disk", { status: "exited", log: ["no space left on device"] }, /disk .* is full/, false],
    ["memory", { status: "exited", outOfMemory: true }, /out of memory/, false],
    [
      "restarting, for a moment up",
      { restarts: 3, answer: { kind: "none", reason: "Connection refused" }, log: ["permission denied"] },
      /keeps stopping \(3 restarts\): .*uid 1000/,
      true,
    ],
    [
      "restarted long ago",
      { restarts: 3, answer: { kind: "document", issuer: "https://x" } },
      /Pocket ID's issuer is/,
      true,
    ],
    ["unknown", { status: "exited", exitCode: 3 }, /exit code 3: fix what its log says/, false],
  ];
  test.each(cases)("%s", (_name, seen, reason, hopeless) => {
    const verdict = diagnose({ ...running, ...seen }, expected);
    expect(verdict?.reason).toMatch(reason);
    expect(verdict?.reason).not.toContain("\n");
    expect(verdict?.hopeless).toBe(hopeless);
  });

  test("plain http where TLS is expected", () => {
    const answer = {
      kind: "none",
      reason: "curl: (35) error:0A00010B:SSL routines::wrong version number",
    } as const;
    expect(diagnose({ ...running, answer }, { ...expected, tls: true })?.reason).toMatch(/serves plain http/);
  });

  test("the newest line of the log counts", () => {
    const lines = [...log("no such host"), ...log("connection refused")];
    expect(diagnose({ ...running, answer: http(500), log: lines }, expected)?.reason).toMatch(
      /can't connect/,
    );
  });
});
