import type * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs } from "../arguments";

/** Arguments of {@link bundleTarget}: files for people who run `docker compose` themselves. */
export interface BundleTargetArgs extends ContainerArgs {
  /** Where the files go; relative to the folder of Pulumi.yaml. @default "bundle" */
  directory?: pulumi.Input<string> | undefined;
  /** Whether oCIS itself serves https, with a self-signed certificate. @default false, for a TLS proxy in front */
  tls?: boolean | undefined;
}
