import { dockerHostSettings } from "@ocis-pocket-id/components/docker-host";
import { CONNECTION_KEYS } from "../../providers/pocket-id/connection";
import { DEFAULT_OCIS_IMAGE, ocisEnvironment } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfiguration } from "../../program/configuration";
import { KEYS } from "../../program/keys";
import { configCommands } from "./commands";
import { describedKeys } from "./generated";
import { pages, ROOT } from "./pages";

const all = pages();
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

const programKeys = Object.keys(KEYS);
const connectionKeys: string[] = Object.values(CONNECTION_KEYS);

const dockerKeys = Object.keys(dockerHostSettings.unwrap().shape).map((key) => `docker:${key}`);

test("configuration.md documents every key of the Docker host, and no other", () => {
  const items = read("docs/configuration.md").match(/^- `docker:.*?:(?= )/gm) ?? [];
  const documented = items.flatMap((item) => item.match(/docker:\w+/g) ?? []);
  expect(documented.sort()).toEqual(dockerKeys.sort());
});

describe("Pulumi.yaml", () => {
  test("describes every key that the program reads, and no other", () => {
    const described = describedKeys();
    expect(described.map(([key]) => key).sort()).toEqual([...programKeys, ...connectionKeys].sort());
    for (const [, description] of described) expect(description).toMatch(/\.$/);
  });

  test("has the pinned image", () => {
    expect(Object.fromEntries(describedKeys())["ocisImage"]).toContain(`Default ${DEFAULT_OCIS_IMAGE}.`);
  });

  test("demands no key: the command line would refuse stacks that leave one out", () => {
    expect(load(read("Pulumi.yaml"))).not.toHaveProperty("config");
  });
});

describe("commands in the pages", () => {
  const commands = all.flatMap(configCommands).filter(({ key }) => key !== "KEY");

  test("there are some", () => {
    expect(commands.length).toBeGreaterThanOrEqual(25);
  });

  test("name keys that exist", () => {
    const known = [...programKeys, ...connectionKeys, "docker:host", "kubernetes:context"];
    const unknown = commands.filter(({ key }) => !known.includes(key));
    expect(unknown).toEqual([]);
  });

  test("set values that the program takes", () => {
    const before = pulumi.runtime.allConfig();
    for (const { where, key, value } of commands) {
      if (value === undefined || key.includes(":")) continue;
      pulumi.runtime.setAllConfig({ [`${pulumi.getProject()}:${key}`]: value });
      expect([where, readConfiguration().problems]).toEqual([where, []]);
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

test("README and picture have the number of variables", () => {
  const guide = JSON.parse(read("tests/fixtures/guide/guide.json")) as { environment: object };
  const always = Object.keys(
    ocisEnvironment({
      ocisUrl: "https://ocis.company.com",
      issuer: "https://pocket-id.company.com",
      clientId: "ocis.company.com",
      claimKey: "roles",
      tls: false,
      identityClaim: "preferred_username",
    }),
  ).length;
  const [ofGuide, more] = [Object.keys(guide.environment).length, always - 9].map(inWords);
  expect(read("README.md")).toContain(`the guide's ${ofGuide} and [${more} more](docs/environment.md)`);
  expect(read("docs/picture.svg")).toContain(`and ${always - 2} variables more`);
});

function inWords(number: number): string {
  const names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
  return [...names, "eleven", "twelve", "thirteen", "fourteen"][number] ?? String(number);
}
