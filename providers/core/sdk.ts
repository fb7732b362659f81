/**
 * The parts of Pulumi's SDK that programs need. Its main module also loads the Automation API and TypeScript's compiler, which
 * makes each run a third of a second longer.
 */
export { Config } from "@pulumi/pulumi/config";
export * as log from "@pulumi/pulumi/log";
export { getProject, getStack } from "@pulumi/pulumi/metadata";
export * from "@pulumi/pulumi/output";
export * from "@pulumi/pulumi/resource";
export type { InvokeOptions } from "@pulumi/pulumi/invoke";
export { allConfig } from "@pulumi/pulumi/runtime/config";
export { isDryRun } from "@pulumi/pulumi/runtime/settings";
export { getStackResource } from "@pulumi/pulumi/runtime/stack";
