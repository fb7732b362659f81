import { CONNECTION_KEYS, ENVIRONMENT_VARIABLES } from "@ocis-pocket-id/providers/pocket-id";
import { ask, askHidden, isTerminal } from "../ask";
import type { NewOptions } from "./command";

/** What a new company's stack is to say. */
export interface Answers {
  /** Without the project's name; texts, or a map for `members`. `pocketid:url` has its own. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly apiKey: string;
}

/** The values of flags, and on a terminal the answers to questions for the rest. @throws Error in one line */
export async function answersTo(options: NewOptions, freePort: number): Promise<Answers> {
  const may = isTerminal();
  const domain = options.domain ?? (await answer(may, "Domain of the company (company.com): "));
  if (domain === "" && !options.config.some((pair) => pair.startsWith("ocisHost="))) {
    throw new Error("the company's domain is missing: say --domain company.com");
  }
  const url =
    options["pocket-id-url"] ?? (await answer(may, `Address of Pocket ID [https://pocket-id.${domain}]: `));
  const target = options.target ?? (await answer(may, "Where oCIS runs, docker or bundle [docker]: "));
  const port = options.port ?? ((await answer(may, `Port on this host [${freePort}]: `)) || freePort);
  const members = membersOf(options.members.length > 0 || !may ? options.members : await askMembers());
  const config = {
    ...given("domain", domain),
    ...given("pocketid:url", url),
    ...given("target", target),
    port: String(port),
    ...(Object.keys(members).length === 0 ? {} : { members }),
    ...Object.fromEntries(options.config.map(pairOf)),
  };
  if (CONNECTION_KEYS.apiKey in config) {
    throw new Error(
      `don't write ${CONNECTION_KEYS.apiKey} on the command line, where others can read it: put it into the environment as ` +
        ENVIRONMENT_VARIABLES.apiKey,
    );
  }
  return { config, apiKey: await apiKey(may) };
}

const answer = async (may: boolean, question: string) => (may ? ask(question) : "");

const given = (key: string, value: string) => (value === "" ? {} : { [key]: value });

async function apiKey(may: boolean): Promise<string> {
  const fromEnvironment = process.env["POCKET_ID_API_KEY"]?.trim() ?? "";
  if (fromEnvironment !== "") return fromEnvironment;
  const typed = may ? await askHidden("API key of an admin of Pocket ID (it is not shown): ") : "";
  if (typed === "")
    throw new Error("the API key is missing: put it into the environment as POCKET_ID_API_KEY");
  return typed;
}

/** A role that nobody is named for is not managed. */
async function askMembers(): Promise<string[]> {
  const pairs: string[] = [];
  for (const role of ["admin", "spaceAdmin", "user", "guest"]) {
    const names = await ask(`Usernames for the role ${role}, with commas (none: not managed): `);
    if (names !== "") pairs.push(`${role}=${names}`);
  }
  return pairs;
}

/** `{ admin: ["alice"] }` of `admin=alice`; `guest=` means nobody. Roles are checked with all else. */
function membersOf(pairs: readonly string[]): Record<string, string[]> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [role, names] = pairOf(pair);
      const list = names.split(",").map((name) => name.trim());
      return [role, list.filter((name) => name !== "")];
    }),
  );
}

function pairOf(pair: string): [string, string] {
  const at = pair.indexOf("=");
  if (at < 1) throw new Error(`'${pair}' is no pair: write it like admin=alice,bob`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}
