import type { ConfigMap } from "@pulumi/pulumi/automation";
import { DEFAULT_OCIS_IMAGE } from "@ocis-pocket-id/components";
import { Docker, dockerHost } from "@ocis-pocket-id/components/docker-host";
import { type Engine, findDocker, findDockerPlugin } from "ocis-pocket-id/engine";

/** Where the demo's oCIS goes, and why. */
export interface ChosenTarget {
  readonly name: "docker" | "bundle";
  readonly reason: string;
  readonly config: ConfigMap;
}

/** Docker where an engine, the plugin and the image are there; else the compose bundle. */
export async function chooseTarget(engine: Engine, progress: (line: string) => void): Promise<ChosenTarget> {
  const bundle = (reason: string): ChosenTarget => ({ name: "bundle", reason, config: {} });
  const docker = await findDocker();
  if (!docker.available) return bundle(`no Docker Engine is in reach (${docker.reason})`);
  const image = await new Docker(dockerHost({ host: docker.host })).findImage(DEFAULT_OCIS_IMAGE);
  if (image === undefined)
    return bundle(`the image ${DEFAULT_OCIS_IMAGE} is not on this machine, and the demo pulls none`);
  const plugin = await findDockerPlugin(engine, { progress });
  if (!plugin.available) return bundle(`Pulumi has no Docker plugin (${plugin.reason})`);
  return { name: "docker", reason: `Docker ${docker.version} has ${DEFAULT_OCIS_IMAGE}`, config: {} };
}
