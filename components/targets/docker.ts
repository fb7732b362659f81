import type * as pulumi from "@pulumi/pulumi";

/** What {@link dockerTarget} made. */
export interface DockerTarget {
  containerName: pulumi.Output<string>;
  containerId: pulumi.Output<string>;
  /** The volumes, which outlive everything: back them up together. */
  volumeNames: { config: pulumi.Output<string>; data: pulumi.Output<string> };
  /** The network of its own; undefined when it joins existing ones. */
  networkName: pulumi.Output<string> | undefined;
  /** `http://127.0.0.1:9200`; undefined when no port is published. */
  publishedUrl: string | undefined;
  /** The password that oCIS's first start gives its built-in admin. */
  adminPassword: pulumi.Output<string>;
  /** What to depend on for an oCIS that people can log in to. */
  ready: pulumi.Resource;
}
