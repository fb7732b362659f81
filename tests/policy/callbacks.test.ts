import { noWildcardCallbacks, wildcardIn } from "../../policy/rules/callbacks";
import { answers } from "../support/callback-answers";
import { OCIS, OPENCLOUD } from "../../components/settings/products";
import { webClient } from "../../components/settings";
import { problemsOf } from "./problems";

const CLIENT = "pulumi-nodejs:dynamic/pocketid:OidcClient";
const problems = (props: object, options: object = {}) =>
  problemsOf(noWildcardCallbacks, CLIENT, props, options);

/** A URL in one of the forms that browsers and Pocket ID don't tell apart. */
function normal(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  // A loopback address has any port (RFC 8252).
  if (/^(localhost$|127\.|\[::1\]|\[::ffff:7f)/.test(url.hostname)) url.port = "";
  Object.assign(url, { hash: "", username: "", password: "" });
  url.searchParams.sort();
  const [path = "", query = ""] = url.href.replace(/^([a-z]+:)\/*/, "$1").split("?");
  const unescaped = query.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return `${path.replace(/\/$/, "").replace("%6F", "o")}?${unescaped}`;
}

test("a callback URL that passes accepts only itself in every Pocket ID, but for an app's own scheme without a path", () => {
  const passed = answers().filter(({ pattern }) => wildcardIn(pattern) === undefined);
  expect(passed.length).toBeGreaterThan(100);
  const others = passed.flatMap(({ pattern, matches }) =>
    [...matches]
      .filter(([url, bits]) => bits !== "000" && url !== pattern)
      .filter(([url]) => normal(url) !== normal(pattern.replace(/\\(.)/g, "$1")))
      .map(([url]) => `${pattern} accepts ${url}`),
  );
  expect(others.filter((line) => !/^(oc|app):(\/\/[^/ ]*)? /.test(line))).toEqual([]);
});

test.each([...OCIS.nativeClients, ...OPENCLOUD.nativeClients])("the app $name passes", ({ callbackUrls }) => {
  expect(problems({ callbackUrls })).toEqual([]);
});

test.each([OCIS, OPENCLOUD])("the web client of $title passes", (product) => {
  expect(problems(webClient("https://files.company.com:9200", product))).toEqual([]);
});

test.each([
  ["*", "`*`, which is any URL"],
  ["https://*.company.com/cb", "`*` in its host or port"],
  ["https://app.company.com:*/cb", "`*` in its host or port"],
  ["*://app.company.com/cb", "`*` in its scheme"],
  ["https://app.company.com/**", "`*` in its path"],
  ["https://app.company.com/(a|b)", "`(…)` in its path"],
  ["https://app.company.com/:tenant/cb", "`:name` in its path"],
  ["https://app.company.com/cb?next=*", "`*` in its query"],
  ["https://[2001:db8::*]/cb", "`*` in its host or port"],
  ["https://app.company.com", "no path, which is any path"],
])("%s has %s", (url, wildcard) => {
  expect(wildcardIn(url)).toBe(wildcard);
});

test("each wildcard is a problem, in logouts too, unless it's allowed; no message has the URL", () => {
  const props = {
    callbackUrls: ["https://app.company.com/cb", "https://*.dev.test/cb"],
    logoutCallbackUrls: ["https://x.test/*"],
  };
  expect(problems(props)).toEqual([
    "callbackUrls has a URL with `*` in its host or port: write the whole URL, or add it to allowPatterns",
    "logoutCallbackUrls has a URL with `*` in its path: write the whole URL, or add it to allowPatterns",
  ]);
  expect(problems(props, { allowPatterns: ["https://*.dev.test/cb", "https://x.test/*"] })).toEqual([]);
  expect(problems({ callbackUrls: ["http://localhost:*"] }, { allowPatterns: [] })).toHaveLength(1);
});
