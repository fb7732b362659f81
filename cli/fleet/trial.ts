import { copyFile, mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Job } from "./jobs";

/**
 * Previews a company that was never up. The engine needs a stack in a backend, and creating one would change the user's backend
 * and stack file. So it gets a temporary backend and a copy of the file.
 */
export async function onTrial<T>(job: Job, work: (trial: Job) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "ocis-pocket-id-preview-"));
  try {
    const stackFile = join(folder, basename(job.stackFile));
    await copyFile(job.stackFile, stackFile);
    const backend = join(folder, "backend");
    await mkdir(backend);
    const variables = {
      ...(await passphraseOf(job)),
      PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    };
    return await work({ ...job, stackFile, passphrase: { ...job.passphrase, variables } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file backend needs a passphrase, even if the user's own needs none and nothing is encrypted with one. */
async function passphraseOf({ passphrase, stackFile }: Job): Promise<Job["passphrase"]["variables"]> {
  const { PULUMI_CONFIG_PASSPHRASE: own, PULUMI_CONFIG_PASSPHRASE_FILE: file } = {
    ...process.env,
    ...passphrase.variables,
  };
  const isEncrypted = /^\s*encryptionsalt\s*:/m.test(await readFile(stackFile, "utf8"));
  const none = own === undefined && file === undefined && !isEncrypted;
  return none ? { ...passphrase.variables, PULUMI_CONFIG_PASSPHRASE: "" } : passphrase.variables;
}
