import { DEFAULT_OCIS_IMAGE } from "@ocis-pocket-id/components";
import { Docker, dockerHost } from "@ocis-pocket-id/components/docker-host";
import { type Engine, findDocker, findDockerPlugin } from "ocis-pocket-id/engine";

/** The demo's target, and the reason for it. */
export interface ChosenTarget {
  readonly name: "docker" | "bundle";
  readonly reason: string;
}

/** Docker if the engine, the plugin and the image are available; otherwise the compose bundle. */
export async function chooseTarget(engine: Engine, progress: (line: string) => void): Promise<ChosenTarget> {
  const bundle = (reason: string): ChosenTarget => ({ name: "bundle", reason });
  const docker = await findDocker();
  if (!docker.available) return bundle(`no Docker Engine can be reached (${docker.reason})`);
  const image = await new Docker(dockerHost({ host: docker.host })).findImage(DEFAULT_OCIS_IMAGE);
  if (image === undefined)
    return bundle(`the image ${DEFAULT_OCIS_IMAGE} is not on this machine, and the demo pulls no images`);
  const plugin = await findDockerPlugin(engine, { progress });
  if (!plugin.available) return bundle(`Pulumi has no Docker plugin (${plugin.reason})`);
  return { name: "docker", reason: `Docker ${docker.version} has ${DEFAULT_OCIS_IMAGE}` };
}
