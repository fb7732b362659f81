import * as pulumi from "@pulumi/pulumi";
import type { TargetArgs } from "./arguments";
import { bundleTarget, dockerTarget, type OcisSettings } from "./targets";

/** Where oCIS is: its container and volumes, or the directory of the bundle. Shown as a stack's output. */
export interface Deployment {
  target: TargetArgs["type"];
  /** Docker: the container's name. */
  container?: string;
  /** Docker: the volumes, which outlive everything; back them up together. */
  volumes?: { config: string; data: string };
  /** Docker: where the port is published, for a TLS proxy in front. */
  publishedUrl?: string;
  /** Bundle: the directory with compose.yaml. */
  directory?: string;
}

/** Puts the settings where oCIS runs. */
export function deploy(
  name: string,
  settings: OcisSettings,
  target: TargetArgs,
  protect: boolean,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<Deployment> {
  if (target.type === "bundle") {
    const { directory } = bundleTarget(name, settings, target, options);
    return directory.apply((known): Deployment => ({ target: "bundle", directory: known }));
  }
  const { containerName, volumeNames, publishedUrl } = dockerTarget(
    name,
    settings,
    { protect, ...target },
    options,
  );
  return pulumi
    .all([containerName, volumeNames.config, volumeNames.data])
    .apply(([container, config, data]): Deployment => ({
      target: "docker",
      container,
      volumes: { config, data },
      ...(publishedUrl === undefined ? {} : { publishedUrl }),
    }));
}
