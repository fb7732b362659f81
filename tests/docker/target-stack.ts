import * as pulumi from "@pulumi/pulumi";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dockerTarget, type DockerTargetArgs, workload } from "../../components/targets";
import type { Docker } from "../support/docker";
import { type EngineStack, engineStack } from "../support/engine";
import { uniqueName } from "../support/pocket-id";
import { STAND_IN } from "./stand-in";
import { freePort } from "../support/free-port";

export const ISSUER = "https://pocket-id.company.com";
export const OWNER_LABEL = "io.github.ocis-pocket-id.owner";

/** What the program says; tests change it between runs. */
export interface TargetSays {
  csp: string;
  environment: Record<string, string>;
  secretEnvironment?: Record<string, string>;
  args: DockerTargetArgs;
  /** Docker's provider in the component's options; none by default. */
  provider?: () => pulumi.ProviderResource;
}

/** A stack of the docker target alone, in a project of its own; it shares nothing on the Docker host with another run. */
export interface TargetStack {
  readonly says: TargetSays;
  readonly stack: EngineStack;
  /** The folder of Pulumi.yaml. */
  readonly folder: string;
  /** The project's name. */
  readonly project: string;
  /** Name of the container and network, and what the names of the volumes begin with. */
  readonly name: string;
  readonly port: number;
  /** What a command in the container prints. */
  readonly run: (...command: string[]) => Promise<string>;
  /** Names of everything on the Docker host that is labelled as this stack's. */
  readonly ours: () => Promise<string[]>;
  /** Destroys the stack, and removes whatever is left of it, after a failure as well. */
  close(): Promise<void>;
}

class Target extends pulumi.ComponentResource {
  readonly outputs: Record<string, unknown>;

  constructor({ csp, environment, secretEnvironment = {}, args, provider }: TargetSays) {
    const options = provider === undefined ? {} : { providers: [provider()] };
    super("ocis-pocket-id:index:OcisWithPocketId", "ocis", {}, options);
    const hosts = { ocisUrl: "https://ocis.company.com", issuer: ISSUER };
    const secrets =
      Object.keys(secretEnvironment).length === 0
        ? {}
        : { secretEnvironment: pulumi.secret(secretEnvironment) };
    const settings = {
      url: hosts.ocisUrl,
      issuer: ISSUER,
      environment,
      ...secrets,
      contentSecurityPolicy: csp,
    };
    const made = dockerTarget("ocis", workload(settings, args), args, { parent: this });
    const { container, publishedUrl, adminPassword, preflight } = made;
    this.registerOutputs({ ...hosts, clientId: "ocis.company.com" });
    this.outputs = {
      containerId: container.id,
      publishedUrl,
      adminPassword: adminPassword.value,
      secretsIn: preflight.secretsIn,
    };
  }
}

export async function openTargetStack(docker: Docker): Promise<TargetStack> {
  const project = uniqueName("docker-target");
  const name = `${project}-test-ocis`;
  const ownedBy = `label=${OWNER_LABEL}=${project}/test/ocis`;
  const port = await freePort();
  const says: TargetSays = {
    csp: "directives:\n  default-src:\n    - '''none'''\n",
    environment: {
      OCIS_OIDC_ISSUER: ISSUER,
      PROXY_CSP_CONFIG_FILE_LOCATION: "/etc/ocis/csp.yaml",
      SPECIAL: 'it\'s $HOME = "ü" # x',
    },
    args: { image: STAND_IN, publish: { port }, readiness: { timeoutSeconds: 30 } },
  };

  const checkout = process.cwd();
  const cache = join(checkout, ".cache", "tests");
  mkdirSync(cache, { recursive: true });
  // The engine takes this folder for that of the program.
  const folder = mkdtempSync(join(cache, "docker-"));
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  process.chdir(folder);
  const stack = await engineStack(project, () => Promise.resolve(new Target(says).outputs));

  return {
    says,
    stack,
    folder,
    project,
    name,
    port,
    async run(...command) {
      return (await docker.run("exec", name, ...command)).trim();
    },
    async ours() {
      const kinds = ["container", "network", "volume"] as const;
      return (await Promise.all(kinds.map((kind) => docker.names(kind, ownedBy)))).flat().sort();
    },
    async close() {
      try {
        await stack.destroy();
        await stack.remove();
      } finally {
        process.chdir(checkout);
        rmSync(folder, { recursive: true, force: true });
        // By its name: tests make things that are not labelled as its own.
        await docker.removeAllOf(name);
      }
    },
  };
}
