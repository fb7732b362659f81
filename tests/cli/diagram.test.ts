import { mermaid } from "../../cli/diagram/mermaid";
import type { Picture } from "../../cli/diagram/picture";
import { pocketIdUnderTest } from "../support/pocket-id";
import { exampleCompany } from "../support/example-company";
import { loginOf, runProgram } from "../support/program";

const company: Picture = {
  stack: "company",
  product: "oCIS",
  ocisUrl: "https://ocis.company.com",
  issuer: "https://pocket-id.company.com",
  groups: [
    { name: "ocisAdmin", claims: ["roles = ocisAdmin"], members: 1 },
    { name: "ocisUser", claims: ["roles = ocisUser", "team = 漢字"], members: 42 },
    { name: "ocisGuest", claims: [], members: undefined },
  ],
  clients: [
    { name: "ocis", id: "ocis.company.com", kind: "browser", how: "public, PKCE", access: "all groups" },
    { name: "ownCloud Desktop Client", id: "xdX", kind: "app", how: "public, PKCE", access: "ocisUser" },
    { name: "ownCloud ios Client", id: "mxd", kind: "app", how: undefined, access: "of another stack" },
  ],
  place: {
    kind: "docker",
    container: "ocis-pocket-id-company-ocis",
    image: "owncloud/ocis:7.1.0",
    port: "127.0.0.1:9200",
    volumes: ["ocis-pocket-id-company-ocis-config", "ocis-pocket-id-company-ocis-data"],
  },
};

/** Names that would break out of a label, of an element, or of a line. */
const HOSTILE = [
  '"] --> x["',
  "</text><script>alert(1)</script>",
  "a & b &amp; #quot; #35; %% comment",
  "two\nlines\r\u2028three",
  "1. list",
  "- list",
  "`code` *bold* _slanted_ ~~~",
  "end",
  "right\u202eleft\u0000\ud800",
  "漢字🙂".repeat(20),
  "]]>--><!--",
];
const hostile: Picture = {
  stack: HOSTILE.join(" "),
  product: "oCIS",
  ocisUrl: `https://${HOSTILE[1] ?? ""}`,
  issuer: `https://${HOSTILE[0] ?? ""}`,
  groups: HOSTILE.map((name) => ({ name, claims: [`${name} = ${name}`], members: 0 })),
  clients: HOSTILE.map((name) => ({ name, id: name, kind: "browser", how: name, access: name })),
  place: { kind: "bundle", directory: HOSTILE.join("/") },
};

test.each([
  ["a company", company],
  ["hostile names", hostile],
])("the diagram of %s is the reviewed one", (_what, picture) => {
  expect(mermaid(picture)).toMatchSnapshot();
});

/** What a label may have between its quotes: no quote, no angle bracket but of `<br/>`, no `#` but of a number. */
const LABEL = String.raw`"(?:[^"<>#&%\x60*~\[\]{}|\\;\p{C}]|<br/>|#\d+;)*"`;
const LINE = new RegExp(
  [
    "^flowchart LR$",
    "^ {4,6}direction (?:TB|LR)$",
    String.raw`^ {2,6}(?:subgraph )?[a-z]+\d*(?:\[${LABEL}\]|\(\[${LABEL}\]\)|\[\(${LABEL}\)\])$`,
    String.raw`^ {2,4}end$`,
    String.raw`^ {2,4}[a-z]+ (?:-- ${LABEL} -->|---) [a-z]+\d*$`,
    String.raw`^ {6}[gc]\d+(?: ~~~ [gc]\d+)+$`,
  ].join("|"),
  "u",
);

test.each([company, hostile])("Mermaid's lines are whole, whatever names say", (picture) => {
  const lines = mermaid(picture).trimEnd().split("\n");
  expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
  expect(lines.filter((line) => line.trim() === "end")).toHaveLength(4);
  // Mermaid makes a list of a label that begins like one, and shows an error in its place.
  expect(lines.filter((line) => /(?:"|<br\/>)\s*(?:\d+[.)]|[-+*])\s/.test(line))).toEqual([]);
});

test("the pattern of a line finds a broken label", () => {
  expect(LINE.test('    g0["a"]] --> x["b"]')).toBe(false);
});

test("the state of a real stack is drawn, without running its program", async () => {
  const server = await pocketIdUnderTest();
  const example = await exampleCompany(server);
  const { stack, people } = example;
  try {
    const draw = (...args: string[]) =>
      runProgram(["diagram", "--cwd", stack.directory, "--stack", "test", ...args], loginOf(stack));
    const before = await draw();
    expect([before.code, before.stderr]).toEqual([
      1,
      "error: stack 'test' has no groups, clients or oCIS to draw: run `pulumi up` first\n",
    ]);
    await stack.up();
    const { stdout } = await draw("--json");
    const { groups, clients, place } = JSON.parse(stdout) as Picture;
    expect(groups).toEqual(
      ["ocisAdmin", "ocisSpaceAdmin", "ocisUser", "ocisGuest"].map((name) => ({
        name,
        claims: [`roles = ${name}`],
        members: 1,
      })),
    );
    expect(clients.map(({ name, kind, how, access }) => [name, kind, how, access])).toEqual([
      ["ocis", "browser", "public, PKCE", "all groups"],
      ["ownCloud Desktop Client", "app", "public, PKCE", "all groups"],
      ["ownCloud ios Client", "app", "public, PKCE", "all groups"],
      ["ownCloud Android Client", "app", "public, PKCE", "all groups"],
    ]);
    expect(place).toEqual({ kind: "bundle", directory: expect.stringMatching(/bundle$/) as string });

    const drawn = (await draw("--format", "mermaid")).stdout;
    expect((await draw()).stdout).toBe(drawn);
    expect(drawn).toContain("flowchart LR");
    for (const secret of [server.apiKey, people.admin.username]) expect(drawn + stdout).not.toContain(secret);
    await stack.destroy();
  } finally {
    await example.remove();
    await server.close();
  }
});
