import { argumentProblems } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import { connectionProblems } from "../../../program/connection-problems";
import {
  componentArgs,
  describeProblems,
  readStackConfiguration,
} from "../../../program/stack-configuration";
import { type Answers, fullConfig } from "./answers";

/** Checks a stack's settings as its program does. @throws Error with a line for each problem */
export function check(answers: Answers): void {
  const { config, apiKey } = answers;
  const before = pulumi.runtime.allConfig();
  const texts = Object.entries(fullConfig(pulumi.getProject(), answers)).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>);
  try {
    const { configuration, problems } = readStackConfiguration();
    const given = settings(config, apiKey);
    const all = [
      ...problems,
      ...argumentProblems(componentArgs(configuration)),
      // Without a URL it follows from the hosts, and doesn't matter for a check of the key.
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
