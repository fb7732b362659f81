import {
  type Container,
  type Docker,
  hostAndPort,
  OWNER_LABEL,
} from "@ocis-pocket-id/components/docker-host";
import { type Change, isShouldBe, listChanges } from "@ocis-pocket-id/providers/core";
import { isDeepStrictEqual } from "node:util";
import type { SnapshotResource } from "../../stacks";
import { variablesIn } from "../../stacks/docker";
import { variableChanges } from "../variables";
import { type InDocker, labelsOf } from "./objects";

/**
 * Whether a value of a property can be printed. Never if state marks any part of the property as secret, because a change by hand
 * can be a secret too; otherwise if this package set the value, or with --show-values.
 */
function mayShow({ resource, showValues }: InDocker, property: string, isOwn: boolean): boolean {
  return !resource.secrets.has(property) && (isOwn || showValues);
}

/** Variables that Podman adds, along with `container=podman`. */
const OF_PODMAN = new Set(["container", "HOME", "HOSTNAME", "TERM"]);

/** Variables that differ from state. @param ofImage the image's own variables */
export function environmentChanges(
  { Env: live }: Pick<Container["Config"], "Env">,
  one: InDocker,
  ofImage: readonly string[],
): Change[] {
  const is = variablesIn(live ?? []);
  const imageSets = variablesIn(ofImage);
  const isOfEngine = (name: string) => is.get("container") === "podman" && OF_PODMAN.has(name);
  return variableChanges(variablesIn((one.resource.inputs["envs"] ?? []) as string[]), is, {
    snapshot: one.snapshot,
    mayShow: (isOwn) => mayShow(one, "envs", isOwn),
    isExpected: (name) => imageSets.get(name) === is.get(name) || isOfEngine(name),
  });
}

/** The prefix of our own labels. */
const OWN = "io.github.ocis-pocket-id.";

/** Labels that differ from state. Values of labels that aren't ours can contain a password, as a proxy's do. */
export function labelChanges({ Labels: live }: Pick<Container["Config"], "Labels">, one: InDocker): Change[] {
  return (
    Object.entries(labelsOf(one.resource))
      .filter(([label, value]) => live?.[label] !== value)
      // Another owner has a finding of its own.
      .filter(([label]) => label !== OWNER_LABEL)
      .map(([label, value]) => ({
        field: `labels.${label}`,
        words: mayShow(one, "labels", label.startsWith(OWN))
          ? isShouldBe(`label ${label}`, live?.[label], value)
          : `label ${label} ${live?.[label] === undefined ? "is missing" : "differs"}`,
      }))
  );
}

/** Files that were copied into the container before it started. Some contain a secret, so their text isn't shown. */
export async function fileChanges(
  docker: Docker,
  container: string,
  { inputs }: SnapshotResource,
): Promise<Change[]> {
  const uploads = (inputs["uploads"] ?? []) as readonly {
    file: string;
    content?: string;
    contentBase64?: string;
  }[];
  const changes = uploads.map(async ({ file, content, contentBase64 }): Promise<Change[]> => {
    const should =
      contentBase64 === undefined ? Buffer.from(content ?? "") : Buffer.from(contentBase64, "base64");
    const is = await docker.readFile(container, file);
    if (is?.equals(should) === true) return [];
    const words = `file ${file} was ${is === undefined ? "deleted" : "edited"}`;
    return [{ field: `files.${file}`, words }];
  });
  return (await Promise.all(changes)).flat();
}

/** Command and entry point, if the program sets them; `docker inspect` shows how they differ. */
export function commandChanges({ Config: config }: Container, { inputs }: SnapshotResource): Change[] {
  const { command, entrypoints } = inputs;
  const changes: Change[] = [];
  if (command !== undefined && !isDeepStrictEqual(config.Cmd, command)) {
    changes.push({ field: "command", words: "runs another command" });
  }
  // The image's own if the program gives none.
  const live = [config.Entrypoint ?? []].flat();
  if (entrypoints !== undefined && !isDeepStrictEqual(live, entrypoints)) {
    changes.push({ field: "entrypoints", words: "has another entry point" });
  }
  return changes;
}

interface Port {
  readonly internal: number;
  readonly external?: number;
  readonly ip?: string;
  readonly protocol?: string;
}

export function portChanges({ HostConfig: host }: Container, { inputs }: SnapshotResource): Change[] {
  const ports = (inputs["ports"] ?? []) as readonly Port[];
  // A port that Docker chooses changes at each start.
  if (ports.some(({ external }) => external === undefined)) return [];
  const should = ports.map(({ internal, external, ip, protocol = "tcp" }) =>
    published(ip, String(external), `${internal}/${protocol}`),
  );
  const is = Object.entries(host.PortBindings ?? {}).flatMap(([inside, outside]) =>
    (outside ?? []).map(({ HostIp, HostPort }) => published(HostIp, HostPort, inside)),
  );
  const { added, removed } = listChanges(is, should);
  return [
    ...removed.map((port) => ({ field: "ports", words: `port ${port} is not published` })),
    ...added.map((port) => ({ field: "ports", words: `port ${port} was published` })),
  ];
}

function published(ip: string | undefined, port: string, inside: string): string {
  return `${hostAndPort(ip === undefined || ip === "" ? "0.0.0.0" : ip, port)} -> ${inside}`;
}

interface Mount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly readOnly?: boolean;
}

interface Volume {
  readonly hostPath?: string;
  readonly containerPath?: string;
  readonly readOnly?: boolean;
}

/** Only what the program mounts: other directories of an image get anonymous volumes. */
export function mountChanges({ Mounts: mounts }: Container, { inputs }: SnapshotResource): Change[] {
  const { mounts: wanted = [], volumes = [] } = inputs as { mounts?: Mount[]; volumes?: Volume[] };
  // Folders and files that are mounted with an SELinux label.
  const relabelled = volumes.flatMap(({ hostPath: source, containerPath: target, readOnly = false }) =>
    source === undefined || target === undefined ? [] : [{ type: "bind", source, target, readOnly }],
  );
  return [...wanted, ...relabelled].flatMap(({ type, source, target, readOnly = false }) => {
    const field = `mounts.${target}`;
    const live = mounts.find(({ Destination }) => Destination === target);
    if (live === undefined)
      return [{ field, words: `nothing is mounted at ${target}, should be ${String(source)}` }];
    const is = type === "volume" ? live.Name : live.Source;
    // Docker Desktop prefixes our folders with a path of its own machine.
    if (source !== undefined && is !== source && !(type === "bind" && live.Source.endsWith(source))) {
      return [{ field, words: `${target} is ${String(is)}, should be ${source}` }];
    }
    if (live.RW === readOnly) {
      const words = readOnly ? `${target} is writable, should be read-only` : `${target} is read-only`;
      return [{ field, words }];
    }
    return [];
  });
}

export function hostChanges({ HostConfig: host }: Container, { inputs }: SnapshotResource): Change[] {
  const wanted = (inputs["hosts"] ?? []) as readonly { host: string; ip: string }[];
  const { added, removed } = listChanges(
    host.ExtraHosts ?? [],
    wanted.map((one) => `${one.host}:${one.ip}`),
  );
  return [
    ...removed.map((entry) => ({ field: "hosts", words: `host ${entry} is missing` })),
    ...added.map((entry) => ({ field: "hosts", words: `host ${entry} was added` })),
  ];
}
