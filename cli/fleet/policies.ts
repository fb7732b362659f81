import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Job } from "./jobs";
import type { OperationOptions } from "./options";

/** What every company must satisfy, as absolute paths. @throws Error in one line if a file isn't there */
export function policiesOf(options: OperationOptions): Pick<Job, "policyPacks" | "policyPackConfigs"> {
  const { "policy-pack": pack, "policy-pack-config": settings } = options;
  if (pack !== undefined && !existsSync(join(pack, "PulumiPolicy.yaml"))) {
    throw new Error(
      `--policy-pack: ${pack} has no PulumiPolicy.yaml: use a policy pack's folder, such as node_modules/@ocis-pocket-id/policy`,
    );
  }
  if (settings !== undefined && !existsSync(settings)) {
    throw new Error(
      `--policy-pack-config: ${settings} doesn't exist: use a JSON file with the policies' options`,
    );
  }
  return {
    policyPacks: pack === undefined ? [] : [resolve(pack)],
    policyPackConfigs: settings === undefined ? [] : [resolve(settings)],
  };
}
