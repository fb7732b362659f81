import { argumentProblems } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import { componentArgs } from "../../program/stack";
import { readConfiguration } from "../../program/configuration";

/** What the program reads from one key of a stack, and what is wrong with it. */
function read(key: string, value: unknown) {
  const before = pulumi.runtime.allConfig();
  try {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    pulumi.runtime.setAllConfig({ [`${pulumi.getProject()}:${key}`]: text });
    const { stack, problems } = readConfiguration();
    const args = componentArgs({ domain: "company.com", ...stack });
    const all = [...problems, ...argumentProblems(args)].map(({ field, message }) => `${field}: ${message}`);
    return { args, problems: all };
  } finally {
    pulumi.runtime.setAllConfig(before);
  }
}

test("contentSecurityPolicy reaches the component", () => {
  const policy = {
    mode: "merge",
    extend: { "frame-src": ["https://office.company.com"] },
    replace: { "img-src": ["'self'"] },
  };
  const { args, problems } = read("contentSecurityPolicy", policy);
  expect(problems).toEqual([]);
  expect(args.contentSecurityPolicy).toEqual(policy);
});

test.each<[unknown, string]>([
  ["https://a.com", "contentSecurityPolicy: must be a map with mode, extend or replace"],
  [{ "frame-src": ["https://a.com"] }, "contentSecurityPolicy: must be a map with mode, extend or replace"],
  [{ mode: "add" }, "contentSecurityPolicy.mode: mode must be merge or replace"],
  [{ mode: "replace" }, "contentSecurityPolicy.replace: lists no directive"],
  [
    { extend: ["https://a.com"] },
    "contentSecurityPolicy.extend: extend must be a map of directives to lists of sources",
  ],
  [
    { replace: { "frame-src": "https://a.com" } },
    "contentSecurityPolicy.replace.frame-src: must be a list of sources",
  ],
  [
    { extend: { "frame-scr": ["https://a.com"] } },
    "'frame-scr' is not a directive (did you mean frame-src?)",
  ],
  [{ extend: { "frame-ancestors": ["self"] } }, "write it with inner quotes"],
])("contentSecurityPolicy %j is refused at preview", (value, problem) => {
  expect(read("contentSecurityPolicy", value).problems).toEqual([expect.stringContaining(problem)]);
});
