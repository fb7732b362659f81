import { FAILSAFE_SCHEMA, load, Type, YAMLException } from "js-yaml";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { reasonOf } from "../engine/programs";
import { interpolate, type Lookup, readEnvironmentFile } from "./interpolation";

/** A map of a compose file, with all variables filled in. Scalars are texts, as YAML's numbers would lose zeros. */
export type ComposeMap = Readonly<Record<string, unknown>>;

/** One or more compose files as `docker compose` puts them together. */
export interface ComposeFiles {
  readonly files: readonly string[];
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** The name of the compose project, part of the names of volumes and networks. */
  readonly project: string;
  /** Each service as its files have it, to be merged by key. */
  readonly services: ReadonlyMap<string, readonly ComposeMap[]>;
  readonly volumes: ComposeMap;
  readonly networks: ComposeMap;
  readonly configs: ComposeMap;
  readonly secrets: ComposeMap;
  readonly lookup: Lookup;
}

/** `<<`, the one type beside texts, lists and maps that people use. */
const MERGE = new Type("tag:yaml.org,2002:merge", {
  kind: "scalar",
  resolve: (data: unknown) => data === "<<",
});
const SCHEMA = FAILSAFE_SCHEMA.extend({ implicit: [MERGE] });

const NAMES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/** Whether a value is a map. */
export const isMap = (value: unknown): value is ComposeMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A list; empty for anything else. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [];

/** Whether a volume or network was made outside of the compose files. */
export const isExternal = (settings: unknown): boolean =>
  isMap(settings) && (isMap(settings["external"]) || settings["external"] === "true");

/** The name in Docker of a volume or network. */
export function nameOf({ project }: ComposeFiles, settings: unknown, key: string): string {
  if (isMap(settings) && typeof settings["name"] === "string") return settings["name"];
  if (!isExternal(settings)) return `${project}_${key}`;
  const { external } = settings as { external: unknown };
  return isMap(external) && typeof external["name"] === "string" ? external["name"] : key;
}

/**
 * Reads compose files with their .env.
 *
 * @param given files; or a folder, for the files that `docker compose` uses there
 * @throws Error in one line
 */
export function readComposeFiles(
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ComposeFiles {
  const [first = "."] = given;
  const start = resolve(first);
  if (!existsSync(start)) throw new Error(`${start} doesn't exist: name a compose file with --compose`);
  const isFolder = statSync(start).isDirectory();
  const folder = isFolder ? start : dirname(start);
  const outer: Lookup = (name) => environment[name];
  const file = join(folder, ".env");
  const own = existsSync(file) ? readEnvironmentFile(readFileSync(file, "utf8"), outer) : {};
  const lookup: Lookup = (name) => outer(name) ?? own[name];
  const files = isFolder ? filesIn(folder, lookup) : given.map((one) => resolve(one));
  const documents = files.map((one) => readDocument(one, lookup));
  const section = (name: string): ComposeMap =>
    Object.assign({}, ...documents.map((document) => document[name])) as ComposeMap;
  const services = new Map<string, ComposeMap[]>();
  for (const document of documents) {
    for (const [name, service] of Object.entries(isMap(document["services"]) ? document["services"] : {})) {
      if (isMap(service)) services.set(name, [...(services.get(name) ?? []), service]);
    }
  }
  const names = documents.map(({ name }) => name).filter((name) => typeof name === "string");
  const project =
    lookup("COMPOSE_PROJECT_NAME") ||
    (names.at(-1) ??
      basename(folder)
        .toLowerCase()
        .replace(/[^a-z0-9_-]/g, ""));
  return {
    ...{ files, folder, services, lookup },
    project: project.replace(/^[_-]+/, ""),
    volumes: section("volumes"),
    networks: section("networks"),
    configs: section("configs"),
    secrets: section("secrets"),
  };
}

/** COMPOSE_FILE, or the file of the usual name and its override. */
function filesIn(folder: string, lookup: Lookup): string[] {
  const listed = lookup("COMPOSE_FILE") ?? "";
  if (listed !== "") {
    const parts = listed.split(lookup("COMPOSE_PATH_SEPARATOR") ?? ":").filter((part) => part !== "");
    return parts.map((part) => resolve(folder, part));
  }
  const name = NAMES.find((one) => existsSync(join(folder, one)));
  if (name === undefined) throw new Error(`${folder} has no compose file: name one with --compose`);
  const override = name.replace(/^(.*)(\.ya?ml)$/, "$1.override$2");
  return [name, override].map((one) => join(folder, one)).filter((one) => existsSync(one));
}

const CONFIG = "run `docker compose config > full.yaml`, and import that";

function readDocument(file: string, lookup: Lookup): ComposeMap {
  try {
    const document = filledIn(load(readFileSync(file, "utf8"), { schema: SCHEMA }), lookup);
    if (!isMap(document)) throw new Error("it isn't a compose file");
    const services = Object.values(isMap(document["services"]) ? document["services"] : {});
    const hasMore = services.some((service) => isMap(service) && "extends" in service);
    if (!("include" in document) && !hasMore) return document;
    throw new Error(`${CONFIG}, as it uses include or extends`);
  } catch (error) {
    // The parser's message quotes lines, which can have secrets.
    const isYaml = error instanceof YAMLException;
    const isTag = isYaml && error.reason.includes("unknown tag");
    const reason = isYaml ? `${error.reason} in line ${error.mark.line + 1}` : reasonOf(error);
    throw new Error(
      `${file} can't be read: ${isTag ? `${CONFIG}, as it uses !reset or !override` : reason}`,
      { cause: error },
    );
  }
}

function filledIn(value: unknown, lookup: Lookup): unknown {
  if (typeof value === "string") return interpolate(value, lookup);
  if (Array.isArray(value)) return value.map((item: unknown) => filledIn(item, lookup));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner, lookup)]));
}
