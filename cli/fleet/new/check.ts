import { CONNECTION_KEYS } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { readStack } from "../../../program";
import { type Answers, fullConfig } from "./answers";

/** Checks a stack's settings as its program does. @throws ProgramError with a line for each problem */
export function check(answers: Answers): void {
  const before = pulumi.runtime.allConfig();
  const texts = Object.entries(fullConfig(pulumi.getProject(), answers)).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const config = Object.fromEntries([...texts, [CONNECTION_KEYS.apiKey, answers.apiKey]]) as Record<
    string,
    string
  >;
  pulumi.runtime.setAllConfig(config, [CONNECTION_KEYS.apiKey]);
  try {
    readStack();
  } finally {
    pulumi.runtime.setAllConfig(before);
  }
}
