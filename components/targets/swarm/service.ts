import type { ServiceArgs } from "@pulumi/docker";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { isFolder } from "../../docker-host/preflight/data";
import { serviceLimits } from "../limits";
import type { Workload } from "../workload";
import type { SwarmPublish, SwarmTargetArgs } from "./arguments";
import type { swarmFiles } from "./objects";

/** Where the variables that are secrets are in the container. */
export const VARIABLES = "/run/secrets/ocis-environment";

/** What the service is made of. */
export interface Parts extends ReturnType<typeof swarmFiles> {
  name: string;
  image: pulumi.Input<string>;
  owner: { label: string; value: string };
  /** Names of volumes, or paths of folders. */
  data: { config: pulumi.Input<string>; data: pulumi.Input<string> };
  /** Whether the volumes exist already, on the node that runs it. */
  pinned: boolean;
  networks: pulumi.Input<{ id: string; aliases?: string[] }[]>;
  published: Required<SwarmPublish> | undefined;
  extraHosts: pulumi.Input<{ host: string; ip: string }[]>;
  constraints: pulumi.Input<pulumi.Input<string>[]>;
}

/** The service's arguments, spelled as Docker returns them, because anything else would be a change forever. */
export function serviceArgs(workload: Workload, args: SwarmTargetArgs, parts: Parts): ServiceArgs {
  const { container } = workload;
  const { published } = parts;
  const certificate = typeof args.tls === "object" && {
    PROXY_TRANSPORT_TLS_CERT: container.paths.certificate,
    PROXY_TRANSPORT_TLS_KEY: container.paths.privateKey,
  };
  return {
    name: parts.name,
    labels: [parts.owner],
    taskSpec: {
      containerSpec: {
        image: parts.image,
        commands: ["/bin/sh"],
        args: [
          "-c",
          `set -a; . ${VARIABLES}; set +a; ${container.startScript(container.paths.adminPassword)}`,
        ],
        env: pulumi.output(workload.environment).apply((known) => ({ ...known, ...certificate })),
        mounts: mounts(args, parts, container.paths),
        configs: parts.configs,
        secrets: parts.secrets,
        hosts: parts.extraHosts,
        healthcheck: { tests: container.healthTest, ...healthOf(container) },
        sysctl: {},
        stopGracePeriod: `${container.graceSeconds}s`,
        ...(args.hardening === false ? {} : { capDrops: ["ALL"], readOnly: true }),
      },
      ...serviceLimits(args.limits),
      placement: { constraints: parts.constraints },
      networksAdvanceds: parts.networks,
      restartPolicy: { condition: "any", delay: "5s", window: "0s" },
    },
    // Two at a time would damage the data. More replicas need another storage than volumes: oCIS locks files on its own only.
    mode: { replicated: { replicas: 1 } },
    updateConfig: { parallelism: 1, order: "stop-first", failureAction: "pause" },
    endpointSpec: {
      mode: args.endpointMode ?? "vip",
      ports: published && [
        {
          targetPort: container.port,
          publishedPort: published.port,
          publishMode: published.mode,
          protocol: "tcp",
        },
      ],
    },
  };
}

/**
 * A Swarm sends nobody to a task before its first check has passed, so that comes sooner than a container's; one that fails is
 * given the same time. Docker's provider returns `1m` for a minute here, where a container's is `1m0s`.
 */
function healthOf({ health }: Workload["container"]) {
  return { ...health, interval: "5s", retries: 6, startPeriod: health.startPeriod.replace(/m0s$/, "m") };
}

function mounts(
  args: SwarmTargetArgs,
  { data, pinned, owner }: Parts,
  paths: Workload["container"]["paths"],
) {
  const { config = "", data: itsData = "" } = args.volumes ?? {};
  // Where it isn't there yet, the node that runs the task makes it.
  const made = pinned ? {} : { volumeOptions: { labels: [owner] } };
  const mount = (isBind: boolean, source: pulumi.Input<string>, target: string) =>
    isBind ? { type: "bind", source, target } : { type: "volume", source, target, ...made };
  return [
    mount(isFolder(config), data.config, paths.config),
    mount(isFolder(itsData), data.data, paths.data),
    ...(args.hardening === false ? [] : [{ type: "tmpfs", target: "/tmp" }]),
  ];
}
