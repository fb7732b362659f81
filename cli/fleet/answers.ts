import { ROLES } from "@ocis-pocket-id/components";
import { CONNECTION_KEYS, ENVIRONMENT_VARIABLES } from "@ocis-pocket-id/providers/pocket-id";
import { ask, askHidden, isTerminal } from "./ask";
import type { NewOptions } from "./options";

/** The settings of a new company's stack. */
export interface Answers {
  /** By key without the project's name, except `pocketid:url`. Texts, or a map for `members`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Undefined if the company's stack runs Pocket ID itself. */
  readonly apiKey: string | undefined;
}

/** The values of options, and on a terminal the answers to questions about the others. @throws Error in one line */
export async function answersTo(options: NewOptions, freePort: number): Promise<Answers> {
  const answer = async (question: string) => (isTerminal() ? ask(question) : "");
  const domain = options.domain ?? (await answer("Domain of the company (company.com): "));
  if (domain === "" && !options.config.some((pair) => pair.startsWith("ocisHost="))) {
    throw new Error("the company's domain is missing: use --domain company.com");
  }
  const isSaid = options.managed || options.config.includes("pocketId=managed");
  const url = isSaid
    ? MANAGED
    : (options["pocket-id-url"] ??
      (await answer(`Address of Pocket ID, or ${MANAGED} to run one [https://pocket-id.${domain}]: `)));
  const isManaged = url === MANAGED;
  const where = isManaged ? await managedBy(options, answer) : await existing(options, url, freePort, answer);
  const members = options.members.map((pair) => pairOf(pair));
  for (const { key } of options.members.length > 0 ? [] : ROLES) {
    const names = await answer(`Usernames with the role ${key}, separated by commas (empty: not managed): `);
    if (names !== "") members.push([key, names]);
  }
  const given = Object.entries({ domain, ...where });
  const config = {
    ...Object.fromEntries(given.filter(([, value]) => value !== "")),
    // Roles are checked later.
    ...(members.length > 0 && { members: Object.fromEntries(members.map(namesOf)) }),
    ...Object.fromEntries(options.config.map((pair) => pairOf(pair))),
  };
  if (CONNECTION_KEYS.apiKey in config) {
    throw new Error(
      `don't pass ${CONNECTION_KEYS.apiKey} on the command line, where others can read it: set ${ENVIRONMENT_VARIABLES.apiKey} instead`,
    );
  }
  if (isManaged) return { config, apiKey: undefined };
  const typed = () => (isTerminal() ? askHidden("API key of a Pocket ID admin (not shown):") : "");
  const apiKey = process.env[ENVIRONMENT_VARIABLES.apiKey]?.trim() || (await typed());
  if (apiKey === "") {
    throw new Error(
      `the API key is missing: set ${ENVIRONMENT_VARIABLES.apiKey} to that of a Pocket ID admin`,
    );
  }
  return { config, apiKey };
}

type Answer = (question: string) => Promise<string>;

/** The answer, and the value of `pocketId`, for a Pocket ID that the stack runs. */
const MANAGED = "managed";

/** Settings of a company that runs its own Pocket ID, behind its own TLS proxy. */
async function managedBy(options: NewOptions, answer: Answer): Promise<Record<string, unknown>> {
  for (const option of ["port", "target", "pocket-id-url"] as const) {
    if (options[option] === undefined) continue;
    throw new Error(`--${option} can't be combined with a managed Pocket ID, which decides it: leave it out`);
  }
  const admin =
    options.admin ?? (await answer("First admin, as USERNAME=EMAIL (empty: the first visitor): "));
  if (admin === "") return { pocketId: MANAGED };
  const [username, email] = pairOf(admin, "alice=alice@company.com");
  return { pocketId: MANAGED, pocketIdAdmin: { username, email } };
}

async function existing(options: NewOptions, url: string, freePort: number, answer: Answer) {
  if (options.admin !== undefined) throw new Error("--admin is for --managed");
  const target = options.target ?? (await answer("Target, docker, bundle, swarm or kubernetes [docker]: "));
  if (target === "kubernetes") return { "pocketid:url": url, target };
  // A Swarm opens a port on all addresses, so that must be asked for.
  const offered = target === "swarm" ? "" : freePort;
  const port = options.port ?? ((await answer(`Port on this host [${offered || "none"}]: `)) || offered);
  return { "pocketid:url": url, target, port: String(port) };
}

/** `["admin", "alice"]` from `admin=alice`. */
function pairOf(pair: string, example = "admin=alice,bob"): [string, string] {
  const at = pair.indexOf("=");
  if (at < 1) throw new Error(`'${pair}' has no name before a '=': write ${example}, for instance`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** `["admin", ["alice"]]` from `["admin", "alice"]`; an empty text means nobody. */
function namesOf([role, names]: [string, string]): [string, string[]] {
  const list = names.split(",").map((name) => name.trim());
  return [role, list.filter((name) => name !== "")];
}
