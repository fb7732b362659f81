import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { type ComposeFiles, type ComposeMap, isMap, listOf, nameOf } from "./compose-files";
import { type Mount, mountOf } from "./setup";

/** What a service mounts: volumes, folders, and single files that come as configs or secrets. */
export function mountsOf(all: ComposeFiles, layers: readonly ComposeMap[]): Mount[] {
  const volumes = layers
    .flatMap(({ volumes: own }) => listOf(own))
    .flatMap((volume) => volumeMount(all, volume));
  const files = (["configs", "secrets"] as const).flatMap((kind) =>
    layers.flatMap((layer) => listOf(layer[kind])).map((given) => fileMount(all, kind, given)),
  );
  // A later file replaces a mount of the same target.
  return [...new Map([...volumes, ...files].map((mount) => [mount.target, mount])).values()];
}

function volumeMount(all: ComposeFiles, volume: unknown): Mount[] {
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
}

/** The volume's name in Docker, or the folder's path. */
function placeOf(all: ComposeFiles, source: string, isBind: boolean): string {
  if (isBind) return resolve(all.folder, source.replace(/^~(?=\/|$)/, homedir()));
  return nameOf(all, all.volumes[source], source);
}

const FOLDERS = { configs: "", secrets: "/run/secrets" };

/** A config or secret, which is a file, a text in the compose file, or a variable. */
function fileMount(all: ComposeFiles, kind: "configs" | "secrets", given: unknown): Mount {
  const key = isMap(given) ? String(given["source"]) : String(given);
  const named = isMap(given) && typeof given["target"] === "string" ? given["target"] : key;
  const target = isAbsolute(named) ? named : `${FOLDERS[kind]}/${named}`;
  const settings = all[kind][key];
  const { file, content, environment } = isMap(settings) ? settings : {};
  if (typeof file === "string") return { source: resolve(all.folder, file), target };
  if (typeof content === "string") return { source: undefined, target, text: content };
  if (typeof environment === "string")
    return { source: undefined, target, text: all.lookup(environment) ?? "" };
  throw new Error(
    `${kind} '${key}' has no file, content or environment: import the running container with --container`,
  );
}

/** The text of a file that is mounted from this machine. */
export function fileIn(mounts: readonly Mount[], path: string): string | undefined {
  const found = mountOf(mounts, path);
  if (found?.mount.text !== undefined) return found.mount.text;
  if (found?.mount.source === undefined || !isAbsolute(found.mount.source)) return undefined;
  const file = join(found.mount.source, found.below);
  try {
    // It may not be there, or be the Docker host's and not this machine's.
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
