import { clientIdProblems, defaultClientId, NATIVE_CLIENTS, webClient } from "../../../components/settings";
import { callbackProblem } from "../../../providers/oidc-client/callback-url";

test("the web client of a host with a port", () => {
  expect(webClient("https://ocis.company.com:9200")).toEqual({
    name: "ocis",
    callbackUrls: [
      "https://ocis.company.com:9200/",
      "https://ocis.company.com:9200/oidc-callback.html",
      "https://ocis.company.com:9200/oidc-silent-redirect.html",
    ],
    logoutCallbackUrls: ["https://ocis.company.com:9200/"],
  });
});

test.each([
  ["ocis.company.com", "ocis.company.com"],
  ["ocis.company.com:9200", "ocis.company.com-9200"],
  ["localhost:9200", "localhost-9200"],
])("the default ID for %s is %s", (host, id) => {
  expect(defaultClientId(host)).toBe(id);
  expect(clientIdProblems(id)).toEqual([]);
});

test.each(NATIVE_CLIENTS)("refuses the ID of the $key app", ({ clientId, key }) => {
  expect(clientIdProblems(clientId)).toEqual([
    { field: "webClientId", message: expect.stringContaining(`is compiled into the ${key} app`) as string },
  ]);
});

test.each(["ab", "a".repeat(128), "A_b-c.9"])("accepts the ID %s", (id) => {
  expect(clientIdProblems(id)).toEqual([]);
});

test.each([
  ["", "'' has 0 characters: write 2 to 128"],
  ["a", "'a' has 1 characters"],
  ["a".repeat(129), "has 129 characters"],
  ["ocis web", "'ocis web' has characters that Pocket ID refuses"],
  ["https://ocis", "'https://ocis' has characters that Pocket ID refuses"],
  ["öcis", "'öcis' has characters that Pocket ID refuses"],
  ["ocis\n", "has characters that Pocket ID refuses"],
  ["..", "'..' can't be part of a URL"],
])("refuses the ID %j", (id, message) => {
  expect(clientIdProblems(id)).toEqual([
    { field: "webClientId", message: expect.stringContaining(message) as string },
  ]);
});

test("all callback URLs are such that Pocket ID takes them", () => {
  const { callbackUrls, logoutCallbackUrls } = webClient("https://ocis.company.com");
  const all = [
    ...callbackUrls,
    ...logoutCallbackUrls,
    ...NATIVE_CLIENTS.flatMap((client) => client.callbackUrls),
  ];
  expect(all.map((url) => callbackProblem(url))).toEqual(all.map(() => undefined));
});
