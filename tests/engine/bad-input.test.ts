import type { ConfigMap } from "@pulumi/pulumi/automation";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import program from "../../index";
import { type Emulator, startEmulator } from "../../emulator";
import { engineStack, type EngineStack } from "../support/engine";

/** Bad input is said at preview in one clear line, and nothing is made. */
let pocketId: Emulator;
let website: Server;
let stack: EngineStack;

beforeAll(async () => {
  pocketId = await startEmulator({
    issuer: "https://pocket-id.company.test",
    extraApiKeys: [{ key: "key-of-somebody-who-is-no-admin", admin: false }],
  });
  pocketId.addUser({ username: "alice" });
  website = createServer((_request, response) => response.end("<html>some other service</html>"));
  await new Promise<void>((resolve) => website.listen(0, "127.0.0.1", resolve));
  stack = await engineStack("ocis-pocket-id", program);
});
afterAll(async () => {
  await stack.remove();
  await pocketId.close();
  website.close();
});

const good = (): ConfigMap => ({
  "ocis-pocket-id:domain": { value: "company.test" },
  "ocis-pocket-id:target": { value: "bundle" },
  "ocis-pocket-id:bundleDirectory": { value: `${stack.directory}/bundle` },
  "pocketid:url": { value: pocketId.url },
  "pocketid:apiKey": { value: pocketId.apiKey, secret: true },
});

/** The diagnostics of a failed preview, without the engine's own layout. */
async function complaints(config: Record<string, string>): Promise<string> {
  const values = Object.entries(config).map(([key, value]) => [
    key,
    { value, secret: key.endsWith("apiKey") },
  ]);
  await stack.replaceConfig({ ...good(), ...(Object.fromEntries(values) as ConfigMap) });
  const failure = await stack.programFailure("preview");
  expect(failure).not.toMatch(/^\s+at .*\.(js|ts):\d+/m); // No stack trace.
  return failure.slice(failure.lastIndexOf("Diagnostics:"));
}

const websiteUrl = () => `http://127.0.0.1:${(website.address() as AddressInfo).port}`;

/** Each needs a preview of its own: Pocket ID is asked only once the configuration is right. */
test.each<[string, () => Record<string, string>, string]>([
  [
    "another issuer than Pocket ID's",
    () => ({ "ocis-pocket-id:issuer": "https://login.company.test" }),
    "the issuer is 'https://login.company.test', but Pocket ID at",
  ],
  ["a wrong key", () => ({ "pocketid:apiKey": "wrong" }), "HTTP 401"],
  [
    "the key of someone who isn't an admin",
    () => ({ "pocketid:apiKey": "key-of-somebody-who-is-no-admin" }),
    "who is not an admin: make the key as an admin",
  ],
  [
    "something else at the address",
    () => ({ "pocketid:url": websiteUrl() }),
    "Is this the address of Pocket ID",
  ],
  [
    "an unknown person",
    () => ({ "ocis-pocket-id:members": '{"admin":["nobody"]}' }),
    "no such user in Pocket ID: 'nobody'",
  ],
  [
    "one person in two roles, by username and e-mail address",
    () => ({ "ocis-pocket-id:members": '{"admin":["alice"],"user":["ALICE@example.com"]}' }),
    "members.user: 'ALICE@example.com' is alice, who is in admin as 'alice', and Pocket ID would pick one of the two roles at random",
  ],
])("%s", async (_what, config, expected) => {
  expect(await complaints(config())).toContain(expected);
});

test("a folder that cannot be made", async () => {
  const text = await complaints({
    "ocis-pocket-id:bundleDirectory": `${stack.directory}/Pulumi.yaml/bundle`,
  });
  expect(text).toMatch(/resource 'ocis-bundle': property directory .* has a problem: .*Pulumi\.yaml/);
});

/** What is wrong with a value, and what is said of it. */
type Wrong = readonly [key: string, value: string, said: string | RegExp];

