import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, relative, resolve } from "node:path";
import { type ComposeFiles, type ComposeMap, isMap, readComposeFiles } from "./compose-files";
import { readEnvironmentFile } from "./interpolation";
import { isOcisImage, isPartOfOcis, type Mount, mountOf, type Setup } from "./setup";

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
): Setup {
  const all = readComposeFiles(given, environment);
  const name = service ?? ocisService(all);
  const layers = all.services.get(name);
  if (layers === undefined) throw new Error(`service '${name}' isn't among ${namesOf(all)}`);
  const text = (key: string) => {
    const found = layers.map((layer) => layer[key]).filter((value) => typeof value === "string");
    return found.at(-1);
  };
  const merged = (key: string, separator: "=" | ":") =>
    Object.assign({}, ...layers.map((layer) => mapOf(layer[key], separator))) as Record<
      string,
      string | null
    >;
  const list = (key: string) => layers.flatMap((layer) => listOf(layer[key]));
  const mounts = mountsOf(all, list("volumes"));
  const others = [...all.services.keys()].filter((other) => other !== name);
  const onHostNetwork = text("network_mode") === "host";
  const { networks, aliases } = networksOf(all, name, layers, text("container_name"));
  const isAlone = others.length === 0 && !Object.values(all.networks).some(isExternal);
  const command = `docker compose${all.files.map((file) => ` -f ${shellWord(file)}`).join("")}`;
  return {
    source: `service '${name}' of ${all.files.map((file) => relative(process.cwd(), file)).join(", ")}`,
    removal: `${command} rm --stop --force ${shellWord(name)}`,
    comeback: `${command} up --detach ${shellWord(name)}`,
    image: text("image") ?? missingImage(name),
    environment: variablesOf(all, layers, merged("environment", "=")),
    mounts,
    networks: isAlone || onHostNetwork ? [] : networks,
    aliases: isAlone || onHostNetwork ? [] : aliases,
    ports: list("ports").flatMap(publishedPort),
    extraHosts: textsIn(
      Object.assign({}, ...layers.map((layer) => mapOf(layer["extra_hosts"], "=:"))) as object,
    ),
    labels: textsIn(merged("labels", "=")),
    onHostNetwork,
    others: others.map((other) => ({ name: other, image: imageOf(all, other) ?? "built by yourself" })),
    docker: {},
    readFile: (path) => Promise.resolve(fileIn(mounts, path)),
  };
}

const namesOf = ({ services }: ComposeFiles) => [...services.keys()].join(", ");

/** The service that runs all of oCIS. @throws Error if there is none, or more than one */
function ocisService(all: ComposeFiles): string {
  const found = [...all.services].filter(([name, layers]) => {
    const command = layers.map(({ entrypoint, command: its }) => JSON.stringify([entrypoint, its])).join();
    return isOcisImage(imageOf(all, name) ?? "") && !isPartOfOcis(command);
  });
  const [first] = found.find(([name]) => name === "ocis") ?? (found.length === 1 ? (found[0] ?? []) : []);
  if (first !== undefined) return first;
  const names = found.length === 0 ? namesOf(all) : found.map(([name]) => name).join(", ");
  const problem = found.length === 0 ? "no service has an image of oCIS" : "several services have one";
  throw new Error(`${problem}: choose one with --service (${names})`);
}

const imageOf = ({ services }: ComposeFiles, name: string) =>
  services
    .get(name)
    ?.map(({ image }) => image)
    .filter((image) => typeof image === "string")
    .at(-1);

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

function mountsOf(all: ComposeFiles, volumes: readonly unknown[]): Mount[] {
  const mounts = volumes.flatMap((volume): Mount[] => {
    if (isMap(volume)) {
      const { type, source, target } = volume;
      if (typeof target !== "string" || (type !== "bind" && type !== "volume")) return [];
      return [
        { source: typeof source === "string" ? placeOf(all, source, type === "bind") : undefined, target },
      ];
    }
    const [source = "", target, ...options] = String(volume).split(":");
    if (target === undefined || (options.length === 0 && !target.startsWith("/"))) {
      return [{ source: undefined, target: source }];
    }
    return [{ source: placeOf(all, source, /^[./~]/.test(source)), target }];
  });
  // A later file replaces a mount of the same target.
  return [...new Map(mounts.map((mount) => [mount.target, mount])).values()];
}

/** The volume's name in Docker, or the folder's path. */
function placeOf(all: ComposeFiles, source: string, isBind: boolean): string {
  if (isBind) return resolve(all.folder, source.replace(/^~(?=\/|$)/, homedir()));
  return nameOf(all, all.volumes[source], source);
}

function nameOf({ project }: ComposeFiles, settings: unknown, key: string): string {
  if (isMap(settings) && typeof settings["name"] === "string") return settings["name"];
  if (!isExternal(settings)) return `${project}_${key}`;
  const { external } = settings as { external: unknown };
  return isMap(external) && typeof external["name"] === "string" ? external["name"] : key;
}

const isExternal = (settings: unknown): boolean =>
  isMap(settings) && (isMap(settings["external"]) || settings["external"] === "true");

function networksOf(
  all: ComposeFiles,
  service: string,
  layers: readonly ComposeMap[],
  containerName: string | undefined,
) {
  const joined = layers.flatMap(({ networks }): (readonly [string, unknown])[] =>
    Array.isArray(networks)
      ? networks.map((key: unknown) => [String(key), {}] as const)
      : Object.entries(isMap(networks) ? networks : {}),
  );
  const keys = joined.length === 0 ? ["default"] : [...new Set(joined.map(([key]) => key))];
  const more = joined.flatMap(([, settings]) => (isMap(settings) ? listOf(settings["aliases"]) : []));
  return {
    networks: keys.map((key) => nameOf(all, all.networks[key], key)),
    aliases: [
      ...new Set([service, ...(containerName === undefined ? [] : [containerName]), ...more.map(String)]),
    ],
  };
}

/** Where oCIS's own port is published. */
function publishedPort(port: unknown): { ip: string; port: number }[] {
  const long = isMap(port) ? [port["host_ip"], port["published"], port["target"]] : undefined;
  const short = /^(?:(\[[^\]]+\]|\d+(?:\.\d+){3}):)?(?:(\d+):)?(\d+)(?:\/tcp)?$/.exec(String(port))?.slice(1);
  const [ip = "0.0.0.0", published, target] = long ?? short ?? [];
  if (Number(target) !== 9200 || published === undefined) return [];
  return [{ ip: String(ip), port: Number(published) }];
}

/** The text of a file that is mounted from this machine. */
function fileIn(mounts: readonly Mount[], path: string): string | undefined {
  const found = mountOf(mounts, path);
  if (found?.mount.source === undefined || !isAbsolute(found.mount.source)) return undefined;
  try {
    return readFileSync(join(found.mount.source, found.below), "utf8");
  } catch {
    // It isn't there, or is the Docker host's and not this machine's.
    return undefined;
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

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
