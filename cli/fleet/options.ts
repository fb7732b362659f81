import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, TEXT, TEXTS, withFolderOptions } from "../stacks/choose";
import type { Operation } from "./jobs";

/** Options of `fleet preview`, `up`, `refresh` and `destroy`. */
export type OperationOptions = OptionsOf<typeof operationOptions>;

export function operationOptions(parser: Argv<object>, operation: Operation) {
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
    .option("parallel", { ...COUNT, default: 4, describe: "How many companies run at a time" })
    .option("per-server", {
      ...COUNT,
      default: 2,
      describe: "How many of them use one Pocket ID at a time, as they share its rate limit",
    })
    .option("yes", { ...FLAG, alias: "y", hidden: !asks, describe: "Don't ask" })
    .option("refresh", { ...FLAG, hidden: !reads, describe: "Refresh the state from the live objects first" })
    .option("policy-pack", {
      ...TEXT,
      hidden: !reads,
      defaultDescription: "none",
      describe: "Folder of a policy pack that every company must satisfy",
    })
    .option("policy-pack-config", {
      ...TEXT,
      hidden: !reads,
      defaultDescription: "its defaults",
      describe: "JSON file with the options of its policies",
    })
    .option("run-program", {
      ...FLAG,
      hidden: reads,
      describe: "Run the program, so that a changed API key is used",
    })
    .option("json", { ...FLAG, describe: "Print JSON" })
    .check(({ parallel, "per-server": perServer, "policy-pack": pack, "policy-pack-config": settings }) => {
      if (settings !== undefined && pack === undefined)
        throw new Error("--policy-pack-config needs --policy-pack");
      if ([parallel, perServer].every((count) => Number.isInteger(count) && count >= 1)) return true;
      throw new Error("--parallel and --per-server must be whole numbers from 1");
    })
    .example(`$0 fleet ${operation}`, "all companies of the folder stacks")
    .example(`$0 fleet ${operation} company-a --directory customers`, "one company of another folder")
    .epilogue(EXIT_CODES_HELP);
}

const COUNT = { type: "number", requiresArg: true } as const;
const FLAG = { type: "boolean", default: false } as const;

/** Options of `fleet new`. */
export type NewOptions = OptionsOf<typeof newOptions>;

export function newOptions(parser: Argv<object>) {
  return withFolderOptions(parser)
    .positional("company", { type: "string", demandOption: true, describe: "The stack's name" })
    .option("domain", {
      ...TEXT,
      describe: "The company's domain: company.com gives ocis.company.com and pocket-id.company.com",
    })
    .option("pocket-id-url", {
      ...TEXT,
      defaultDescription: "https://pocket-id.<domain>",
      describe: "Address of Pocket ID's API",
    })
    .option("managed", { ...FLAG, describe: "Run Pocket ID and a TLS proxy as well" })
    .option("admin", {
      ...TEXT,
      defaultDescription: "the first visitor",
      describe: "With --managed: the first admin, alice=alice@company.com",
    })
    .option("target", {
      ...TEXT,
      defaultDescription: "docker",
      describe: "Where oCIS runs: docker, bundle, swarm or kubernetes",
    })
    .option("port", {
      ...COUNT,
      defaultDescription: "the first from 9200 that no other stack file uses",
      describe: "Port on 127.0.0.1 for the TLS proxy in front of oCIS",
    })
    .option("members", {
      ...TEXTS,
      defaultDescription: "not managed",
      describe: "Usernames by role (admin, spaceAdmin, user, guest): admin=alice user=bob,carol",
    })
    .option("config", {
      ...TEXTS,
      defaultDescription: "none",
      describe: "Any other key of the stack: ocisImage=owncloud/ocis:7.1.0",
    })
    .option("secrets-provider", {
      ...TEXT,
      defaultDescription: "the backend's own, or a passphrase",
      describe:
        "What encrypts the stack's secrets: awskms://…, azurekeyvault://…, gcpkms://…, hashivault://…",
    })
    .option("json", { ...FLAG, describe: "Print JSON" })
    .example("$0 fleet new acme", "asks questions")
    .example("$0 fleet new acme --domain acme.com --members admin=alice user=bob,carol", "without questions")
    .example(
      "$0 fleet new acme --domain acme.com --managed --admin alice=alice@acme.com",
      "with its own Pocket ID",
    )
    .epilogue(
      `The API key comes from POCKET_ID_API_KEY or a hidden prompt, and is stored encrypted.\n${EXIT_CODES_HELP}`,
    );
}
