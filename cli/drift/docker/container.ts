import type { Container, Docker } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource } from "../../stacks";
import { type Change, type Finding, isShouldBe } from "../finding";
import { environmentChanges, fileChanges, labelChanges } from "./contents";
import { shortId } from "./objects";
import { dockerNameOf, type InDocker, otherOwner } from "./resource";
import { commandChanges, hostChanges, mountChanges, portChanges } from "./settings";

/** Compares a container with what the program created. */
export async function containerDrift(one: InDocker): Promise<Finding[]> {
  const { resource, docker, fix } = one;
  const name = dockerNameOf(resource);
  const about = { object: `container ${name}`, urns: [resource.urn] };
  const found = (await docker.findContainer(resource.id)) ?? (await docker.findContainer(name));
  if (found === undefined) return [{ ...about, kind: "gone", field: "", change: "was removed", fix }];

  const running = found.Name.replace(/^\//, "");
  // The engine doesn't detect these changes, and the name is taken: the container must be stopped and removed first.
  const replace = `docker stop ${running} && docker rm ${running} && ${fix}`;
  const changed = (changes: readonly Change[], how: string) =>
    changes.map(({ field, words }): Finding => ({
      ...about,
      kind: "changed",
      field,
      change: isSecret(field, resource) ? `${field} differs` : words,
      fix: how,
    }));
  const created = await creationChanges(found, one);
  // A container that the engine didn't create can only be replaced as a whole.
  if (found.Id !== resource.id) return changed([...identity(found, one), ...created], replace);
  return [
    ...(running === name
      ? []
      : changed([{ field: "name", words: `was renamed to ${running}` }], `docker rename ${running} ${name}`)),
    ...stateFindings(found, running).map((finding) => ({ ...about, ...finding })),
    ...networkFindings(found, one, running).map((finding) => ({ ...about, ...finding })),
    ...changed(restartChanges(found, one), fix),
    ...changed(created, replace),
  ];
}

/** Whether a field belongs to a list that is secret in state. Variables, labels and files have checks of their own. */
const isSecret = (field: string, { secrets }: SnapshotResource) =>
  ["command", "entrypoints", "hosts", "image", "mounts", "ports"].some(
    (property) => field.split(".", 1)[0] === property && secrets.has(property),
  );

/** Changes that only a new container undoes. */
async function creationChanges(found: Container, one: InDocker): Promise<Change[]> {
  const { resource, docker } = one;
  return [
    ...(await imageChanges(found, one)),
    ...environmentChanges(found.Config, one, await imageEnvironment(docker, found)),
    ...labelChanges(found.Config, one),
    ...memoryChanges(found, one),
    ...commandChanges(found, resource),
    ...portChanges(found, resource),
    ...mountChanges(found, resource),
    ...hostChanges(found, resource),
    ...(await fileChanges(docker, found.Id, resource)),
  ];
}

/** How another container of our name came about. */
function identity(found: Container, { resource }: InDocker): Change[] {
  const owner = otherOwner(found.Config.Labels, resource);
  const words =
    owner === undefined
      ? "was recreated by hand"
      : `was replaced by a container of this name that isn't ours: ${owner}`;
  return [{ field: "", words }];
}

type Part = Pick<Finding, "kind" | "field" | "change" | "fix">;

function stateFindings({ State: state }: Container, name: string): Part[] {
  const part = (change: string, fix: string): Part[] => [{ kind: "changed", field: "state", change, fix }];
  if (state.Paused) return part("is paused", `docker unpause ${name}`);
  if (state.Restarting) {
    return part(
      `keeps stopping and restarting (exit code ${state.ExitCode})`,
      `docker logs --tail 50 ${name}`,
    );
  }
  if (!state.Running) return part(`is stopped (exit code ${state.ExitCode})`, `docker start ${name}`);
  return [];
}

function networkFindings(found: Container, { resource }: InDocker, name: string): Part[] {
  const networks = (resource.inputs["networksAdvanced"] ?? []) as readonly { name: string }[];
  const wanted = networks.map((network) => network.name);
  if (wanted.length === 0) return [];
  const live = Object.entries(found.NetworkSettings.Networks ?? {});
  const isIn = (network: string) =>
    live.some(([key, { NetworkID }]) => key === network || NetworkID === network);
  const missing = wanted.filter((network) => !isIn(network));
  const added = live.filter(([key, { NetworkID }]) => !wanted.includes(key) && !wanted.includes(NetworkID));
  const part = (change: string, fix: string): Part => ({ kind: "changed", field: "networks", change, fix });
  return [
    ...missing.map((network) =>
      part(`was disconnected from network ${network}`, `docker network connect ${network} ${name}`),
    ),
    ...added.map(([network]) =>
      part(`was connected to network ${network}`, `docker network disconnect ${network} ${name}`),
    ),
  ];
}

/** What `docker update` changes and the engine can undo in place. */
function restartChanges({ HostConfig: host }: Container, { resource }: InDocker): Change[] {
  const { restart = "no" } = resource.inputs;
  const policy = host.RestartPolicy?.Name ?? "";
  const is = policy === "" ? "no" : policy;
  return is === restart ? [] : [{ field: "restart", words: isShouldBe("restart policy", is, restart) }];
}

/** Docker can't remove a limit, and the engine ignores one that the program doesn't set. */
function memoryChanges({ HostConfig: host }: Container, { resource }: InDocker): Change[] {
  const { memory = 0 } = resource.inputs;
  const is = Math.round((host.Memory ?? 0) / 2 ** 20);
  const text = (mebibytes: unknown) => (mebibytes === 0 ? "none" : `${String(mebibytes)} MiB`);
  return is === memory
    ? []
    : [{ field: "memory", words: `memory limit is ${text(is)}, should be ${text(memory)}` }];
}

async function imageChanges(found: Container, { resource, docker, snapshot }: InDocker): Promise<Change[]> {
  const should = String(resource.inputs["image"]);
  const wanted = should.startsWith("sha256:") ? should : (await docker.findImage(should))?.Id;
  if (wanted === undefined || found.Image === wanted) return [];
  const named = snapshot.resources.find(({ outputs }) => outputs["imageId"] === should)?.inputs["name"];
  const name = typeof named === "string" ? named : should;
  // By name, unless it was started by ID.
  const is = /^(sha256:)?[0-9a-f]{64}$/.test(found.Config.Image) ? shortId(found.Image) : found.Config.Image;
  return [
    {
      field: "image",
      words: isShouldBe("image", is === name ? `${is} (${shortId(found.Image)})` : is, name),
    },
  ];
}

/** The image's own variables. */
async function imageEnvironment(docker: Docker, { Image: image }: Container): Promise<string[]> {
  return [...((await docker.findImage(image))?.Config?.Env ?? [])];
}
