import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../../exit-codes";
import { type OptionsOf, withFolderOptions } from "../../stacks/choose";

/** Adds the options of the command. */
export const builder = (parser: Argv<object>) =>
  withFolderOptions(parser)
    .positional("company", { type: "string", demandOption: true, describe: "The stack's name" })
    .option("domain", {
      type: "string",
      requiresArg: true,
      describe: "The company's domain: company.com gives ocis.company.com and pocket-id.company.com",
    })
    .option("pocket-id-url", {
      type: "string",
      requiresArg: true,
      defaultDescription: "https://pocket-id.<domain>",
      describe: "Address of Pocket ID's API",
    })
    .option("target", {
      type: "string",
      requiresArg: true,
      defaultDescription: "docker",
      describe: "Where oCIS runs: docker or bundle",
    })
    .option("port", {
      type: "number",
      requiresArg: true,
      defaultDescription: "the first from 9200 that no other stack file uses",
      describe: "Port on 127.0.0.1 for the TLS proxy in front of oCIS",
    })
    .option("members", {
      type: "string",
      array: true,
      requiresArg: true,
      default: [] as string[],
      defaultDescription: "not managed",
      describe: "Usernames by role (admin, spaceAdmin, user, guest): admin=alice user=bob,carol",
    })
    .option("config", {
      type: "string",
      array: true,
      requiresArg: true,
      default: [] as string[],
      defaultDescription: "none",
      describe: "Any other key of the stack: ocisImage=owncloud/ocis:7.1.0",
    })
    .option("secrets-provider", {
      type: "string",
      requiresArg: true,
      defaultDescription: "the backend's own, or a passphrase",
      describe:
        "What encrypts the stack's secrets: awskms://…, azurekeyvault://…, gcpkms://…, hashivault://…",
    })
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .example("$0 fleet new acme", "asks questions")
    .example("$0 fleet new acme --domain acme.com --members admin=alice user=bob,carol", "without questions")
    .epilogue(
      "The API key comes from POCKET_ID_API_KEY or a hidden prompt, and is stored encrypted.\n" +
        EXIT_CODES_HELP,
    );

/** The options as yargs parses them. */
export type NewOptions = OptionsOf<typeof builder>;
