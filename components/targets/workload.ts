import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { WorkloadArgs } from "./arguments";
import { OCIS } from "../settings";
import { checkedPem, containerOf, type ProductContainer } from "./container";

/** What a component gives its target: all that must run, wherever it runs. */
export interface Workload extends WorkloadSettings {
  /** What its container needs: paths, port, checks, how it starts. */
  container: ProductContainer;
  image: pulumi.Input<string>;
  /** Files for the container, not secret unless their text is. A change of one must restart the container. */
  files: { csp: WorkloadFile; authority: WorkloadFile | undefined };
  /** Whether the container itself serves https. */
  tls: boolean;
}

/** What the settings of a product are, known or not. */
export interface WorkloadSettings {
  /** Where people reach it: `https://ocis.company.com`. */
  url: pulumi.Input<string>;
  /** Pocket ID's public URL, exactly as its discovery document names it. People can log in if the container serves that document. */
  issuer: pulumi.Input<string>;
  /** Environment variables by name. */
  environment: pulumi.Input<Record<string, string>>;
  /** More variables, whose values are secrets. */
  secretEnvironment?: pulumi.Input<Record<string, string>>;
  /** The text of csp.yaml. */
  contentSecurityPolicy: pulumi.Input<string>;
}

/** A file that the container reads. */
export interface WorkloadFile {
  /** What to call it outside the container: `csp.yaml`. */
  name: string;
  /** Path in the container. */
  path: string;
  text: pulumi.Output<string>;
  /** A label for its SHA-256, where nothing else reveals a change. */
  hashLabel: string;
}

/** Where it runs: the container and volumes, or the directory of the bundle. Shown as a stack's output. */
export interface Deployment {
  /** The target's type. */
  target: string;
  /** Docker: the container's name. */
  container?: string;
  /** Swarm: the service's name. */
  service?: string;
  /** Kubernetes: the namespace. */
  namespace?: string;
  /** Kubernetes: the StatefulSet's name. */
  statefulSet?: string;
  /** Docker and Swarm: the volumes or folders; Kubernetes: the claims, which destroy keeps; back them up together. */
  volumes?: { config: string; data: string };
  /** Where oCIS's own secrets are: in the stack's state too, or in the config volume alone. */
  secrets?: "stack" | "volume";
  /** Docker and Swarm: where the port is published, on the node itself, for a TLS proxy in front. */
  publishedUrl?: string;
  /** Bundle: the directory with compose.yaml. */
  directory?: string;
}

/** What every target makes. */
export interface Target {
  /** The resource to depend on: people can log in once it's there, or it's the files. */
  ready: pulumi.Resource;
  summary: pulumi.Output<Deployment>;
}

/**
 * A target: declares the resources that run a workload.
 *
 * @param name the component's name, part of every name
 * @param opts for every child: `parent`, whose providers they use; `dependsOn` is what the container waits for
 */
export type DeployTarget<A = object, T extends Target = Target> = (
  name: string,
  workload: Workload,
  args: A,
  opts: pulumi.CustomResourceOptions,
) => T;

/** The workload of these settings and the arguments that all targets have. */
export function workload(settings: WorkloadSettings, args: WorkloadArgs, product = OCIS): Workload {
  const { image = product.image, caCertificate } = args;
  const container = containerOf(product);
  const file = (name: string, path: string, text: pulumi.Input<string>, hashLabel: string) => ({
    ...{ name, path, hashLabel },
    text: pulumi.output(text),
  });
  const { paths, hashLabels } = container;
  const csp = file("csp.yaml", paths.csp, settings.contentSecurityPolicy, hashLabels.csp);
  const pem = caCertificate === undefined ? undefined : checkedPem(caCertificate, "caCertificate");
  const authority = pem && file("ca.crt", paths.authority, pem, hashLabels.authority);
  return { ...settings, container, image, files: { csp, authority }, tls: usesOwnTls(args) };
}

/** Whether oCIS itself speaks TLS under these arguments: the value of PROXY_TLS. */
export function usesOwnTls({ tls }: Pick<WorkloadArgs, "tls">): boolean {
  return tls !== undefined && tls !== false;
}
