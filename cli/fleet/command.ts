import type { Argv, CommandModule } from "yargs";
import { EXIT_CODES_IN_WORDS } from "../exit-codes";
import type { ProjectChoice } from "../stacks/project";
import type { Operation } from "./job";
import { newCompany } from "./new/command";
import { withFolderOptions } from "./options";

/** What `fleet preview`, `up`, `refresh` and `destroy` are told. */
export interface OperationOptions extends ProjectChoice {
  /** Names of companies; empty for all. */
  readonly company: readonly string[];
  /** The folder of stack files; `stacks` in the project's folder when left out. */
  readonly directory: string | undefined;
  /** How many companies at a time. */
  readonly parallel: number;
  /** How many of them on one Pocket ID. */
  readonly "per-server": number;
  readonly yes: boolean;
  readonly refresh: boolean;
  readonly "run-program": boolean;
  readonly json: boolean;
}

const OPERATIONS: Readonly<Record<Operation, string>> = {
  preview: "Say what an up of each company would change; changes nothing",
  up: "Bring every company up; asks first",
  refresh: "Read what is really there into every company's state",
  destroy: "Take away what every company's stack made; asks first",
};

/** `ocis-pocket-id fleet`: many companies, each with a stack file of its own. */
export const fleet: CommandModule = {
  command: "fleet",
  describe: "Preview, bring up, refresh or destroy all companies of a folder, or write a new one",
  builder: (parser) => {
    for (const operation of Object.keys(OPERATIONS) as Operation[])
      parser.command(operationCommand(operation));
    return parser
      .command(newCompany)
      .demandCommand(1, "say what to do with the fleet: preview, up, refresh, destroy or new")
      .example("$0 fleet preview", "what would change, company by company")
      .example("$0 fleet up --yes", "all companies, for a scheduled job")
      .example("$0 fleet up company-a company-b", "two of them")
      .example("$0 fleet new company-c", "write a stack file, by questions")
      .epilogue(EXIT_CODES_IN_WORDS);
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

function withOperationOptions<T>(parser: Argv<T>, operation: Operation) {
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
      describe: "How many companies at a time",
    })
    .option("per-server", {
      type: "number",
      requiresArg: true,
      default: 2,
      describe: "How many of them at a time on one Pocket ID, whose rate limit they share",
    })
    .option("yes", { alias: "y", type: "boolean", default: false, hidden: !asks, describe: "Do not ask" })
    .option("refresh", {
      type: "boolean",
      default: false,
      hidden: !reads,
      describe: "Read what is really there first",
    })
    .option("run-program", {
      type: "boolean",
      default: false,
      hidden: reads,
      describe: "Run the program, so that a key counts that was changed since the last up",
    })
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .check(({ parallel, "per-server": perServer }) => {
      if (isCount(parallel) && isCount(perServer)) return true;
      throw new Error("--parallel and --per-server must be whole numbers from 1");
    })
    .example(`$0 fleet ${operation}`, "all companies of the folder stacks")
    .example(`$0 fleet ${operation} company-a --directory customers`, "one of another folder")
    .epilogue(EXIT_CODES_IN_WORDS);
}

const isCount = (value: number) => Number.isInteger(value) && value >= 1;
