import { plainName } from "@ocis-pocket-id/components/docker-host";
import { sharedName } from "@ocis-pocket-id/components/kubernetes";
import { CONNECTION_KEYS, ENVIRONMENT_VARIABLES, openPocketId } from "@ocis-pocket-id/providers/pocket-id";
import { dump } from "js-yaml";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { engineError } from "../engine/programs";
import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { checkConfiguration, fullConfig } from "../fleet/new-company";
import { createStack, type StackSecret } from "../fleet/temporary-stack";
import { printJson } from "../output";
import { openProject } from "../stacks";
import { companyNameProblem, projectFolder } from "../stacks/files";
import { engineVariables, readProjectFile } from "../stacks/project";
import { readCompose } from "./compose";
import { readContainer } from "./container";
import { readKubernetes } from "./kubernetes";
import { importSetup } from "./mapping";
import type { ImportCommandOptions } from "./options";
import { authorityOf } from "./places";
import { type Outcome, reportJson, reportText } from "./report";
import type { Setup } from "./setup";

/** Stands in for a key that isn't known yet; never written or sent. */
const ANY_KEY = "unknown";

/** Writes the stack file of an oCIS that was set up by hand, and prints how it differs. Docker, Kubernetes and Pocket ID are only read. */
export async function runImport(options: ImportCommandOptions): Promise<ExitCode> {
  const { stack = "" } = options;
  const problem = companyNameProblem(stack);
  if (problem !== undefined) throw new Error(problem);
  const directory = projectFolder(resolve(options.cwd));
  const file = join(directory, `Pulumi.${stack}.yaml`);
  if (existsSync(file)) throw new Error(`${file} already exists: choose another name with --stack`);
  const { name: project } = await readProjectFile(directory);

  const setup = await setupOf(options);
  const inDocker = plainName(`${project}-${stack}-ocis`);
  const newName = setup.runsIn === "docker" ? inDocker : sharedName(inDocker);
  const pocketId = pocketIdOf(await authorityOf(setup));
  const imported = await importSetup(setup, { newName, pocketId, members: options.members, isTrusted });
  const all = { ...imported.config, ...urlOf(imported.config["issuer"]) };
  const { secretEnvironment } = imported;
  const apiKey = pocketId && process.env[ENVIRONMENT_VARIABLES.apiKey];
  checkConfiguration({ config: withSecrets(all, secretEnvironment), apiKey: apiKey ?? ANY_KEY });
  const config = fullConfig(project, { config: all });
  const outcome: Outcome = {
    ...{ setup, imported, stack, config, newName },
    hasKey: apiKey !== undefined,
    file: options["dry-run"] ? undefined : file,
  };
  if (!options["dry-run"]) {
    const [blocker] = imported.blockers;
    if (blocker !== undefined) throw new Error(`no stack file is written: ${blocker}`);
    const secrets = Object.entries(secretEnvironment).map(([name, value]): StackSecret => ({
      key: `${project}:extraEnvironment.${name}`,
      value,
    }));
    if (apiKey !== undefined) secrets.push({ key: CONNECTION_KEYS.apiKey, value: apiKey.trim() });
    await writeStack(options, file, config, secrets);
  }
  if (options.json) printJson(reportJson(outcome));
  else process.stdout.write(reportText(outcome));
  return EXIT_CODES.fine;
}

async function setupOf(options: ImportCommandOptions): Promise<Setup> {
  const { compose, service, container, "docker-host": host, "docker-context": context } = options;
  const { namespace, workload, kubeconfig, "kube-context": kubeContext } = options;
  if (namespace !== undefined)
    return readKubernetes({ namespace, workload, kubeconfig, context: kubeContext });
  return container === undefined
    ? readCompose(compose, service)
    : readContainer(container, { host, context });
}

/** Pocket ID as the environment names it; undefined without a key. */
function pocketIdOf(authority: string | undefined) {
  const [url, apiKey] = [ENVIRONMENT_VARIABLES.url, ENVIRONMENT_VARIABLES.apiKey].map((name) =>
    process.env[name]?.trim(),
  );
  if (!apiKey) return undefined;
  if (!url) {
    throw new Error(
      `${ENVIRONMENT_VARIABLES.apiKey} is set without ${ENVIRONMENT_VARIABLES.url}, to which it's sent: set both, or none`,
    );
  }
  return openPocketId((key) => (key === CONNECTION_KEYS.caCertificate ? authority : undefined));
}

/** Pocket ID's API may be elsewhere than its issuer. */
function urlOf(issuer: unknown): Readonly<Record<string, string>> {
  const url = process.env[ENVIRONMENT_VARIABLES.url]?.trim().replace(/\/+$/, "") ?? "";
  return url === "" || url === issuer ? {} : { [CONNECTION_KEYS.url]: url };
}

/** The configuration as the program gets it. */
function withSecrets(
  config: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  if (Object.keys(secrets).length === 0) return config;
  return {
    ...config,
    extraEnvironment: { ...(config["extraEnvironment"] as object | undefined), ...secrets },
  };
}

const TRUST_MS = 10_000;

async function isTrusted(issuer: string): Promise<boolean> {
  try {
    await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(TRUST_MS) });
    return true;
  } catch {
    return false;
  }
}

/** Writes the file, and creates the stack, which encrypts the secrets into it. If one fails, nothing is left. */
async function writeStack(
  options: ImportCommandOptions,
  file: string,
  config: Readonly<Record<string, unknown>>,
  secrets: readonly StackSecret[],
): Promise<void> {
  const opened = await openProject(options);
  const { engine, name: project, directory: folder } = opened;
  const { stack: company = "", "secrets-provider": secretsProvider } = options;
  if ((await opened.stacks()).some(({ name }) => name === company)) {
    throw new Error(`the backend already has a stack '${company}': choose another name with --stack`);
  }
  const { variables, fix } = await opened.passphraseOf(company);
  // Fails if someone else has written it in the meantime.
  await writeFile(file, dump({ config }, { lineWidth: -1, noRefs: true }), { flag: "wx" });
  const environment = { ...engineVariables(engine), ...variables };
  try {
    await createStack({ engine, project, company, folder, environment, secretsProvider, secrets });
  } catch (error) {
    await rm(file, { force: true });
    throw engineError(`stack '${company}' can't be created`, error, fix);
  }
}
