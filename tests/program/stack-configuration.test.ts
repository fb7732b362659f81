import { argumentProblems } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import { componentArgs } from "../../program/stack";
import { describeProblems, readConfiguration } from "../../program/configuration";

/** The keys of a stack that name its groups. */
function read(config: Record<string, unknown>) {
  const entries = Object.entries(config).map(([key, value]) => [`project:${key}`, JSON.stringify(value)]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries) as Record<string, string>);
  const { stack, problems } = readConfiguration();
  return describeProblems([...problems, ...argumentProblems(componentArgs(stack))])
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}

beforeAll(async () => {
  const newResource = ({ inputs }: pulumi.runtime.MockResourceArgs) => ({ id: "", state: inputs as object });
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "project", "stack", false);
});

test("existing groups and groups with other names become the component's groups", () => {
  expect(
    componentArgs({ groupNames: { user: "staff" }, existingGroups: { admin: "it-staff" } }).groups,
  ).toEqual({ user: { name: "staff" }, admin: { existing: "it-staff" } });
});

test("oCIS's own secrets can be left to its volume, and where else they are is a typing error", () => {
  expect(componentArgs({ ocisSecrets: "volume" }).target).toMatchObject({ secrets: "volume" });
  expect(componentArgs({}).target).toMatchObject({ secrets: undefined });
  pulumi.runtime.setAllConfig({ "project:ocisSecrets": "vault" });
  expect(readConfiguration().problems).toContainEqual({
    field: "ocisSecrets",
    message: "must be stack or volume",
  });
});

test("target swarm publishes a port only if there is one", () => {
  const { target } = componentArgs({
    target: "swarm",
    port: 9200,
    constraints: ["a == b"],
    networks: ["web"],
  });
  expect(target).toMatchObject({
    ...{ type: "swarm", publish: { port: 9200 }, constraints: ["a == b"], networks: [{ name: "web" }] },
  });
  expect(componentArgs({ target: "swarm", networks: ["web"] }).target).toMatchObject({ publish: undefined });
});

test("groups of both kinds can be combined", () => {
  const problems = read({ groupNames: { user: "staff" }, existingGroups: { admin: "it-staff" } });
  expect(problems.filter((line) => /group/i.test(line))).toEqual([]);
});

test.each([
  [
    { existingGroups: { admin: "x" } },
    "existingGroups.admin: 'x' has 1 characters: write 2 to 255. Fix it with `pulumi config set existingGroups ...`",
  ],
  [
    { existingGroups: { admin: "it-staff", user: "it-staff" } },
    "existingGroups.user: 'it-staff' is the group of admin too, but a group has only one role: choose another group. Fix it with `pulumi config set existingGroups ...`",
  ],
  [
    { groupNames: { admin: "x" } },
    "groupNames.admin: 'x' has 1 characters: write 2 to 255. Fix it with `pulumi config set groupNames ...`",
  ],
  [
    { groupNames: { admin: "admins" }, existingGroups: { admin: "it-staff" } },
    "existingGroups.admin: is an existing group, which keeps its name: run `pulumi config rm --path groupNames.admin`",
  ],
  [
    { existingGroups: { boss: "it-staff" } },
    "existingGroups: 'boss' isn't a role: use admin, spaceAdmin, user or guest. Fix it with `pulumi config set existingGroups ...`",
  ],
])("%j is refused: %s", (config, problem) => {
  expect(read(config)).toContain(problem);
});
