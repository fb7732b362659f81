import {
  contentSecurityPolicy,
  contentSecurityPolicyProblems,
  type Directives,
} from "../../../components/settings";
import { ISSUER } from "./default-policy";

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
