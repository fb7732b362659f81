import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { bySecrecy } from "../../inputs";
import { LocalFiles } from "../../resources";
import { checkedImage, containerParts, readableByAll } from "../container";
import type { Deployment, Target, Workload } from "../workload";
import type { BundleTargetArgs } from "./arguments";
import { type Bundle, composeFile, environmentFile, SECRETS_FILE } from "./compose";

/** What {@link bundleTarget} made. */
export interface BundleTarget extends Target {
  files: LocalFiles;
  /** The directory as it was given: relative to the folder of Pulumi.yaml, or absolute. */
  directory: pulumi.Output<string>;
  /** SHA-256 of each file that holds no secret, by name. */
  hashes: pulumi.Output<Record<string, string>>;
}

/**
 * Writes oCIS as compose.yaml, .env and csp.yaml (and ca.crt), for people who run `docker compose` themselves. Secret
 * variables go into a separate file, which only its owner can read. oCIS's first start generates the admin password, which is
 * only in the volume's ocis.yaml.
 *
 * @param name the component's name, part of every name in Docker.
 * @param opts for every child: `{ parent }`.
 */
export function bundleTarget(
  name: string,
  workload: Workload,
  args: BundleTargetArgs,
  opts: pulumi.CustomResourceOptions,
): BundleTarget {
  const secretEnvironment = pulumi.output(workload.secretEnvironment ?? {});
  const { csp, authority } = workload.files;
  const mounted = [csp, ...(authority ? [authority] : [])].map((file) => ({
    ...file,
    text: readableByAll(file.text, file.name),
  }));
  const parts = containerParts(name, args);
  const { name: dockerName, owner, data, published, networks, extraHosts } = parts;
  const compose = pulumi
    .output({
      ...{
        image: checkedImage(workload.image, workload.container.product),
        networks: networks ?? [],
        extraHosts,
      },
      mounted,
      // Whether there are any isn't a secret.
      hasSecrets: pulumi.unsecret(secretEnvironment).apply((secrets) => Object.keys(secrets).length > 0),
    })
    .apply((known) =>
      composeFile({
        ...(known as Pick<Bundle, keyof typeof known>),
        ...{ name: dockerName, owner, container: workload.container, data, published },
        hardening: args.hardening ?? true,
        limits: args.limits,
        adoptVolumes: args.adoptVolumes ?? false,
        selinuxRelabel: args.selinuxRelabel,
      }),
    );
  const texts = bySecrecy({
    "compose.yaml": compose,
    ".env": pulumi.output(workload.environment).apply(environmentFile),
    ...Object.fromEntries(mounted.map(({ name: file, text }) => [file, text])),
    [SECRETS_FILE]: secretEnvironment.apply((secrets) => environmentFile(secrets) || undefined),
  });
  const open = pulumi.output(texts.then((all) => all.open)).apply(withText);
  const secret = pulumi.output(texts.then((all) => all.secret)).apply((files) => {
    return Object.keys(files).length === 0 ? undefined : withText(files);
  });
  const files = new LocalFiles(
    `${name}-bundle`,
    { directory: args.directory ?? "bundle", files: open, secretFiles: secret },
    opts,
  );
  const summary = files.directory.apply((directory): Deployment => ({ target: "bundle", directory }));
  return { files, directory: files.directory, hashes: files.hashes, ready: files, summary };
}

/** The files that have a text. */
function withText(files: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).filter((file): file is [string, string] => file[1] !== undefined),
  );
}
