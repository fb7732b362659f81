import { ProgramError } from "@ocis-pocket-id/providers";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { OWNER_LABEL } from "../../docker-host/answers";
import { isFolder } from "../../docker-host/preflight/data";
import { dockerSdk } from "../../docker-host/sdk";
import { dockerHostInputs } from "../../docker-host/stack";
import { defined } from "../../inputs";
import { sha256 } from "../../local-files/disk";
import { GeneratedSecret } from "../../resources";
import { SwarmPreflight, SwarmReady } from "../../swarm-resources";
import { checkedPem, containerParts } from "../container";
import { KEPT_VOLUME } from "../docker/container";
import type { Deployment, Target, Workload } from "../workload";
import type { SwarmPublish, SwarmTargetArgs } from "./arguments";
import { type SwarmFile, swarmFiles, variablesFile } from "./objects";
import { serviceArgs, VARIABLES } from "./service";

/** What {@link swarmTarget} made. */
export interface SwarmTarget extends Target {
  preflight: SwarmPreflight;
  service: docker.Service;
  image: docker.RemoteImage;
  /** Those on the node at `dockerHost`; others are made by the node that runs oCIS. */
  volumes: { config?: docker.Volume; data?: docker.Volume };
  /** The password that oCIS's first start gives its built-in admin; volumes that are older keep theirs. */
  adminPassword: GeneratedSecret;
  /** The wait for logins; undefined without one. */
  readiness: SwarmReady | undefined;
}

/**
 * Runs oCIS as a service with one replica in a Docker Swarm. Its volumes stay when all else is destroyed.
 *
 * @param name the component's name, part of every name in Docker.
 * @param opts `parent` of every child, whose Docker provider they use; `dependsOn` is what the service waits for.
 */
export function swarmTarget(
  name: string,
  workload: Workload,
  args: SwarmTargetArgs,
  opts: pulumi.CustomResourceOptions,
): SwarmTarget {
  const sdk = dockerSdk();
  const { dependsOn = [], ...inParent } = opts;
  const host = dockerHostInputs(opts, args.dockerHost);
  const parts = containerParts(name, { ...args, publish: false });
  const { owner, data: places, networks: joined, extraHosts } = parts;
  const published = publishedAt(args);
  const ownerLabel = { label: OWNER_LABEL, value: owner };
  // A DNS name: what else a volume may be called with becomes a hyphen.
  const serviceName = parts.name.replace(/[^A-Za-z0-9]+/g, "-").replace(/-$/, "");
  const { image, issuer, tls } = workload;
  const pinned = args.constraints === undefined;
  const { key } = workload.container.product;
  const product = key === "ocis" ? {} : { product: key };

  const preflight = new SwarmPreflight(
    `${name}-preflight`,
    {
      ...{ docker: host, ...product, owner, service: serviceName, image, pinned },
      configVolume: places.config,
      dataVolume: places.data,
      adoptVolumes: args.adoptVolumes ?? false,
      allowEmptyVolumes: args.allowEmptyVolumes ?? false,
      allowDowngrade: args.allowDowngrade ?? false,
      networks: joined?.apply((networks) => networks.map((network) => network.name)) ?? [],
      ...defined({ port: published?.port }),
    },
    inParent,
  );
  const child = { ...inParent, dependsOn: [preflight] };
  // Its own provider if the inherited one doesn't fit.
  const { dockerHost, registry } = args;
  const registryAuth = registry && [{ ...registry, password: pulumi.secret(registry.password) }];
  const needsItsOwn = dockerHost !== undefined || registry !== undefined;
  const provider = needsItsOwn
    ? new sdk.Provider(`${name}-docker`, { ...host, ...defined({ registryAuth }) }, inParent)
    : undefined;
  const inDocker = { ...child, ...defined({ provider }) };

  const adminPassword = new GeneratedSecret(`${name}-admin-password`, {}, child);
  const volume = (kind: "config" | "data") => {
    if (!pinned || isFolder(places[kind])) return {};
    const volumeOpts = { ...inDocker, ...defined({ protect: args.protect }), ...KEPT_VOLUME };
    const volumeArgs = { name: places[kind], labels: [ownerLabel] };
    return { [kind]: new sdk.Volume(`${name}-${kind}`, volumeArgs, volumeOpts) };
  };
  const volumes: SwarmTarget["volumes"] = { ...volume("config"), ...volume("data") };
  const data = {
    config: volumes.config?.name ?? pulumi.output(places.config),
    data: volumes.data?.name ?? pulumi.output(places.data),
  };
  const remoteImage = new sdk.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, inDocker);
  const naming = { component: name, service: serviceName, owner: ownerLabel, key: adminPassword.value };
  const wanted = serviceArgs(workload, args, {
    ...{ name: serviceName, owner: ownerLabel, data, pinned, published, extraHosts },
    ...swarmFiles(filesOf(workload, args, adminPassword.value), naming, inDocker),
    // By its digest, all nodes run the same. An image that only this node has, has none.
    image: pulumi
      .all([remoteImage.repoDigest, image])
      .apply(([digest, itsName]) => (digest === "" ? itsName : digest)),
    networks: pulumi.all([joined ?? [], preflight.networkIds]).apply(([networks, ids]) =>
      networks.map(({ name: network, aliases }, index) => ({
        id: ids?.[index] ?? network,
        ...defined({ aliases }),
      })),
    ),
    constraints: args.constraints ?? [pulumi.interpolate`node.id == ${preflight.nodeId}`],
  });
  const service = new sdk.Service(
    `${name}-service`,
    wanted,
    pulumi.mergeOptions({ ...inDocker, dependsOn }, { dependsOn: [preflight] }),
  );

  const readiness =
    args.readiness === false
      ? undefined
      : new SwarmReady(
          `${name}-ready`,
          {
            ...{ docker: host, ...product, service: service.name, issuer, tls, ...args.readiness },
            // A service keeps its ID.
            triggers: { settings: pulumi.output(wanted).apply((known) => sha256(JSON.stringify(known))) },
          },
          { ...child, dependsOn: [preflight, service] },
        );
  const summary = pulumi
    .all([service.name, data.config, data.data])
    .apply(([itsName, config, itsData]): Deployment => ({
      target: "swarm",
      service: itsName,
      volumes: { config, data: itsData },
      secrets: "volume",
      ...(published && { publishedUrl: `${tls ? "https" : "http"}://127.0.0.1:${published.port}` }),
    }));
  return {
    ...{ preflight, service, image: remoteImage, volumes, adminPassword, readiness },
    ready: readiness ?? service,
    summary,
  };
}