test.each<[string, readonly Wrong[]]>([
  [
    "missing, misspelt and unknown values",
    [
      ["ocis-pocket-id:domain", "", /domain: .*(is missing|not a host name|is empty|''|company\.com)/],
      [
        "ocis-pocket-id:domian",
        "company.test",
        "domian: isn't a key of this program (did you mean domain?): run `pulumi config rm domian`",
      ],
      [
        "pocketid:apikey",
        "a key",
        "pocketid:apikey: isn't a key of this program (did you mean pocketid:apiKey?)",
      ],
      [
        "pocketid:apiKey",
        "",
        /pocketid: no API key for http:\/\/127\S+: run `pulumi config set --secret pocketid:apiKey`$/m,
      ],
      [
        "ocis-pocket-id:issuer",
        "https://pocket-id.company.test/",
        "issuer: 'https://pocket-id.company.test/' ends in a slash",
      ],
      [
        "ocis-pocket-id:members",
        '{"boss":["alice"]}',
        "members: 'boss' isn't a role: use admin, spaceAdmin, user or guest",
      ],
      ["ocis-pocket-id:claimKey", "sub", "claimKey: 'sub'"],
      ["ocis-pocket-id:webClientId", "o cis", "webClientId: 'o cis'"],
      ["ocis-pocket-id:target", "nomad", "target: must be docker, bundle, swarm or kubernetes"],
    ],
  ],
  [
    "URLs in the wrong place, and one person in two roles",
    [
      ["ocis-pocket-id:domain", "https://company.test", "domain: 'https://company.test'"],
      ["pocketid:url", "http://pocket-id.company.test", "in clear"],
      [
        "ocis-pocket-id:issuer",
        "https://company.test/pocket-id",
        "issuer: 'https://company.test/pocket-id' has more than scheme and host",
      ],
      [
        "ocis-pocket-id:members",
        '{"admin":["alice"],"user":["alice"]}',
        "members.user: 'alice' is in admin too",
      ],
    ],
  ],
  [
    "an issuer in clear, and one person where a list belongs",
    [
      [
        "ocis-pocket-id:issuer",
        "http://pocket-id.company.test",
        "issuer: 'http://pocket-id.company.test' isn't encrypted",
      ],
      ["ocis-pocket-id:members", '{"admin":"alice"}', "members.admin: must be a list of usernames"],
    ],
  ],
])("%s, all at once", async (_what, wrong) => {
  const text = await complaints(Object.fromEntries(wrong.map(([key, value]) => [key, value])));
  for (const [, , said] of wrong) {
    if (typeof said === "string") expect(text).toContain(said);
    else expect(text).toMatch(said);
  }
});

test("several problems are said at once, one line each, each with the command that fixes it", async () => {
  const text = await complaints({
    "ocis-pocket-id:domain": "https://company.test",
    "ocis-pocket-id:claimKey": "sub",
    "ocis-pocket-id:port": "many",
    "pocketid:apiKey": "",
  });
  expect(text).toContain("the stack's configuration has 4 problems:");
  for (const key of ["domain", "claimKey", "port"]) {
    expect(text).toMatch(new RegExp(`^ *${key}: .*\`pulumi config set ${key} `, "m"));
  }
});

test("a key that was set without --secret is said with all other problems, and is not shown", async () => {
  await stack.replaceConfig({
    ...good(),
    "pocketid:apiKey": { value: pocketId.apiKey, secret: false },
    "pocketid:url": { value: "pocket-id.company.test" },
    "ocis-pocket-id:port": { value: "many" },
  });
  const failure = await stack.programFailure((process.env["OP"] ?? "preview") as "preview");
  expect(failure).toContain("the stack's configuration has 3 problems:");
  expect(failure).toMatch(/^ *port: must be a port/m);
  expect(failure).toMatch(/^ *pocketid: 'pocket-id.company.test' is not a URL/m);
  expect(failure).toMatch(
    /^ *pocketid:apiKey: is stored in clear, .* `pulumi config set --secret pocketid:apiKey`, and delete the old one in Pocket ID$/m,
  );
  expect(failure).not.toContain(pocketId.apiKey);
});

test("a server that is not there is a warning at preview, and an error at up that leaves nothing behind", async () => {
  await stack.replaceConfig({ ...good(), "pocketid:url": { value: "http://127.0.0.1:9" } });
  expect((await stack.preview()).text).toContain("not reachable (ECONNREFUSED)");
  expect(await stack.programFailure("up")).toContain("not reachable (ECONNREFUSED)");
});

test("nothing was made, and after the fix the next up works", async () => {
  expect(pocketId.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  await stack.replaceConfig(good());
  const { changes } = await stack.up();
  expect((changes["create"] ?? 0) + (changes["update"] ?? 0) + (changes["same"] ?? 0)).toBe(16);
  expect((await stack.preview()).changes).toEqual({ same: 16 });
});

test("a name in use is said at preview", async () => {
  const other = await engineStack("ocis-pocket-id", program);
  try {
    await other.setConfig({
      ...good(),
      "ocis-pocket-id:bundleDirectory": { value: `${other.directory}/bundle` },
    });
    const failure = await other.programFailure("preview");
    // The engine stops at the first resource that has a problem, whichever that is.
    expect(failure).toMatch(/user group 'ocis\w+' already exists in Pocket ID: set adopt/);
  } finally {
    await other.remove();
  }
  await stack.destroy();
});
