import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/**
 * Everything that can tell Docker's Pulumi provider which Docker to use, by the provider's own names. What is left out comes
 * from the environment, as it does there.
 *
 * @see https://www.pulumi.com/registry/packages/docker/installation-configuration/
 */
export interface DockerHostSettings {
  /** `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host`. @default DOCKER_HOST, then the local socket */
  host?: string;
  /** Name of a Docker context, which goes before `host`. @default DOCKER_CONTEXT */
  context?: string;
  /** Folder with ca.pem, cert.pem and key.pem, for tcp. @default DOCKER_CERT_PATH */
  certPath?: string;
  /** PEM of the authority that signed Docker's certificate, for tcp. @default DOCKER_CA_MATERIAL */
  caMaterial?: string;
  /** PEM of the client's certificate, for tcp. @default DOCKER_CERT_MATERIAL */
  certMaterial?: string;
  /** PEM of the client's private key, for tcp. @default DOCKER_KEY_MATERIAL */
  keyMaterial?: string;
  /** Options for the `ssh` command, for ssh. @default DOCKER_SSH_OPTS, split at blanks */
  sshOpts?: string[];
}

/** The same as a program gives them. */
export type DockerHostInputs = {
  [K in keyof DockerHostSettings]?: pulumi.Input<DockerHostSettings[K] | undefined> | undefined;
};

const text = z.string({ error: "must be text" }).optional();

/** The same as a property of a resource. */
export const dockerHostSettings = z
  .strictObject({
    host: text,
    context: text,
    certPath: text,
    caMaterial: text,
    certMaterial: text,
    keyMaterial: text,
    sshOpts: z.array(z.string({ error: "must be text" })).optional(),
  })
  .default({});
