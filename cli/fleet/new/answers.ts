import { ROLES } from "@ocis-pocket-id/components";
import { CONNECTION_KEYS, ENVIRONMENT_VARIABLES } from "@ocis-pocket-id/providers/pocket-id";
import { ask, askHidden, isTerminal } from "../ask";
import type { NewOptions } from "./options";

/** The settings of a new company's stack. */
export interface Answers {
  /** By key without the project's name, except `pocketid:url`. Texts, or a map for `members`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly apiKey: string;
}

/** The config by full key. */
export const fullConfig = (project: string, { config }: Answers): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `${project}:${key}`, value]),
  );

/** The values of options, and on a terminal the answers to questions about the others. @throws Error in one line */
export async function answersTo(options: NewOptions, freePort: number): Promise<Answers> {
  const canAsk = isTerminal();
  const domain = options.domain ?? (await answer(canAsk, "Domain of the company (company.com): "));
  if (domain === "" && !options.config.some((pair) => pair.startsWith("ocisHost="))) {
    throw new Error("the company's domain is missing: use --domain company.com");
  }
  const url =
    options["pocket-id-url"] ??
    (await answer(canAsk, `Address of Pocket ID [https://pocket-id.${domain}]: `));
  const target = options.target ?? (await answer(canAsk, "Target, docker or bundle [docker]: "));
  const port = options.port ?? ((await answer(canAsk, `Port on this host [${freePort}]: `)) || freePort);
  const members = membersOf(options.members.length > 0 || !canAsk ? options.members : await askMembers());
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
      `don't pass ${CONNECTION_KEYS.apiKey} on the command line, where others can read it: set ${ENVIRONMENT_VARIABLES.apiKey} instead`,
    );
  }
  return { config, apiKey: await apiKey(canAsk) };
}

const answer = async (canAsk: boolean, question: string) => (canAsk ? ask(question) : "");

const given = (key: string, value: string) => (value === "" ? {} : { [key]: value });

async function apiKey(canAsk: boolean): Promise<string> {
  const fromEnvironment = process.env[ENVIRONMENT_VARIABLES.apiKey]?.trim() ?? "";
  if (fromEnvironment !== "") return fromEnvironment;
  const typed = canAsk ? await askHidden("API key of a Pocket ID admin (not shown):") : "";
  if (typed === "")
    throw new Error(
      `the API key is missing: set ${ENVIRONMENT_VARIABLES.apiKey} to that of a Pocket ID admin`,
    );
  return typed;
}

/** A role without an answer isn't managed. */
async function askMembers(): Promise<string[]> {
  const pairs: string[] = [];
  for (const { key: role } of ROLES) {
    const names = await ask(`Usernames with the role ${role}, separated by commas (empty: not managed): `);
    if (names !== "") pairs.push(`${role}=${names}`);
  }
  return pairs;
}

/** `{ admin: ["alice"] }` from `admin=alice`; `guest=` means nobody. Roles are checked later. */
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
  if (at < 1) throw new Error(`'${pair}' has no name before a '=': write admin=alice,bob, for instance`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}
