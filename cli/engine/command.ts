import { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { createRequire } from "node:module";
import type * as semver from "semver";
import { ENGINE_VERSION, pulumiHome } from "./engine";
import { bounded } from "./programs";

/** Starting a program of a hundred megabytes takes a while from a cold or network disk. */
const ANSWER_LIMIT = 30_000;
/** For a slow connection; a host that doesn't answer at all fails within seconds. */
const INSTALL_LIMIT = 15 * 60 * 1000;

/** The `pulumi` in a root, or on PATH, if it answers to `pulumi version`. */
export function commandOf(cache: string, root?: string): Promise<PulumiCommand> {
  const restore = setOwnHome(cache);
  try {
    // The process has started when `get` returns: the home needn't stay ours until it answers.
    const answer = PulumiCommand.get({ ...(root === undefined ? {} : { root }), skipVersionCheck: true });
    return bounded(answer, ANSWER_LIMIT, '"pulumi version"');
  } finally {
    restore();
  }
}

/** Installs the official CLI into a root, with the installer from get.pulumi.com. */
export async function installCommand(cache: string, root: string): Promise<void> {
  // Semver is a dependency of Pulumi, not ours, so it is loaded from there.
  const load = createRequire(require.resolve("@pulumi/pulumi/automation/cmd"));
  const { SemVer } = load("semver") as typeof semver;
  const restore = setOwnHome(cache);
  try {
    const version = new SemVer(ENGINE_VERSION);
    await bounded(PulumiCommand.install({ version, root }), INSTALL_LIMIT, "the download");
  } finally {
    restore();
  }
}

/** Even `pulumi version` writes a log into PULUMI_HOME, which PulumiCommand takes from this process only. */
function setOwnHome(cache: string): () => void {
  const before = process.env["PULUMI_HOME"];
  process.env["PULUMI_HOME"] = pulumiHome(cache);
  return () => {
    if (before === undefined) Reflect.deleteProperty(process.env, "PULUMI_HOME");
    else process.env["PULUMI_HOME"] = before;
  };
}
