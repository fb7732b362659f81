import fc from "fast-check";
import { load } from "js-yaml";
import {
  contentSecurityPolicy,
  contentSecurityPolicyDirectives,
  contentSecurityPolicyProblems,
  type ContentSecurityPolicyArgs,
  type Directives,
} from "../../../components/settings";
import { AWESOME, defaults, ISSUER } from "./default-policy";

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
