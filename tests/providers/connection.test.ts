import { readConnection } from "../../providers/pocket-id/connection";

type Values = Record<string, string | undefined>;
const read = (configuration: Values, environment: Values = {}) =>
  readConnection((key) => configuration[key.replace("pocketid:", "")], environment);

const STACK = { url: "https://pocket-id.company.com", apiKey: "stack-key" };
const ENVIRONMENT = { POCKET_ID_URL: "https://other.company.com", POCKET_ID_API_KEY: "environment-key" };

test("the stack's address and key are used", () => {
  expect(read({ ...STACK, url: `${STACK.url}/` })).toEqual({ ...STACK, timeoutMs: 30_000 });
});

test("address and key come from the environment when the stack names none", () => {
  expect(read({}, ENVIRONMENT)).toMatchObject({
    url: "https://other.company.com",
    apiKey: "environment-key",
  });
});

test("the environment's key never goes to a server that the environment does not name", () => {
  expect(() => read({ url: STACK.url }, ENVIRONMENT)).toThrow(
    "no API key for https://pocket-id.company.com: run `pulumi config set --secret pocketid:apiKey` (POCKET_ID_API_KEY is set, " +
      "but is only used together with POCKET_ID_URL, or after `pulumi config set pocketid:apiKeyFromEnvironment true`)",
  );
});

test.each([
  ["the same server is named in both", { url: "https://other.company.com/" }],
  ["the stack says so", { url: STACK.url, apiKeyFromEnvironment: "true" }],
])("the environment's key is used when %s", (_reason, configuration) => {
  expect(read(configuration, ENVIRONMENT).apiKey).toBe("environment-key");
});

test.each([
  [{}, "Pocket ID's address is missing"],
  [{ url: "pocket-id.company.com" }, "'pocket-id.company.com' is not a URL"],
  [{ url: "ftp://pocket-id.company.com" }, "is not an https URL"],
  [
    { url: "https://admin:secret@pocket-id.company.com" },
    "must not have a name, password, query or fragment",
  ],
  [{ url: "http://pocket-id.company.com" }, "would send the API key in clear"],
  [{ ...STACK, apiKey: "key\nwith newline" }, "has blanks or other characters"],
  [{ ...STACK, timeoutSeconds: "soon" }, "pocketid:timeoutSeconds is 'soon'"],
])("%j is refused in one line that says what to do", (configuration: Values, message) => {
  const attempt = () => read(configuration);
  expect(attempt).toThrow(message);
  expect(attempt).not.toThrow("\n");
  expect(attempt).not.toThrow("secret@");
});

test.each(["http://localhost:1411", "http://127.0.0.2:1411", "http://[::1]:1411"])(
  "plain http is fine for %s",
  (url) => {
    expect(read({ url, apiKey: "key" }).url).toBe(url);
  },
);