/** The published port with its defaults; undefined for none. */
function publishedAt({ publish, networks }: SwarmTargetArgs): Required<SwarmPublish> | undefined {
  if (publish === undefined && networks === undefined) {
    throw new ProgramError(
      "nothing could reach oCIS in the Swarm: set networks to those of your TLS proxy; or publish a port, which is open on all " +
        "addresses of a node",
    );
  }
  if (publish === undefined || publish === false) return undefined;
  const { port, mode = "host" } = publish;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new ProgramError(`publish.port is ${port}, but must be a whole number from 1 to 65535`);
  }
  return { port, mode };
}

/** All files that the container reads. */
function filesOf(
  { files: { csp, authority }, container: { paths }, secretEnvironment }: Workload,
  { tls }: SwarmTargetArgs,
  adminPassword: pulumi.Output<string>,
): SwarmFile[] {
  const own = typeof tls === "object" ? tls : undefined;
  return [
    { kind: "csp", path: csp.path, text: csp.text, isSecret: false },
    ...(authority
      ? [{ kind: "authority", path: authority.path, text: authority.text, isSecret: false }]
      : []),
    { kind: "admin", path: paths.adminPassword, text: adminPassword, isSecret: true },
    {
      kind: "environment",
      path: VARIABLES,
      text: pulumi.output(secretEnvironment ?? {}).apply(variablesFile),
      isSecret: true,
    },
    ...(own
      ? [
          {
            kind: "certificate",
            path: paths.certificate,
            text: checkedPem(own.certificate, "tls.certificate"),
            isSecret: true,
          },
          {
            kind: "key",
            path: paths.privateKey,
            text: pulumi.secret(checkedPem(own.privateKey, "tls.privateKey")),
            isSecret: true,
          },
        ]
      : []),
  ];
}
