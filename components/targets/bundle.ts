import * as pulumi from "@pulumi/pulumi";
import { LocalFiles } from "../local-files/resource";
import type { BundleTargetArgs, OcisSettings } from "./arguments";
import { type Bundle, composeFile, SECRETS_FILE } from "./compose";
import { checkedHosts, checkedPem, existingNetworks, publishedAt, readableByAll } from "./container";
import { environmentFile } from "./environment-file";
import { checkedImage } from "./image";
import { dataPlaces, dockerName, ownerName } from "./names";

/** What {@link bundleTarget} made. */
export interface BundleTarget {
  files: LocalFiles;
  /** The directory as it was given: relative to the folder of Pulumi.yaml, or absolute. */
  directory: pulumi.Output<string>;
  /** SHA-256 of each file that holds no secret, by name. */
  hashes: pulumi.Output<Record<string, string>>;
  /** What to depend on for the files. */
  ready: pulumi.Resource;
}

/**
 * Writes oCIS as compose.yaml, .env and csp.yaml (and ca.crt), for people who run `docker compose` themselves. Variables that
 * are secrets go into a file of their own, which only its owner can read. The admin password is made up by oCIS's first start
 * and is in the volume's ocis.yaml only.
 *
 * @param name the component's name, part of every name in Docker.
 * @param opts for every child: `{ parent }`.
 */
export function bundleTarget(
  name: string,
  settings: OcisSettings,
  args: BundleTargetArgs,
  opts: pulumi.CustomResourceOptions,
): BundleTarget {
  const environment = pulumi.output(settings.environment);
  const secretEnvironment = pulumi.output(settings.secretEnvironment ?? {});
  const csp = readableByAll(settings.contentSecurityPolicy, "csp.yaml");
  const authority =
    args.caCertificate === undefined
      ? undefined
      : readableByAll(checkedPem(args.caCertificate, "caCertificate"), "ca.crt");
  const compose = pulumi
    .output({
      image: checkedImage(args.image),
      networks: existingNetworks(args) ?? [],
      extraHosts: checkedHosts(args),
      contentSecurityPolicy: csp,
      caCertificate: authority,
      // Whether there are any isn't a secret.
      hasSecrets: pulumi.unsecret(secretEnvironment).apply((secrets) => Object.keys(secrets).length > 0),
    })
    .apply((known) =>
      composeFile({
        ...(known as Pick<Bundle, keyof typeof known>),
        name: dockerName(name),
        owner: ownerName(name),
        published: publishedAt(args),
        hardening: args.hardening ?? true,
        data: dataPlaces(name, args),
        adoptVolumes: args.adoptVolumes ?? false,
        selinuxRelabel: args.selinuxRelabel,
      }),
    );
  const { open, secret } = bySecrecy({
    "compose.yaml": compose,
    ".env": environment.apply(environmentFile),
    "csp.yaml": csp,
    ...(authority === undefined ? {} : { "ca.crt": authority }),
    [SECRETS_FILE]: secretEnvironment.apply((secrets) => {
      return Object.keys(secrets).length === 0 ? undefined : environmentFile(secrets);
    }),
  });
  const files = new LocalFiles(
    `${name}-bundle`,
    { directory: args.directory ?? "bundle", files: open, secretFiles: secret },
    opts,
  );
  return { files, directory: files.directory, hashes: files.hashes, ready: files };
}

type Texts = Record<string, string>;

/** Files whose text is a secret, and the others; those without a text are left out. */
function bySecrecy(files: Record<string, pulumi.Output<string | undefined>>) {
  const split = Promise.all(
    Object.entries(files).map(async ([name, text]) => ({
      name,
      text,
      isSecret: await pulumi.isSecret(text),
    })),
  );
  const those = (secret: boolean) =>
    pulumi.output(
      split.then((all) => {
        const some = all.filter(({ isSecret }) => isSecret === secret).map(({ name, text }) => [name, text]);
        return pulumi.output(Object.fromEntries(some) as Record<string, pulumi.Output<string | undefined>>);
      }),
    );
  const withText = (texts: Record<string, string | undefined>) =>
    Object.fromEntries(
      Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  return {
    open: those(false).apply(withText),
    secret: those(true).apply((texts): Texts | undefined => {
      return Object.keys(texts).length === 0 ? undefined : withText(texts);
    }),
  };
}
