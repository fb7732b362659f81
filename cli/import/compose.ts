import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { type ComposeFiles, type ComposeMap, isMap, listOf, readComposeFiles } from "./compose-files";
import { fileIn, mountsOf } from "./compose-mounts";
import { lastText, networksOf } from "./compose-networks";
import { readEnvironmentFile } from "./interpolation";
import { isOcisImage, isPartOfOcis, listensAt, type DockerSetup } from "./setup";

/**
 * Reads oCIS's service from compose files. Nothing is started, and Docker isn't asked.
 *
 * @param service its name. @default the only service with oCIS's image and command
 * @throws Error in one line
 */
export function readCompose(
  given: readonly string[],
  service?: string,
  environment?: Readonly<Record<string, string | undefined>>,
): DockerSetup {
  const all = readComposeFiles(given, environment);
  const name = service ?? ocisService(all);
  const layers = all.services.get(name);
  if (layers === undefined) throw new Error(`service '${name}' isn't among ${namesOf(all)}`);
  const merged = (key: string, separator: "=" | ":") =>
    Object.assign({}, ...layers.map((layer) => mapOf(layer[key], separator))) as Record<
      string,
      string | null
    >;
  const mounts = mountsOf(all, layers);
  const variables = variablesOf(all, layers, merged("environment", "="));
  const others = [...all.services.keys()].filter((other) => other !== name);
  const command = `docker compose${all.files.map((file) => ` -f ${shellWord(file)}`).join("")}`;
  return {
    runsIn: "docker",
    secretVariables: new Set(),
    source: `service '${name}' of ${all.files.map((file) => relative(process.cwd(), file)).join(", ")}`,
    removal: `${command} rm --stop --force ${shellWord(name)}`,
    comeback: `${command} up --detach ${shellWord(name)}`,
    image: lastText(layers, "image") ?? missingImage(name),
    user: lastText(layers, "user"),
    environment: variables,
    mounts,
    ...networksOf(all, name, listensAt(variables)),
    extraHosts: textsIn(
      Object.assign({}, ...layers.map((layer) => mapOf(layer["extra_hosts"], "=:"))) as object,
    ),
    labels: textsIn(merged("labels", "=")),
    others: others.map((other) => ({ name: other, image: imageOf(all, other) ?? "built by yourself" })),
    docker: {},
    readFile: (path) => Promise.resolve(fileIn(mounts, path)),
  };
}

const namesOf = ({ services }: ComposeFiles) => [...services.keys()].join(", ");

/** The service that runs all of oCIS. @throws Error if there is none, or more than one */
function ocisService(all: ComposeFiles): string {
  const found = [...all.services].filter(([name, layers]) => {
    const command = layers
      .flatMap(({ entrypoint, command: its }) => [entrypoint, its])
      .flat()
      .join(" ");
    return isOcisImage(imageOf(all, name) ?? "") && !isPartOfOcis(command);
  });
  const [first] = found.find(([name]) => name === "ocis") ?? (found.length === 1 ? (found[0] ?? []) : []);
  if (first !== undefined) return first;
  const names = found.length === 0 ? namesOf(all) : found.map(([name]) => name).join(", ");
  const problem = found.length === 0 ? "no service has an image of oCIS" : "several services have one";
  throw new Error(`${problem}: choose one with --service (${names})`);
}

const imageOf = ({ services }: ComposeFiles, name: string) => lastText(services.get(name) ?? [], "image");

function missingImage(name: string): never {
  throw new Error(
    `service '${name}' has no image: name the one that you built under image, and import again`,
  );
}

/** The variables of env_file and environment; one without a value comes from .env or the shell. */
function variablesOf(
  { folder, lookup }: ComposeFiles,
  layers: readonly ComposeMap[],
  environment: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const files = layers.flatMap(({ env_file: given }) =>
    typeof given === "string" ? [given] : listOf(given),
  );
  const fromFiles = files.flatMap((given) => {
    const file = resolve(folder, isMap(given) ? String(given["path"]) : String(given));
    if (!existsSync(file)) {
      if (isMap(given) && given["required"] === "false") return [];
      throw new Error(`${file}, an env_file of the service, doesn't exist`);
    }
    return Object.entries(readEnvironmentFile(readFileSync(file, "utf8"), lookup));
  });
  const own = Object.entries(environment).flatMap(([name, value]): [string, string][] => {
    const known = value ?? lookup(name);
    return known === undefined ? [] : [[name, known]];
  });
  return Object.fromEntries([...fromFiles, ...own]);
}

/** A map, or a list of pairs; null for a name without a value. */
function mapOf(value: unknown, separators: string): Record<string, string | null> {
  if (isMap(value)) {
    const texts = Object.entries(value).map(([name, one]) => [name, typeof one === "string" ? one : null]);
    return Object.fromEntries(texts) as Record<string, string | null>;
  }
  const pairs = listOf(value).map(String);
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.search(new RegExp(`[${separators}]`));
      return at < 0 ? [pair, null] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

const textsIn = (map: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(map).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
