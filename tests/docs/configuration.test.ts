import { dockerHostSettings } from "@ocis-pocket-id/components/docker-host";
import { CONNECTION_KEYS } from "../../providers/pocket-id/connection";
import { DEFAULT_OCIS_IMAGE, ENVIRONMENT_REASONS, ocisEnvironment } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_DIRECTIVES } from "../../components/settings/content-security-policy/default-directives";
import { readStackConfiguration } from "../../program/stack-configuration";
import { configCommands } from "./commands";
import { pages, ROOT } from "./pages";

const all = pages();
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Rows of a page's tables whose first cell is code, by that code. */
function rows(path: string, until?: string): Map<string, string[]> {
  const text = read(path);
  const cells = text
    .slice(0, until === undefined ? undefined : text.indexOf(until))
    .split("\n")
    .filter((line) => /^\| `/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(" | ")
        .map((cell) => cell.replace(/^\|/, "").trim()),
    );
  return new Map(cells.map(([first = "", ...others]) => [first.replaceAll("`", ""), others]));
}

/** Keys that the program reads. */
const programKeys = [
  ...(
    /const KEYS = \{\n([\s\S]*?)\n\} satisfies/.exec(read("program/stack-configuration.ts"))?.[1] ?? ""
  ).matchAll(/^ {2}(\w+):/gm),
].map(([, key = ""]) => key);
const connectionKeys: string[] = Object.values(CONNECTION_KEYS);

const dockerKeys = Object.keys(dockerHostSettings.unwrap().shape).map((key) => `docker:${key}`);

test("the program's keys were found", () => {
  expect(programKeys).toEqual(expect.arrayContaining(["domain", "members", "overrideEnvironment"]));
});

test("configuration.md documents every key that the program reads, and no other", () => {
  const documented = [...rows("docs/configuration.md", "\n## Outputs\n").keys()].flatMap((key) =>
    key.split(", "),
  );
  expect(documented.sort()).toEqual([...programKeys, ...connectionKeys, ...dockerKeys].sort());
});

test("configuration.md names the pinned image", () => {
  expect(rows("docs/configuration.md").get("ocisImage")?.join()).toContain(DEFAULT_OCIS_IMAGE);
});

describe("Pulumi.yaml", () => {
  const project = load(read("Pulumi.yaml")) as {
    config?: unknown;
    template: { config: Record<string, { description?: string }> };
  };

  test("describes every key that the program reads, and no other", () => {
    const described = Object.keys(project.template.config).filter((key) => !key.startsWith("pocketid:"));
    expect(described.sort()).toEqual(programKeys.map((key) => `ocis-pocket-id:${key}`).sort());
    for (const { description } of Object.values(project.template.config)) expect(description).toMatch(/\.$/);
  });

  test("demands no key: the command line would refuse stacks that leave one out", () => {
    expect(project.config).toBeUndefined();
  });
});

describe("commands in the pages", () => {
  const commands = all.flatMap(configCommands).filter(({ key }) => key !== "KEY");

  test("there are some", () => {
    expect(commands.length).toBeGreaterThanOrEqual(25);
  });

  test("name keys that exist", () => {
    const known = [...programKeys, ...connectionKeys, "docker:host"];
    const unknown = commands.filter(({ key }) => !known.includes(key));
    expect(unknown).toEqual([]);
  });

  test("set values that the program takes", () => {
    const before = pulumi.runtime.allConfig();
    for (const { where, key, value } of commands) {
      if (value === undefined || key.includes(":")) continue;
      pulumi.runtime.setAllConfig({ [`${pulumi.getProject()}:${key}`]: value });
      expect([where, readStackConfiguration().problems]).toEqual([where, []]);
    }
    pulumi.runtime.setAllConfig(before);
  });

  test("with a wrong key or value are found out", () => {
    const lines = [
      "```sh",
      "pulumi config set --stack x domian company.com",
      "```",
      "Or `pulumi config set port 0`.",
    ];
    expect(configCommands({ path: "a.md", lines })).toEqual([
      { where: "a.md:2", key: "domian", value: "company.com" },
      { where: "a.md:4", key: "port", value: "0" },
    ]);
  });
});

describe("environment.md", () => {
  const documented = rows("docs/environment.md");

  test("has every variable, each with its reason", () => {
    const reasons = Object.fromEntries([...documented].map(([name, cells]) => [name, cells.at(-1)]));
    expect(reasons).toEqual(ENVIRONMENT_REASONS);
  });

  test("has the values of the guide's company", () => {
    const values = ocisEnvironment({
      ocisUrl: "https://ocis.company.com",
      issuer: "https://pocket-id.company.com",
      clientId: "ocis.company.com",
      claimKey: "roles",
      tls: false,
      identityClaim: "preferred_username",
    });
    for (const [name, value] of Object.entries(values)) {
      const wanted = value === "" ? "empty" : `\`${value}\``;
      expect([name, documented.get(name)?.[0]]).toEqual([name, expect.stringContaining(wanted)]);
    }
  });

  test("has as many as README and picture say", () => {
    const numbers = [
      "zero",
      "one",
      "two",
      "three",
      "four",
      "five",
      "six",
      "seven",
      "eight",
      "nine",
      "ten",
      "eleven",
      "twelve",
    ];
    const always = documented.size - 1; // One is there with `identityClaim: sub` only.
    expect(read("README.md")).toContain(`The guide's nine and ${numbers[always - 9] ?? always - 9} more`);
    expect(read("docs/picture.svg")).toContain(`and ${always - 2} variables more`);
  });

  test("marks the guide's variables", () => {
    const guide = JSON.parse(read("tests/fixtures/guide/guide.json")) as {
      environment: Record<string, string>;
    };
    const marked = [...documented].filter(([, cells]) => cells[1] === "yes").map(([name]) => name);
    expect(marked.sort()).toEqual(Object.keys(guide.environment).sort());
  });
});

test("content-security-policy.md has the default directives", () => {
  const documented = [...rows("docs/content-security-policy.md")].map(([directive, [sources = ""]]) => [
    directive,
    [...sources.matchAll(/`([^`]+)`/g)].map(([, source]) => source),
  ]);
  expect(Object.fromEntries(documented)).toEqual(DEFAULT_DIRECTIVES);
});
