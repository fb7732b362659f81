import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, withFolderOptions } from "../stacks/choose";
import type { Operation } from "./jobs";

/** Options of `fleet preview`, `up`, `refresh` and `destroy`. */
export type OperationOptions = OptionsOf<(parser: Argv<object>) => ReturnType<typeof withOperationOptions>>;

/** Adds the options of one of the operations. */
export function withOperationOptions(parser: Argv<object>, operation: Operation) {
  const asks = operation === "up" || operation === "destroy";
  const reads = operation === "preview" || operation === "up";
  return withFolderOptions(parser)
    .positional("company", {
      type: "string",
      array: true,
      default: [] as string[],
      defaultDescription: "all of the folder",
      describe: "Names of companies",
    })
    .option("parallel", {
      type: "number",
      requiresArg: true,
      default: 4,
      describe: "How many companies run at a time",
    })
    .option("per-server", {
      type: "number",
      requiresArg: true,
      default: 2,
      describe: "How many of them use one Pocket ID at a time, as they share its rate limit",
    })
    .option("yes", { alias: "y", type: "boolean", default: false, hidden: !asks, describe: "Don't ask" })
    .option("refresh", {
      type: "boolean",
      default: false,
      hidden: !reads,
      describe: "Refresh the state from the live objects first",
    })
    .option("run-program", {
      type: "boolean",
      default: false,
      hidden: reads,
      describe: "Run the program, so that a changed API key is used",
    })
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .check(({ parallel, "per-server": perServer }) => {
      if (isCount(parallel) && isCount(perServer)) return true;
      throw new Error("--parallel and --per-server must be whole numbers from 1");
    })
    .example(`$0 fleet ${operation}`, "all companies of the folder stacks")
    .example(`$0 fleet ${operation} company-a --directory customers`, "one company of another folder")
    .epilogue(EXIT_CODES_HELP);
}

const isCount = (value: number) => Number.isInteger(value) && value >= 1;
