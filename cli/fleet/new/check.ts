import { argumentProblems } from "@ocis-pocket-id/components";
import { connectionProblem } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import {
  componentArgs,
  describeProblems,
  readStackConfiguration,
} from "../../../program/stack-configuration";
import type { Answers } from "./answers";

/** While its real address is not looked at; in no message. */
const ANY_POCKET_ID = "https://pocket-id.invalid";

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
    const found = [...problems, ...argumentProblems(componentArgs(configuration))];
    const connection = connectionProblem((key) => settings(config, apiKey)[key])?.replace(
      ANY_POCKET_ID,
      "Pocket ID",
    );
    const all = connection === undefined ? found : [...found, { field: "pocketid", message: connection }];
    if (all.length > 0) throw new Error(describeProblems(all));
  } finally {
    pulumi.runtime.setAllConfig(before);
  }
}

/** The connection; where the URL follows from the hosts, any will do to look at the key. */
function settings(config: Answers["config"], apiKey: string): Record<string, string | undefined> {
  const texts = Object.entries(config).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return {
    "pocketid:url": ANY_POCKET_ID,
    ...Object.fromEntries(texts),
    "pocketid:apiKey": apiKey,
  };
}
