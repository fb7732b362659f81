import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCompose } from "../../cli/import/compose";
import { interpolate, readEnvironmentFile } from "../../cli/import/interpolation";
import { importPolicy } from "../../cli/import/policy";

const VARIABLES: Record<string, string> = { A: "one", EMPTY: "" };
const lookup = (name: string) => VARIABLES[name];

test.each([
  ["$A and ${A}", "one and one"],
  ["$$A $ 5$$ $1", "$A $ 5$ $1"],
  ["[$MISSING][${MISSING}]", "[][]"],
  ["${MISSING:-x} ${EMPTY:-x} ${EMPTY-x} ${A:-x}", "x x  one"],
  ["${MISSING-${EMPTY:-${A}!}}", "one!"],
  ["${A:+yes}${EMPTY:+no}${EMPTY+yes}${MISSING+no}", "yesyes"],
  ["${MISSING:-}", ""],
  ["${A?needed} ${EMPTY?needed}", "one "],
  ["https://${A:-a.test}/", "https://one/"],
])("%s becomes %s, as with docker compose", (text, expected) => {
  expect(interpolate(text, lookup)).toBe(expected);
});

test.each([
  ["${MISSING:?copy it}", "needs the variable MISSING: set it in .env (copy it)"],
  ["${EMPTY:?copy it}", "needs the variable EMPTY"],
  ["${A", "has no closing brace"],
  ["${A B}", "isn't a variable"],
])("%s is an error", (text, message) => {
  expect(() => interpolate(text, lookup)).toThrow(message);
});

test(".env has quotes, comments, and variables that use those above", () => {
  const text = `# comment
A=own
export B = "two \\"words\\"\\n" # comment
C='literal $A'
D=\${B:+d}$A   # comment
E=a#b
F=
URL=https://x.test/?a=b
`;
  // The shell's variables go before the file's.
  expect(readEnvironmentFile(text, lookup)).toEqual({
    ...{
      A: "own",
      B: 'two "words"\n',
      C: "literal $A",
      D: "done",
      E: "a#b",
      F: "",
      URL: "https://x.test/?a=b",
    },
  });
});

describe("a compose file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "Compose.Files-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const read = (files: Record<string, string>, given: string[] = [folder], environment = {}) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return readCompose(given, undefined, environment);
  };
  const OCIS = "services:\n  ocis:\n    image: owncloud/ocis:7.1.0\n";

  test("the override changes the file, and numbers keep their zeros", () => {
    const { environment, image, ports } = read({
      "compose.yaml": `${OCIS}    environment: { A: 1.10, B: true, C: 007 }\n    ports: ["9200:9200"]\n`,
      "compose.override.yaml":
        "services: { ocis: { image: 'owncloud/ocis:7.2', environment: [B=false, D] } }",
      ".env": "D=from .env\n",
    });
    expect([image, environment]).toEqual([
      "owncloud/ocis:7.2",
      { A: "1.10", B: "false", C: "007", D: "from .env" },
    ]);
    expect(ports).toEqual([{ ip: "0.0.0.0", port: 9200 }]);
  });

  test("volumes and networks have the names that Docker has", () => {
    const text = `${OCIS}    volumes: [a:/etc/ocis, b:/var/lib/ocis, c:/c, /d, ~/e:/e]
    networks: { front: { aliases: [cloud] }, back: }
volumes: { a: , b: { name: own }, c: { external: true } }
networks: { front: { external: true }, back: }`;
    const { mounts, networks, aliases } = read({ "compose.yaml": text }, [folder], {
      COMPOSE_PROJECT_NAME: "p",
    });
    expect(mounts.map(({ source }) => source)).toEqual([
      ...["p_a", "own", "c", undefined, expect.stringMatching(/^\/.*\/e$/) as string],
    ]);
    expect([networks, aliases]).toEqual([
      ["front", "p_back"],
      ["ocis", "cloud"],
    ]);
  });

  test.each([
    ["extends", `${OCIS}    extends: { service: other }\n`, "docker compose config"],
    ["a variable that must be set", `${OCIS}    user: \${NEEDED:?set it}\n`, "needs the variable NEEDED"],
    ["no oCIS", "services: { web: { image: nginx } }", "no service has an image of oCIS"],
    [
      "two",
      `${OCIS.replace("ocis:", "a:")}  b: { image: owncloud/ocis }\n`,
      "choose one with --service (a, b)",
    ],
  ])("with %s is an error with a fix", (_what, text, message) => {
    expect(() => read({ "compose.yaml": text })).toThrow(message);
  });

  test("a service that runs a part of oCIS isn't it", () => {
    const text = `${OCIS.replace("ocis:", "cloud:")}  wopi: { image: owncloud/ocis, command: "ocis collaboration server" }\n`;
    expect(read({ "compose.yaml": text }).source).toContain("service 'cloud'");
  });
});

describe("csp.yaml", () => {
  const ISSUER = "https://id.company.test";
  const policy = (directives: string) =>
    importPolicy(`directives:\n${directives}`, { OFFICE: "office.test" }, ISSUER);

  test("of an older oCIS is compared with that one's", () => {
    const theirs = "directives:\n  connect-src: [\"'self'\", https://pocket-id.company.com]\n";
    const imported = (image: string) =>
      importPolicy(theirs, {}, "https://pocket-id.company.com", image).config;
    expect(imported("owncloud/ocis:6.0.0")).toBeUndefined();
    expect(imported("owncloud/ocis:8.0.5")).toEqual({
      contentSecurityPolicy: { replace: { "connect-src": ["'self'"] } },
    });
  });

  test("sources of theirs extend, with variables filled in; fewer sources replace", () => {
    const { config, differences } = policy(`  frame-src: ["'self'"]
  connect-src: ["'self'", "blob:", "https://raw.githubusercontent.com/owncloud/awesome-ocis/", "${ISSUER}/", "wss://\${OFFICE|x}/", "https://\${OTHER | y.test}/"]
`);
    expect([config, differences]).toEqual([
      {
        contentSecurityPolicy: {
          extend: { "connect-src": ["wss://office.test/", "https://y.test/"] },
          replace: { "frame-src": ["'self'"] },
        },
      },
      [],
    ]);
  });

  test("Pocket ID that isn't allowed, sources that mean nothing, and a file that is none are reported", () => {
    const { config, differences, byHand } = policy("  connect-src: [self, 'blob:']\n  imgsrc: ['data:']\n");
    expect(config).toEqual({ contentSecurityPolicy: { replace: { "connect-src": ["blob:"] } } });
    expect(differences).toEqual([expect.stringContaining("doesn't allow https://id.company.test")]);
    expect(byHand).toHaveLength(2);
    expect(importPolicy("[", {}, ISSUER).byHand).toEqual([expect.stringContaining("isn't valid")]);
  });
});
