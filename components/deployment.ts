import * as pulumi from "@pulumi/pulumi";
import type { OcisWithPocketIdArgs, TargetArgs } from "./arguments";
import {
  type BundleTarget,
  bundleTarget,
  type DockerTarget,
  dockerTarget,
  type OcisSettings,
} from "./targets";

/** Where oCIS is: its container and volumes, or the directory of the bundle. Shown as a stack's output. */
export interface Deployment {
  target: TargetArgs["type"];
  /** Docker: the container's name. */
  container?: string;
  /** Docker: the volumes, or folders, which outlive everything; back them up together. */
  volumes?: { config: string; data: string };
  /** Docker: where the port is published, for a TLS proxy in front. */
  publishedUrl?: string;
  /** Bundle: the directory with compose.yaml. */
  directory?: string;
}

/** What {@link deploy} made: the target's resources, and a summary of them. */
export interface Deployed {
  summary: pulumi.Output<Deployment>;
  docker?: DockerTarget;
  bundle?: BundleTarget;
}

/** Puts the settings where oCIS runs. */
export function deploy(
  name: string,
  settings: OcisSettings,
  { target = { type: "docker" }, protect }: Pick<OcisWithPocketIdArgs, "target" | "protect">,
  opts: pulumi.CustomResourceOptions,
): Deployed {
  if (target.type === "bundle") {
    const bundle = bundleTarget(name, settings, target, opts);
    return {
      bundle,
      summary: bundle.directory.apply((directory): Deployment => ({ target: "bundle", directory })),
    };
  }
  const docker = dockerTarget(name, settings, protect === undefined ? target : { protect, ...target }, opts);
  const { container, volumeNames, publishedUrl } = docker;
  const summary = pulumi
    .all([container.name, volumeNames.config, volumeNames.data])
    .apply(([containerName, config, data]): Deployment => ({
      target: "docker",
      container: containerName,
      volumes: { config, data },
      ...(publishedUrl === undefined ? {} : { publishedUrl }),
    }));
  return { docker, summary };
}
