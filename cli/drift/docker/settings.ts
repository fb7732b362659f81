import { type Container, hostAndPort } from "@ocis-pocket-id/components/docker-host";
import { isDeepStrictEqual } from "node:util";
import type { SnapshotResource } from "../../stacks";
import { type Change, listChanges } from "../finding";

/** Command and entry point, if the program sets them; `docker inspect` shows how they differ. */
export function commandChanges({ Config: config }: Container, { inputs }: SnapshotResource): Change[] {
  const { command, entrypoints } = inputs;
  // The image's own if none was given.
  const { Entrypoint: entrypoint } = config;
  const live = typeof entrypoint === "string" ? [entrypoint] : (entrypoint ?? []);
  return [
    ...(command === undefined || isDeepStrictEqual(config.Cmd, command)
      ? []
      : [{ field: "command", words: "runs another command" }]),
    ...(entrypoints === undefined || isDeepStrictEqual(live, entrypoints)
      ? []
      : [{ field: "entrypoints", words: "has another entry point" }]),
  ];
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

/** Only what the program mounts: other directories of an image get anonymous volumes. */
export function mountChanges({ Mounts: mounts }: Container, { inputs }: SnapshotResource): Change[] {
  const wanted = [...((inputs["mounts"] ?? []) as readonly Mount[]), ...relabelledMounts(inputs["volumes"])];
  return wanted.flatMap(({ type, source, target, readOnly = false }) => {
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

/** Folders and files that are mounted with an SELinux label. */
function relabelledMounts(volumes: unknown): Mount[] {
  const entries = (volumes ?? []) as readonly {
    hostPath?: string;
    containerPath?: string;
    readOnly?: boolean;
  }[];
  return entries.flatMap(({ hostPath, containerPath, readOnly = false }) =>
    hostPath === undefined || containerPath === undefined
      ? []
      : [{ type: "bind", source: hostPath, target: containerPath, readOnly }],
  );
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
