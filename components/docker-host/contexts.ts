import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { shellWord } from "./text";

/** Environment variables, such as those of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What `docker context create` writes into `~/.docker/contexts/meta/<hash>/meta.json`, as far as it matters here. */
const metadata = z.object({
  Name: z.string(),
  Endpoints: z.object({ docker: z.object({ Host: z.string() }).optional() }).default({}),
});

/**
 * The address of a Docker context. Docker's provider looks below the home folder, whatever DOCKER_CONFIG says, and takes
 * the address only.
 *
 * @throws Error in one line if the context doesn't exist, or needs more than its address.
 */
export function hostOfContext(name: string, environment: Environment): string {
  const contexts = join(environment["HOME"] ?? homedir(), ".docker", "contexts");
  const host = hostIn(join(contexts, "meta"), name);
  if (host === undefined) {
    throw new Error(
      `Docker context '${name}' isn't in ${contexts}: check its name with \`docker context ls\`` +
        (name === "default" ? ", or unset the context for the local Docker" : ""),
    );
  }
  const certificates = join(contexts, "tls", createHash("sha256").update(name).digest("hex"), "docker");
  if (existsSync(certificates)) {
    throw new Error(
      `Docker context '${name}' has TLS certificates, which Docker's provider ignores: run \`pulumi config rm docker:context\`, ` +
        `\`pulumi config set docker:host ${host}\` and \`pulumi config set docker:certPath ${shellWord(certificates)}\``,
    );
  }
  return host;
}

/** The context that `docker context use` chose; undefined for the local Docker. */
export function currentContext(
  environment: Environment,
): { readonly name: string; readonly host: string | undefined } | undefined {
  const folder = environment["DOCKER_CONFIG"] ?? join(environment["HOME"] ?? homedir(), ".docker");
  const config = z
    .object({ currentContext: z.string().optional() })
    .safeParse(readJson(join(folder, "config.json")));
  const name = config.data?.currentContext ?? "";
  if (name === "" || name === "default") return undefined;
  return { name, host: hostIn(join(folder, "contexts", "meta"), name) };
}

function hostIn(folder: string, name: string): string | undefined {
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  for (const entry of entries) {
    const { data } = metadata.safeParse(readJson(join(folder, entry, "meta.json")));
    if (data?.Name === name) return data.Endpoints.docker?.Host;
  }
  return undefined;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch {
    // Not there, or not Docker's: both mean that no context is told here.
    return undefined;
  }
}
