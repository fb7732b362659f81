import type { CommandModule } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import type { Operation } from "./jobs";
import { newOptions, type NewOptions, type OperationOptions, operationOptions } from "./options";

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
  builder: (parser) =>
    parser
      .command((Object.keys(OPERATIONS) as Operation[]).map(operationCommand))
      .command(newCompany)
      .demandCommand(1, "missing command: preview, up, refresh, destroy or new")
      .example("$0 fleet preview", "show the changes of each company")
      .example("$0 fleet up --yes", "all companies, for a scheduled job")
      .example("$0 fleet up company-a company-b", "two companies")
      .example("$0 fleet new company-c", "add a company by answering questions")
      .epilogue(EXIT_CODES_HELP),
  handler: () => undefined,
};

const operationCommand = (operation: Operation): CommandModule<object, OperationOptions> => ({
  command: `${operation} [company..]`,
  describe: OPERATIONS[operation],
  builder: (parser) => operationOptions(parser, operation),
  async handler(options) {
    const { runFleet } = await import("./run.js");
    process.exitCode = await runFleet(operation, options);
  },
});

const newCompany: CommandModule<object, NewOptions> = {
  command: "new <company>",
  describe: "Write and check the stack file of a new company, from options or answers",
  builder: newOptions,
  async handler(options) {
    const { runNew } = await import("./new-company.js");
    process.exitCode = await runNew(options);
  },
};
