import { PulumiCommand } from "@pulumi/pulumi/automation";
import { createRequire } from "node:module";
import type * as semver from "semver";
import { ENGINE_VERSION, pulumiHome } from "./cache";
import { bounded } from "./reason";

/** Starting a program of a hundred megabytes takes a while from a cold or a network disk. */
const ANSWER_LIMIT = 30_000;
/** For a slow line; a host that does not answer at all fails within seconds by itself. */
const INSTALL_LIMIT = 15 * 60 * 1000;

/** The `pulumi` in a root, or on PATH, when it answers to `pulumi version`. */
export async function commandOf(cache: string, root?: string): Promise<PulumiCommand> {
  const restore = ownHome(cache);
  let answer: Promise<PulumiCommand>;
  try {
    // It has started its process when it returns: the home need not stay ours until the answer.
    answer = PulumiCommand.get({ ...(root === undefined ? {} : { root }), skipVersionCheck: true });
  } finally {
    restore();
  }
  return bounded(answer, ANSWER_LIMIT, `"pulumi version"`);
}

/** Installs the official CLI into a root, by the installer from get.pulumi.com. */
export async function installCommand(cache: string, root: string): Promise<void> {
  const restore = ownHome(cache);
  try {
    await bounded(PulumiCommand.install({ version: pinned(), root }), INSTALL_LIMIT, "the download");
  } finally {
    restore();
  }
}

/** Even `pulumi version` writes a log into PULUMI_HOME, and the Automation API lets only our own variables say which. */
function ownHome(cache: string): () => void {
  const before = process.env["PULUMI_HOME"];
  process.env["PULUMI_HOME"] = pulumiHome(cache);
  return () => {
    if (before === undefined) Reflect.deleteProperty(process.env, "PULUMI_HOME");
    else process.env["PULUMI_HOME"] = before;
  };
}

/** The version as the class that `install` wants: semver is Pulumi's dependency, not ours, so it is loaded from there. */
function pinned(): semver.SemVer {
  const load = createRequire(require.resolve("@pulumi/pulumi/automation"));
  const { SemVer } = load("semver") as typeof semver;
  return new SemVer(ENGINE_VERSION);
}
