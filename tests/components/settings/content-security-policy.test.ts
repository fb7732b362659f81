import fc from "fast-check";
import { load } from "js-yaml";
import {
  contentSecurityPolicy,
  contentSecurityPolicyDirectives,
  contentSecurityPolicyProblems,
  type ContentSecurityPolicyArgs,
  type Directives,
  unknownPolicyWarning,
} from "../../../components/settings";
import { shippedPolicyChanges } from "../../../components/settings/content-security-policy/shipped";

const ISSUER = "https://pocket-id.company.com";
const AWESOME = "https://raw.githubusercontent.com/owncloud/awesome-ocis/";
const defaults = contentSecurityPolicyDirectives(ISSUER);

test.each([
  ["https://pocket-id.company.com", "https://pocket-id.company.com"],
  ["https://pocket-id.company.com/", "https://pocket-id.company.com"],
  ["https://company.com:8443/id?x", "https://company.com:8443"],
  ["http://localhost:1411", "http://localhost:1411"],
])("the issuer %s opens its origin alone", (issuer, origin) => {
  expect(contentSecurityPolicyDirectives(issuer)["connect-src"]).toEqual([
    "'self'",
    "blob:",
    AWESOME,
    origin,
  ]);
});

test.each<[string, ContentSecurityPolicyArgs, Directives]>([
  ["adds a source", { extend: { "font-src": ["data:"] } }, { "font-src": ["'self'", "data:"] }],
  [
    "adds a source once",
    { extend: { "font-src": ["data:", "'self'", "data:"] } },
    { "font-src": ["'self'", "data:"] },
  ],
  [
    "adds after Pocket ID",
    { extend: { "connect-src": ["wss://a.com"] } },
    { "connect-src": ["'self'", "blob:", AWESOME, ISSUER, "wss://a.com"] },
  ],
  [
    "drops 'none' for the first source",
    { extend: { "default-src": ["https://a.com"] } },
    { "default-src": ["https://a.com"] },
  ],
  [
    "begins with the sources of the directive that stood in",
    { extend: { "worker-src": ["blob:"] } },
    { "worker-src": ["'self'", "blob:"] },
  ],
  [
    "begins with the sources that are added to the directive that stood in",
    { extend: { "script-src": ["https://a.com"], "script-src-elem": ["https://b.com"] } },
    {
      "script-src": ["'self'", "'unsafe-inline'", "https://a.com"],
      "script-src-elem": ["'self'", "'unsafe-inline'", "https://a.com", "https://b.com"],
    },
  ],
  [
    "begins with nothing where nothing stands in",
    { extend: { "form-action": ["'self'"] } },
    { "form-action": ["'self'"] },
  ],
  ["replaces sources", { replace: { "frame-src": ["https://a.com"] } }, { "frame-src": ["https://a.com"] }],
  [
    "keeps Pocket ID when replacing",
    { replace: { "connect-src": ["'self'"] } },
    { "connect-src": ["'self'", ISSUER] },
  ],
  [
    "keeps Pocket ID when all is closed",
    { replace: { "connect-src": ["'none'"] } },
    { "connect-src": [ISSUER] },
  ],
  ["replaces by 'none'", { replace: { "object-src": ["'none'"] } }, { "object-src": ["'none'"] }],
  [
    "takes a directive without values",
    { replace: { "upgrade-insecure-requests": [] } },
    { "upgrade-insecure-requests": [] },
  ],
])("%s and changes nothing else", (_, args, expected) => {
  expect(contentSecurityPolicyProblems(args)).toEqual([]);
  expect(contentSecurityPolicyDirectives(ISSUER, args)).toEqual({ ...defaults, ...expected });
});

test("mode replace has what is listed and Pocket ID, and nothing of oCIS's", () => {
  const replace = { "worker-src": ["blob:"], "script-src": ["'self'"], "default-src": ["'self'"] };
  expect(Object.entries(contentSecurityPolicyDirectives(ISSUER, { mode: "replace", replace }))).toEqual([
    ["connect-src", ["'self'", ISSUER]],
    ["default-src", ["'self'"]],
    ["script-src", ["'self'"]],
    ["worker-src", ["blob:"]],
  ]);
});

test.each<[ContentSecurityPolicyArgs, string, string]>([
  [{ mode: "replace" }, "replace", "lists no directive"],
  [
    { mode: "replace", extend: { "img-src": ["https:"] }, replace: { "img-src": ["data:"] } },
    "extend",
    "which mode replace leaves out",
  ],
])("mode replace refuses %j", (args, field, message) => {
  const problems = contentSecurityPolicyProblems(args);
  expect(problems).toContainEqual({
    field: `contentSecurityPolicy.${field}`,
    message: expect.stringContaining(message) as string,
  });
});

