import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, withStackOptions } from "../stacks/choose";

/** Where our objects are. */
const PLACES = ["pocket-id", "files", "docker", "kubernetes"] as const;

/** Adds the options of the command. */
export const builder = (parser: Argv<object>) =>
  withStackOptions(parser)
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .option("markdown", {
      type: "string",
      requiresArg: true,
      normalize: true,
      describe: "Append a Markdown summary to this file, for instance $GITHUB_STEP_SUMMARY",
    })
    .option("junit", {
      type: "string",
      requiresArg: true,
      normalize: true,
      describe: "Write JUnit XML to this file: a suite for each stack",
    })
    .option("skip", {
      choices: PLACES,
      array: true,
      requiresArg: true,
      default: [] as (typeof PLACES)[number][],
      defaultDescription: "nothing",
      describe: "Skip what this machine can't reach, for instance files on another one",
    })
    .option("strict", {
      type: "boolean",
      default: false,
      describe: "Also count unmanaged objects that look like ours as drift",
    })
    .option("show-values", {
      type: "boolean",
      default: false,
      describe: "Also print values of variables and labels that this package doesn't set; never secrets",
    })
    .option("parallel", {
      type: "number",
      requiresArg: true,
      default: 4,
      describe: "How many stacks are checked at a time",
    })
    .check(({ parallel }) => {
      if (Number.isInteger(parallel) && parallel >= 1) return true;
      throw new Error("--parallel must be a whole number from 1");
    })
    .example("$0 drift", "the current stack")
    .example("$0 drift --stack company-a company-b", "two stacks")
    .example("$0 drift --all --markdown summary.md --junit drift.xml", "all stacks, for a scheduled job")
    .epilogue(EXIT_CODES_HELP);

/** The options as yargs parses them. */
export type DriftOptions = OptionsOf<typeof builder>;
