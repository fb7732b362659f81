import { type Container, type Docker, openDocker } from "@ocis-pocket-id/components/docker-host";
import type { StackSnapshot } from "../../stacks";
import { dockerHostOf, variablesIn } from "../../stacks/docker";
import type { ContainerFacts } from "../../stacks/subject";

/** The data folder in oCIS's image. */
const DATA = "/var/lib/ocis";

const LOG_LINES = 500;

/**
 * The container of an oCIS in Docker. Undefined without a container in state, or if Docker doesn't answer; `drift`
 * reports both.
 */
export async function readContainer(
  { resources }: Pick<StackSnapshot, "resources">,
  ocisUrl: string,
): Promise<ContainerFacts | undefined> {
  const container = resources.find(
    ({ type, inputs }) =>
      type === "docker:index/container:Container" && linesOf(inputs["envs"]).includes(`OCIS_URL=${ocisUrl}`),
  );
  if (container === undefined) return undefined;
  try {
    const docker = openDocker()(dockerHostOf(container));
    const found = await docker.findContainer(container.id);
    return found === undefined ? undefined : await factsOf(docker, found);
  } catch {
    return undefined;
  }
}

async function factsOf(docker: Docker, { Id: id, Name, Config, State }: Container): Promise<ContainerFacts> {
  const log = await docker.lastLogLines(id, LOG_LINES);
  const mounts = State.Running ? await docker.run(id, ["cat", "/proc/mounts"]) : undefined;
  return {
    name: Name.replace(/^\//, ""),
    environment: Object.fromEntries(variablesIn(Config.Env ?? [])),
    // oCIS's own words for any setting that ocis.yaml lacks (ocis-pkg/shared/errors.go).
    lacksSettings: log.some((line) => line.includes("ocis init --diff")),
    dataFileSystem: fileSystemOf(DATA, mounts?.output ?? ""),
  };
}

/** The type of the file system that is mounted on a folder, as Linux lists it: `ext4`, `nfs4`. */
function fileSystemOf(folder: string, mounts: string): string | undefined {
  const mounted = mounts.split("\n").map((line) => line.split(" "));
  return mounted.findLast(([, on]) => on === folder)?.[2];
}

const linesOf = (value: unknown) => (Array.isArray(value) ? (value as string[]) : []);
