import type { CommandModule } from "yargs";
import { EXIT_CODES_IN_WORDS } from "../../exit-codes";
import type { ProjectChoice } from "../../stacks/project";
import { withFolderOptions } from "../options";

/** What `fleet new` is told; what is left out is asked for on a terminal. */
export interface NewOptions extends ProjectChoice {
  readonly company: string;
  readonly directory: string | undefined;
  readonly domain: string | undefined;
  readonly "pocket-id-url": string | undefined;
  readonly target: string | undefined;
  readonly port: number | undefined;
  /** `role=alice,bob`, a word for each role. */
  readonly members: readonly string[];
  /** `KEY=VALUE`, any other key of a stack. */
  readonly config: readonly string[];
  readonly "secrets-provider": string | undefined;
  readonly json: boolean;
}

/** `ocis-pocket-id fleet new`: a stack file for one more company. */
export const newCompany: CommandModule<object, NewOptions> = {
  command: "new <company>",
  describe: "Write the stack file of one more company, by questions or flags, and check it",
  builder: (parser) =>
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
        defaultDescription: "from 9200, the first that no other stack file has",
        describe: "Port on 127.0.0.1 for the TLS proxy in front",
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
        defaultDescription: "nothing more",
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
      .example("$0 fleet new acme", "by questions")
      .example("$0 fleet new acme --domain acme.com --members admin=alice user=bob,carol", "by flags")
      .epilogue(
        "The API key is read from POCKET_ID_API_KEY, or asked for without showing it; it is stored encrypted.\n" +
          EXIT_CODES_IN_WORDS,
      ),
  async handler(options) {
    const { runNew } = await import("./run.js");
    process.exitCode = await runNew(options);
  },
};