test.each<[string, readonly string[], boolean]>([
  ["owncloud/ocis:6.0.0", ["'self'"], false],
  ["owncloud/ocis-rolling:6.2.0", ["'self'"], false],
  ["owncloud/ocis-rolling:6.3.0", ["'self'", AWESOME], true],
  ["owncloud/ocis-rolling:6.4.0", ["'self'", "blob:", AWESOME], true],
  ["owncloud/ocis:8.0.5", ["'self'", "blob:", AWESOME], true],
  ["owncloud/ocis:99.1.0", ["'self'", "blob:", AWESOME], true],
  ["owncloud/ocis:6", ["'self'", "blob:", AWESOME], true],
  ["owncloud/ocis:latest", ["'self'", "blob:", AWESOME], true],
])("%s has the policy that it ships", (image, connect, hasAppStore) => {
  const directives = contentSecurityPolicyDirectives(ISSUER, {}, image);
  expect(directives["connect-src"]).toEqual([...connect, ISSUER]);
  expect(directives["img-src"]?.includes(AWESOME)).toBe(hasAppStore);
  expect(Object.keys(directives)).toEqual(Object.keys(defaults));
  expect(directives["frame-ancestors"]).toEqual(["'self'"]);
});

test.each([
  ["owncloud/ocis:8.0.5", undefined],
  ["owncloud/ocis:8.2.1", undefined],
  ["owncloud/ocis:8", undefined],
  ["owncloud/ocis:latest", undefined],
  ["owncloud/ocis:8.3.0", "owncloud/ocis:8.3.0 may ship another content security policy than oCIS 8.2"],
  ["owncloud/ocis:9", "owncloud/ocis:9 may ship another"],
])("%s causes the warning %j", (image, warning) => {
  const expected: unknown = warning === undefined ? undefined : expect.stringContaining(warning);
  expect(unknownPolicyWarning(image)).toEqual(expected);
});

test.each([
  ["owncloud/ocis:8.0.5", "owncloud/ocis:8.1.0", []],
  ["owncloud/ocis:latest", "owncloud/ocis:6.0.0", []],
  [
    "owncloud/ocis:6.0.0",
    "owncloud/ocis:7.0.0",
    [`connect-src gains blob: and ${AWESOME}`, `img-src gains ${AWESOME}`],
  ],
  ["owncloud/ocis:6.4.0", "owncloud/ocis:6.3.0", ["connect-src loses blob:"]],
])("from %s to %s, %j", (before, after, changes) => {
  expect(shippedPolicyChanges(before, after)).toEqual(changes);
});

test("the order is the guide's, then by name, however the changes are ordered", () => {
  const replace = { "worker-src": ["blob:"], "base-uri": ["'self'"], "child-src": ["blob:"] };
  const reversed = Object.fromEntries(Object.entries(replace).reverse());
  expect(Object.keys(contentSecurityPolicyDirectives(ISSUER, { replace }))).toEqual([
    ...Object.keys(defaults),
    "base-uri",
    "worker-src",
  ]);
  expect(contentSecurityPolicy(ISSUER, { replace: reversed })).toBe(
    contentSecurityPolicy(ISSUER, { replace }),
  );
});

test.each<[string, string]>([
  ["script-src", "'unsafe-eval'"],
  ["script-src", "'strict-dynamic'"],
  ["script-src", "'wasm-unsafe-eval'"],
  ["script-src", "'nonce-a2ZobGFoZg=='"],
  ["script-src", "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"],
  ["img-src", "*"],
  ["img-src", "https:"],
  ["img-src", "*.company.com"],
  ["img-src", "https://*.company.com:*"],
  ["img-src", "localhost:8080"],
  ["img-src", "company.com/images/"],
  ["connect-src", "wss://company.com"],
  ["frame-ancestors", "https://intranet.company.com"],
  ["sandbox", "allow-scripts"],
  ["report-to", "csp-endpoint"],
  ["report-uri", "https://company.com/reports?kind=csp"],
  ["report-uri", "/reports"],
  ["require-trusted-types-for", "'script'"],
  ["trusted-types", "'allow-duplicates'"],
  ["trusted-types", "my-policy"],
  ["webrtc", "'block'"],
  ["fenced-frame-src", "https:"],
])("accepts %s %s", (directive, source) => {
  expect(contentSecurityPolicyProblems({ replace: { [directive]: [source] } })).toEqual([]);
});

