import type { Argv, CommandModule } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, withFolderOptions } from "../stacks/choose";
import type { Operation } from "./jobs";
import { newCompany } from "./new/command";

/** Options of `fleet preview`, `up`, `refresh` and `destroy`. */
export type OperationOptions = OptionsOf<(parser: Argv<object>) => ReturnType<typeof withOperationOptions>>;

const OPERATIONS: Readonly<Record<Operation, string>> = {
  preview: "Show what an up of each company would change; changes nothing",
  up: "Create or update every company; asks first",
  refresh: "Update every company's state from the live objects",
  destroy: "Delete what every company's stack created; asks first",
};

/** `ocis-pocket-id fleet`: many companies, each with its own stack file. */
export const fleet: CommandModule = {
  command: "fleet",
  describe: "Preview, update, refresh or destroy all companies of a folder, or add one",
  builder: (parser) => {
    for (const operation of Object.keys(OPERATIONS) as Operation[])
      parser.command(operationCommand(operation));
    return parser
      .command(newCompany)
      .demandCommand(1, "missing command: preview, up, refresh, destroy or new")
      .example("$0 fleet preview", "show the changes of each company")
      .example("$0 fleet up --yes", "all companies, for a scheduled job")
      .example("$0 fleet up company-a company-b", "two companies")
      .example("$0 fleet new company-c", "add a company by answering questions")
      .epilogue(EXIT_CODES_HELP);
  },
  handler: () => undefined,
};

function operationCommand(operation: Operation): CommandModule<object, OperationOptions> {
  return {
    command: `${operation} [company..]`,
    describe: OPERATIONS[operation],
    builder: (parser) => withOperationOptions(parser, operation),
    async handler(options) {
      const { runFleet } = await import("./run.js");
      process.exitCode = await runFleet(operation, options);
    },
  };
}

function withOperationOptions(parser: Argv<object>, operation: Operation) {
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
