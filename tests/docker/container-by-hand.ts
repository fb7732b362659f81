import { runDrift } from "../cli/drift-run";
import type { Docker } from "../support/docker";
import { openTargetStack, type TargetStack } from "./target-stack";

const VARIABLES = {
  OCIS_URL: "https://ocis.company.com",
  PROXY_CSP_CONFIG_FILE_LOCATION: "/etc/ocis/csp.yaml",
  DB_DSN: "postgres://ocis:must-not-be-seen@db/ocis",
  // Ours, with the program's value.
  OCIS_INSECURE: "must-not-be-seen",
};

/** What of `docker run`'s arguments a test changes; as they are written there. */
export interface CreateOptions {
  readonly image: string;
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly labels: readonly string[];
  readonly mounts: readonly string[];
  readonly ports: readonly string[];
  readonly hosts: readonly string[];
}

interface Inspected {
  readonly Config: {
    readonly Image: string;
    readonly Cmd: readonly string[];
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly HostConfig: {
    readonly Mounts: readonly { Type: string; Source: string; Target: string; ReadOnly?: boolean }[];
    readonly PortBindings: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[]>>;
    readonly ExtraHosts: readonly string[] | null;
  };
}

/** A container that a real `up` has made, and what a person can do to it past the engine. */
export class ContainerByHand {
  private constructor(
    readonly docker: Docker,
    private readonly target: TargetStack,
  ) {}

  static async open(docker: Docker): Promise<ContainerByHand> {
    const target = await openTargetStack(docker);
    target.says.args = { ...target.says.args, readiness: false };
    const by = new ContainerByHand(docker, target);
    await by.upWith({});
    return by;
  }

  get name() {
    return this.target.name;
  }

  get folder() {
    return this.target.folder;
  }

  get stack() {
    return this.target.stack;
  }

  /** Lets the program give the container these secret variables too, and runs an `up`. */
  async upWith(secretEnvironment: Record<string, string>): Promise<void> {
    Object.assign(this.target.says, { environment: VARIABLES, secretEnvironment });
    await this.stack.up();
  }

  drift(environment: Readonly<Record<string, string>> = {}, ...options: readonly string[]) {
    return runDrift(this.stack, options, { folder: this.folder, environment });
  }

  /** A line of `drift` with what stands for this run's name and port. */
  plain(line: string): string {
    return line.replaceAll(this.name, "NAME").replaceAll(String(this.target.port), "PORT");
  }

  /** What `docker run` with other arguments makes of the container: everything else stays, except its health check. */
  async recreate(change: (options: CreateOptions) => CreateOptions): Promise<void> {
    const { name, docker } = this;
    const options = change(optionsOf(await docker.inspect<Inspected>("container", name)));
    await docker.run("rm", "--force", "--volumes", name);
    await docker.run("run", "--detach", "--name", name, "--network", name, ...wordsOf(options));
  }

  /** Stopped, removed with the volumes without a name that the image asks for, and made by the engine. */
  async replaced(): Promise<void> {
    await this.docker.run("stop", this.name);
    await this.docker.run("rm", "--volumes", this.name);
    await this.stack.up({ refresh: true });
  }

  close(): Promise<void> {
    return this.target.close();
  }
}

function optionsOf({ Config, HostConfig }: Inspected): CreateOptions {
  return {
    image: Config.Image,
    command: Config.Cmd,
    env: Config.Env,
    labels: Object.entries(Config.Labels).map(([label, value]) => `${label}=${value}`),
    mounts: HostConfig.Mounts.map(
      ({ Type, Source, Target, ReadOnly }) =>
        `type=${Type},source=${Source},target=${Target}${ReadOnly === true ? ",readonly" : ""}`,
    ),
    ports: Object.entries(HostConfig.PortBindings).flatMap(([inside, at]) =>
      at.map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}:${inside}`),
    ),
    hosts: HostConfig.ExtraHosts ?? [],
  };
}

function wordsOf({ image, command, env, labels, mounts, ports, hosts }: CreateOptions): string[] {
  const each = (option: string, values: readonly string[]) => values.flatMap((value) => [option, value]);
  return [
    ...["--restart", "always", "--stop-timeout", "30", "--cap-drop", "ALL"],
    ...["--security-opt", "no-new-privileges", "--entrypoint", "/bin/sh"],
    ...["--memory", "4096m", "--memory-swap", "-1"],
    ...each("--env", env),
    ...each("--label", labels),
    ...each("--mount", mounts),
    ...each("--publish", ports),
    ...each("--add-host", hosts),
    image,
    ...command,
  ];
}
