import * as pulumi from "@pulumi/pulumi";
import { LocalFiles } from "../local-files/resource";
import type { BundleTargetArgs, OcisSettings } from "./arguments";
import { bundleFiles } from "./compose";
import { checkedHost, checkedPem, publishedAt } from "./container";
import { DEFAULT_OCIS_IMAGE } from "./image";
import { dataPlaces, dockerName, ownerName } from "./names";

/** What {@link bundleTarget} made. */
export interface BundleTarget {
  /** The directory as it was given: relative to the folder of Pulumi.yaml, or absolute. */
  directory: pulumi.Output<string>;
  /** SHA-256 of each file, by name. */
  hashes: pulumi.Output<Record<string, string>>;
  /** What to depend on for the files. */
  ready: pulumi.Resource;
}

/**
 * Writes oCIS as compose.yaml, .env and csp.yaml (and ca.crt), for people who run `docker compose` themselves. The admin
 * password is made up by oCIS's first start and is in the volume's ocis.yaml only.
 *
 * @param name the component's name, part of every name in Docker.
 * @param options for every child: `{ parent }`.
 */
export function bundleTarget(
  name: string,
  settings: OcisSettings,
  args: BundleTargetArgs,
  options: pulumi.CustomResourceOptions,
): BundleTarget {
  const given = {
    image: args.image ?? DEFAULT_OCIS_IMAGE,
    environment: settings.environment,
    contentSecurityPolicy: settings.contentSecurityPolicy,
    networks: args.networks ?? [],
    extraHosts: (args.extraHosts ?? []).map(checkedHost),
    caCertificate:
      args.caCertificate === undefined ? undefined : checkedPem(args.caCertificate, "caCertificate"),
  };
  const published = publishedAt(args);
  const files = new LocalFiles(
    `${name}-bundle`,
    {
      directory: args.directory ?? "bundle",
      files: pulumi.output(given).apply((known) =>
        bundleFiles({
          ...known,
          name: dockerName(name),
          owner: ownerName(name),
          published,
          hardening: args.hardening ?? true,
          data: dataPlaces(name, args),
          adoptVolumes: args.adoptVolumes ?? false,
          selinuxRelabel: args.selinuxRelabel,
        }),
      ),
    },
    options,
  );
  return { directory: files.directory, hashes: files.hashes, ready: files };
}
