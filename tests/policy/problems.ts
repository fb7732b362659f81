import type { ResourceValidationArgs } from "@pulumi/policy";
import { policyOf } from "../../policy/pack";
import type { Rule } from "../../policy/rules/rule";

type Proxy = (props: object) => Record<string, unknown>;
const { unknownCheckingProxy } = jest.requireActual<{ unknownCheckingProxy: Proxy }>("@pulumi/policy/proxy");

/** Stands for what isn't known at a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What a policy reports about a resource, whose inputs it gets as from Pulumi's own server. */
export function problemsOf<Options extends object>(
  rule: Rule<Options>,
  type: string,
  props: object,
  options: object = {},
): string[] {
  const { validateResource } = policyOf(rule);
  if (typeof validateResource !== "function") throw new Error("not one function");
  const args = {
    ...{ type, urn: `urn:pulumi:acme::ocis-pocket-id::${type}::one`, name: "one" },
    ...{ props: unknownCheckingProxy(props), getConfig: () => options },
  };
  const problems: string[] = [];
  void validateResource(args as unknown as ResourceValidationArgs, (message) => problems.push(message));
  return problems;
}
