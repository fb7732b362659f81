import * as pulumi from "@pulumi/pulumi";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { swarmTarget, type SwarmTargetArgs, workload } from "../../components/targets";
import type { Docker } from "../support/docker";
import { type EngineStack, engineStack } from "../support/engine";
import { freePort } from "../support/free-port";
import { uniqueName } from "../support/pocket-id";
import { STAND_IN } from "./stand-in";
import { ISSUER } from "./target-stack";

/** What the program says; tests change it between runs. */
export interface SwarmSays {
  csp: string;
  environment: Record<string, string>;
  secretEnvironment: Record<string, string>;
  args: SwarmTargetArgs;
}

/** A stack of the swarm target alone, in a project of its own. */
export interface SwarmStack {
  readonly says: SwarmSays;
  readonly stack: EngineStack;
  /** Name of the service, and what the names of the volumes begin with. */
  readonly name: string;
  readonly port: number;
  /** What a command prints in the running task's container. */
  run(...command: string[]): Promise<string>;
  /** Names of this stack's configs and secrets in the Swarm. */
  files(): Promise<string[]>;
  close(): Promise<void>;
}

class Target extends pulumi.ComponentResource {
  constructor({ csp, environment, secretEnvironment, args }: SwarmSays) {
    super("ocis-pocket-id:index:OcisWithPocketId", "ocis", {}, {});
    const settings = {
      ...{ url: "https://ocis.company.com", issuer: ISSUER, environment, contentSecurityPolicy: csp },
      secretEnvironment: pulumi.secret(secretEnvironment),
    };
    const { summary } = swarmTarget("ocis", workload(settings, args), args, { parent: this });
    this.registerOutputs({
      ...{ ocisUrl: settings.url, issuer: ISSUER, clientId: "ocis.company.com" },
      deployment: summary,
    });
  }
}

/** Makes this Docker a Swarm of one node that only this machine can reach. Returns how to leave it, unless it was one before. */
export async function joinSwarm(docker: Docker): Promise<() => Promise<void>> {
  const state = await docker.run("info", "--format", "{{.Swarm.LocalNodeState}}");
  if (state.trim() === "active") return () => Promise.resolve();
  const loopback = ["--advertise-addr", "127.0.0.1", "--data-path-addr", "127.0.0.1"];
  await docker.run("swarm", "init", "--listen-addr", "127.0.0.1:2377", ...loopback);
  return async () => {
    await docker.run("swarm", "leave", "--force");
  };
}

export async function openSwarmStack(docker: Docker): Promise<SwarmStack> {
  const project = uniqueName("swarm");
  const name = `${project}-test-ocis`;
  const port = await freePort();
  const says: SwarmSays = {
    csp: "directives:\n  default-src:\n    - '''none'''\n",
    environment: {
      OCIS_OIDC_ISSUER: ISSUER,
      PROXY_CSP_CONFIG_FILE_LOCATION: "/etc/ocis/csp.yaml",
      SPECIAL: 'it\'s $HOME = "ü" # x',
    },
    secretEnvironment: { DB_DSN: "it's `hush-hush` $HOME\n" },
    args: { image: STAND_IN, publish: { port }, readiness: { timeoutSeconds: 90 } },
  };
  const checkout = process.cwd();
  const cache = join(checkout, ".cache", "tests");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "swarm-"));
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  process.chdir(folder);
  const stack = await engineStack(project, () => {
    new Target(says);
    return Promise.resolve({});
  });
  const container = async () => {
    const filter = `label=com.docker.swarm.service.name=${name}`;
    const printed = await docker.run("ps", "--filter", filter, "--format", "{{.Names}}");
    return printed.trim();
  };
  const files = async () => {
    const kinds = ["config", "secret"].map((kind) => docker.run(kind, "ls", "--format", "{{.Name}}"));
    const names = (await Promise.all(kinds)).flatMap((printed) => printed.split("\n"));
    return names.filter((file) => file.startsWith(name)).sort();
  };
  return {
    ...{ says, stack, name, port, files },
    async run(...command) {
      return (await docker.run("exec", await container(), ...command)).trim();
    },
    async close() {
      try {
        await stack.destroy();
        await stack.remove();
      } finally {
        process.chdir(checkout);
        rmSync(folder, { recursive: true, force: true });
        await docker.run("service", "rm", name).catch(() => "");
        await docker.removeAllOf(name);
        for (const kind of ["config", "secret"]) {
          for (const file of await files()) await docker.run(kind, "rm", file).catch(() => "");
        }
      }
    },
  };
}
