import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadArgs } from "./arguments";
import type { Target, Workload } from "./workload";

/** A target of your own. */
export interface CustomTargetArgs extends WorkloadArgs {
  /** Declares the resources that run the workload, with `opts` for each. See "Add a target" in CONTRIBUTING.md. */
  deploy: (name: string, workload: Workload, opts: pulumi.CustomResourceOptions) => Target;
}

/** Calls a target that the program brings. */
export function customTarget(
  name: string,
  workload: Workload,
  { deploy }: CustomTargetArgs,
  opts: pulumi.CustomResourceOptions,
): Target {
  return deploy(name, workload, opts);
}
