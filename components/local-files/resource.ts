import * as pulumi from "@pulumi/pulumi";
import type { Adoption } from "@ocis-pocket-id/providers/core";
import { DeploymentResource } from "../deployment-resource";
import { resolveDirectory } from "./directory";

/** Arguments of {@link LocalFiles}. */
export interface LocalFilesArgs {
  /**
   * Where the files go; made if it is not there. A relative one counts from the folder of Pulumi.yaml, and state keeps it
   * so. Another directory replaces the resource.
   */
  directory: pulumi.Input<string>;
  /** The text of each file, by plain file name (no folders). */
  files: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Files with secrets, in the same way. Only their owner can read them (mode 0600), and state keeps them encrypted. */
  secretFiles?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
  /** Whether files of these names that exist already with another content are overwritten. @default "never" */
  adopt?: pulumi.Input<Adoption>;
}

/**
 * Text files on this machine, readable for everyone unless they hold secrets. They are written at `up`, never at preview; a refresh finds edits and
 * missing files; destroy removes them, and the directory if nothing else is in it.
 *
 * @example
 * new LocalFiles("settings", { directory: "bundle", files: { ".env": "OCIS_URL=https://ocis.company.com\n" } });
 */
export class LocalFiles extends DeploymentResource {
  declare readonly directory: pulumi.Output<string>;
  declare readonly files: pulumi.Output<Record<string, string>>;
  /** SHA-256 of each of `files`, known at preview already. */
  declare readonly hashes: pulumi.Output<Record<string, string>>;
  /** Where the directory is on this machine. Not in state, as it differs between checkouts. */
  readonly absoluteDirectory: pulumi.Output<string>;

  constructor(name: string, args: LocalFilesArgs, opts?: pulumi.CustomResourceOptions) {
    const { secretFiles, ...open } = args;
    super(
      { type: "LocalFiles", handler: "localFiles", computed: ["hashes", "adopted"] },
      name,
      secretFiles === undefined ? open : { ...open, secretFiles: secretIfAny(secretFiles) },
      opts,
    );
    this.absoluteDirectory = this.directory.apply(resolveDirectory);
  }
}

function secretIfAny<T>(files: pulumi.Input<T | undefined>): pulumi.Output<T | undefined> {
  const known = pulumi.output(files);
  return known.apply((some) => (some === undefined ? undefined : pulumi.secret(some))) as pulumi.Output<
    T | undefined
  >;
}