test.each<[string, unknown, string]>([
  ["conect-src", ["'self'"], "'conect-src' is not a directive (did you mean connect-src?)"],
  ["connectSrc", ["'self'"], "(did you mean connect-src?)"],
  ["Connect-Src", ["'self'"], "(did you mean connect-src?)"],
  ["connect_src", ["'self'"], "(did you mean connect-src?)"],
  ["everything", ["'self'"], "'everything' is not a directive: browsers would ignore it"],
  ["block-all-mixed-content", [], "is not a directive"],
  ["constructor", ["'self'"], "is not a directive"],
  ["img-src", ["self"], `write it with inner quotes, "'self'"`],
  ["img-src", ["None"], "write it with inner quotes"],
  ["script-src", ["unsafe-inline"], `write it with inner quotes, "'unsafe-inline'"`],
  ["script-src", ["nonce-abc"], `write it with inner quotes, "'nonce-abc'"`],
  ["script-src", ["sha256-abc="], `write it with inner quotes, "'sha256-abc='"`],
  ["script-src", ["'unsafe-inlin'"], "is not a keyword (did you mean unsafe-inline?)"],
  ["script-src", ["'https://a.com'"], "only keywords, nonces and hashes are quoted"],
  ["script-src", ["'self"], `write "'self'"`],
  ["script-src", ["''self''"], `write "'self'"`],
  ["script-src", ['"self"'], "has double quotes"],
  ["img-src", ["data"], "write 'data:'"],
  ["img-src", ["'none'", "data:"], "means nothing next to other sources"],
  ["img-src", [], "[] is an empty list, which stops oCIS"],
  ["img-src", "data:", `"data:" is not a list`],
  ["img-src", [1], "1 is not text"],
  ["img-src", [""], "'' is empty"],
  ["img-src", ["'self' data:"], "has blanks"],
  ["img-src", ["data:\n"], "has blanks"],
  ["img-src", ["https://a.com;script-src"], "has ';', which would end the directive"],
  ["img-src", ["https://a.com,b"], "has ','"],
  ["img-src", ["${IMAGES|data:}"], "has '$'"],
  ["script-src", ["$NONCE"], "has '$'"],
  ["img-src", ["https://bücher.de"], "has non-ASCII letters"],
  ["img-src", ["https://[::1]"], "has an IPv6 address"],
  ["img-src", ["https://a.com/?x"], "has '?' or '#'"],
  ["img-src", ["https:/a.com"], "is not a source"],
  ["img-src", ["a.*.com"], "is not a source"],
  ["frame-ancestors", ["'unsafe-inline'"], "means nothing here and stops oCIS"],
  ["frame-ancestors", ["self"], `write it with inner quotes, "'self'"`],
  ["sandbox", ["allow-everything"], `"allow-everything" stops oCIS`],
  ["sandbox", ["allow-forms", "allow-modals"], "takes one value only"],
  ["report-to", ["a", "b"], "takes one value only"],
  ["report-uri", ["company.com"], "is not a URL to report to"],
  ["require-trusted-types-for", ["'style'"], "stops oCIS"],
  ["trusted-types", ["a!b"], "is not the name of a policy"],
  ["trusted-types", ["my-*"], "is not the name of a policy and stops oCIS"],
  ["upgrade-insecure-requests", ["true"], "takes no values: write []"],
  ["webrtc", ["'self'"], "means nothing here"],
])("refuses %s %j", (directive, sources, message) => {
  const replace = { [directive]: sources } as Directives;
  const problem = (list: string) => ({
    field: `contentSecurityPolicy.${list}.${directive}`,
    message: expect.stringContaining(message) as string,
  });
  expect(contentSecurityPolicyProblems({ replace })).toEqual([problem("replace")]);
  expect(contentSecurityPolicyProblems({ extend: replace })).toEqual([problem("extend")]);
  expect(contentSecurityPolicyProblems({ extend: replace, replace })).toHaveLength(2);
  expect(() => contentSecurityPolicy(ISSUER, { replace })).toThrow(directive);
});

test("'none' can't be added", () => {
  expect(contentSecurityPolicyProblems({ extend: { "img-src": ["'none'"] } })).toEqual([
    {
      field: "contentSecurityPolicy.extend.img-src",
      message: expect.stringContaining("under replace") as string,
    },
  ]);
});

test("one directive is not extended and replaced at once", () => {
  const args = { extend: { sandbox: ["allow-forms"] }, replace: { sandbox: ["allow-modals"] } };
  expect(contentSecurityPolicyProblems(args)).toEqual([
    {
      field: "contentSecurityPolicy.extend.sandbox",
      message: expect.stringContaining("under replace too") as string,
    },
  ]);
});

const host = fc
  .domain()
  .chain((name) => fc.constantFrom(name, `*.${name}`, `https://${name}`, `wss://${name}:*`));
const source = fc.oneof(host, fc.constantFrom("'self'", "'unsafe-inline'", "data:", "blob:", "*", "https:"));
const directive = fc.constantFrom(
  "img-src",
  "connect-src",
  "script-src",
  "worker-src",
  "style-src-attr",
  "form-action",
);
const directives = fc.dictionary(directive, fc.uniqueArray(source, { minLength: 1, maxLength: 5 }));

test("the file holds exactly the directives", () => {
  fc.assert(
    fc.property(directives, fc.webUrl(), (replace, issuer) => {
      const expected = contentSecurityPolicyDirectives(issuer, { replace });
      expect(load(contentSecurityPolicy(issuer, { replace }))).toEqual({ directives: expected });
    }),
  );
});

test("extending forbids nothing that was allowed", () => {
  fc.assert(
    fc.property(directives, (extend) => {
      const extended = contentSecurityPolicyDirectives(ISSUER, { extend });
      for (const [name, sources] of Object.entries({ ...defaults, ...extend })) {
        const kept = sources.filter((text) => text !== "'none'");
        expect(extended[name]).toEqual(expect.arrayContaining(kept));
      }
    }),
  );
});

test("nothing but well-formed sources gets into the file", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(contentSecurityPolicyProblems({ extend: { "img-src": [text] } }).length === 0);
      expect(text).toMatch(/^[!-~]+$/);
      expect(text).not.toMatch(/[;,$"]/);
    }),
  );
});
