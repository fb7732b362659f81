import type { Container } from "@ocis-pocket-id/components/docker-host";
import { type Change, isShouldBe } from "@ocis-pocket-id/providers/core";
import type { SnapshotResource } from "../../stacks";
import {
  commandChanges,
  environmentChanges,
  fileChanges,
  hostChanges,
  labelChanges,
  mountChanges,
  portChanges,
} from "./contents";
import { type InDocker, otherOwner, type Part, shortId } from "./objects";

interface Fixable extends Change {
  /** The command that undoes it. @default replacing the container */
  readonly fix?: string;
}

/** Compares a container with what the program created. */
export async function containerDrift(one: InDocker): Promise<Part[]> {
  const { resource, name, docker, fix } = one;
  const found = (await docker.findContainer(resource.id)) ?? (await docker.findContainer(name));
  if (found === undefined) return [{ kind: "gone", change: "was removed", fix }];

  const running = found.Name.replace(/^\//, "");
  const changes: Fixable[] = [
    // A container that the engine didn't create can only be replaced as a whole.
    ...(found.Id === resource.id ? changesInPlace(found, one, running) : [identity(found, resource)]),
    ...(await creationChanges(found, one)),
  ];
  // The engine doesn't detect these changes, and the name is taken: the container must be stopped and removed first.
  const replace = `docker stop ${running} && docker rm ${running} && ${fix}`;
  return changes.map(({ field, words, fix: undo = replace }) => {
    return {
      kind: "changed",
      field,
      change: isSecret(field, resource) ? `${field} differs` : words,
      fix: undo,
    };
  });
}

/** Whether a field belongs to a list that is secret in state. Variables, labels and files have checks of their own. */
const isSecret = (field: string, { secrets }: SnapshotResource) =>
  ["command", "entrypoints", "hosts", "image", "mounts", "ports"].some(
    (property) => field.split(".", 1)[0] === property && secrets.has(property),
  );

/** How another container of our name came about. */
function identity(found: Container, resource: SnapshotResource): Change {
  const owner = otherOwner(found.Config.Labels, resource);
  const words =
    owner === undefined
      ? "was recreated by hand"
      : `was replaced by a container of this name that isn't ours: ${owner}`;
  return { field: "", words };
}

/** Changes that need no other container. */
function changesInPlace(found: Container, { resource, name, fix }: InDocker, running: string): Fixable[] {
  const { restart = "no" } = resource.inputs;
  // What `docker update` changes and the engine can undo.
  const policy = found.HostConfig.RestartPolicy?.Name ?? "";
  const is = policy === "" ? "no" : policy;
  return [
    ...(running === name
      ? []
      : [{ field: "name", words: `was renamed to ${running}`, fix: `docker rename ${running} ${name}` }]),
    ...stateChanges(found, running),
    ...networkChanges(found, resource, running),
    ...(is === restart ? [] : [{ field: "restart", words: isShouldBe("restart policy", is, restart), fix }]),
  ];
}

function stateChanges({ State: state }: Container, name: string): Fixable[] {
  const change = (words: string, fix: string) => [{ field: "state", words, fix }];
  const exit = `(exit code ${state.ExitCode})`;
  if (state.Paused) return change("is paused", `docker unpause ${name}`);
  if (state.Restarting) {
    return change(`keeps stopping and restarting ${exit}`, `docker logs --tail 50 ${name}`);
  }
  return state.Running ? [] : change(`is stopped ${exit}`, `docker start ${name}`);
}

function networkChanges(found: Container, { inputs }: SnapshotResource, name: string): Fixable[] {
  const networks = (inputs["networksAdvanced"] ?? []) as readonly { name: string }[];
  const wanted = networks.map((network) => network.name);
  if (wanted.length === 0) return [];
  const live = Object.entries(found.NetworkSettings.Networks ?? {});
  const missing = wanted.filter(
    (network) => !live.some(([key, { NetworkID }]) => key === network || NetworkID === network),
  );
  const added = live.filter(([key, { NetworkID }]) => !wanted.includes(key) && !wanted.includes(NetworkID));
  const change = (network: string, was: string, fix: string) => {
    const words = `was ${was} network ${network}`;
    return { field: "networks", words, fix: `docker network ${fix} ${network} ${name}` };
  };
  return [
    ...missing.map((network) => change(network, "disconnected from", "connect")),
    ...added.map(([network]) => change(network, "connected to", "disconnect")),
  ];
}

/** Changes that only a new container undoes. */
async function creationChanges(found: Container, one: InDocker): Promise<Change[]> {
  const { resource, docker } = one;
  const image = await docker.findImage(found.Image);
  return [
    ...(await imageChanges(found, one)),
    ...environmentChanges(found.Config, one, image?.Config?.Env ?? []),
    ...labelChanges(found.Config, one),
    ...memoryChanges(found, resource),
    ...commandChanges(found, resource),
    ...portChanges(found, resource),
    ...mountChanges(found, resource),
    ...hostChanges(found, resource),
    ...(await fileChanges(docker, found.Id, resource)),
  ];
}

/** Docker can't remove a limit, and the engine ignores one that the program doesn't set. */
function memoryChanges({ HostConfig: host }: Container, { inputs }: SnapshotResource): Change[] {
  const { memory = 0 } = inputs;
  const is = Math.round((host.Memory ?? 0) / 2 ** 20);
  if (is === memory) return [];
  const text = (mebibytes: unknown) => (mebibytes === 0 ? "none" : `${String(mebibytes)} MiB`);
  return [{ field: "memory", words: `memory limit is ${text(is)}, should be ${text(memory)}` }];
}

async function imageChanges(found: Container, { resource, docker, snapshot }: InDocker): Promise<Change[]> {
  const should = String(resource.inputs["image"]);
  const wanted = should.startsWith("sha256:") ? should : (await docker.findImage(should))?.Id;
  if (wanted === undefined || found.Image === wanted) return [];
  const named = snapshot.resources.find(({ outputs }) => outputs["imageId"] === should)?.inputs["name"];
  const name = typeof named === "string" ? named : should;
  const id = shortId(found.Image);
  // By name, unless it was started by ID.
  const is = /^(sha256:)?[0-9a-f]{64}$/.test(found.Config.Image) ? id : found.Config.Image;
  return [{ field: "image", words: isShouldBe("image", is === name ? `${is} (${id})` : is, name) }];
}
