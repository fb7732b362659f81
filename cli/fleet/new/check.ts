import { argumentProblems } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import { connectionProblems } from "../../../program/connection-problems";
import {
  componentArgs,
  describeProblems,
  readStackConfiguration,
} from "../../../program/stack-configuration";
import type { Answers } from "./answers";

/** Says what is wrong with a stack's settings in the words of its program. @throws Error with a line for each problem */
export function check({ config, apiKey }: Answers): void {
  const before = pulumi.runtime.allConfig();
  const full = Object.entries(config).map(([key, value]) => [
    key.includes(":") ? key : `${pulumi.getProject()}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(full) as Record<string, string>);
  try {
    const { configuration, problems } = readStackConfiguration();
    const given = settings(config, apiKey);
    const all = [
      ...problems,
      ...argumentProblems(componentArgs(configuration)),
      // Without an address it follows from the hosts, and any will do to look at the key.
      ...connectionProblems(given["pocketid:url"], (key) => given[key]),
    ];
    if (all.length > 0) throw new Error(describeProblems(all));
  } finally {
    pulumi.runtime.setAllConfig(before);
  }
}

/** The settings of the connection, and all others that are text. */
function settings(config: Answers["config"], apiKey: string): Record<string, string | undefined> {
  const texts = Object.entries(config).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { ...Object.fromEntries(texts), "pocketid:apiKey": apiKey };
}
