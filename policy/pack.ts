import type { PolicyConfigSchema, ResourceValidationPolicy } from "@pulumi/policy";
import { backupsAreRecent } from "./rules/backups";
import { noWildcardCallbacks } from "./rules/callbacks";
import { clientsAreRestricted } from "./rules/clients";
import { imagesArePinned } from "./rules/images";
import { isObject, type Rule } from "./rules/rule";

/** All policies of the pack. */
export const POLICIES: readonly ResourceValidationPolicy[] = [
  policyOf(clientsAreRestricted),
  policyOf(noWildcardCallbacks),
  policyOf(imagesArePinned),
  policyOf(backupsAreRecent),
];

/** A rule as Pulumi runs it. */
export function policyOf<Options extends object>(rule: Rule<Options>): ResourceValidationPolicy {
  const { name, description, severity, options } = rule;
  const schemas: Readonly<Record<string, { readonly default: unknown }>> = options;
  const defaults = Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, schema.default]));
  return {
    name,
    description,
    severity,
    configSchema: { properties: options as PolicyConfigSchema["properties"] },
    validateResource(args, reportViolation) {
      const { type, urn, props } = args;
      if (!rule.appliesTo(type)) return;
      const chosen = { ...defaults, ...args.getConfig<Partial<Options>>() };
      // The engine checks values, but not names.
      for (const key of Object.keys(chosen)) {
        if (!(key in defaults)) {
          reportViolation(`the policy has no option '${key}': write ${Object.keys(defaults).join(" or ")}`);
        }
      }
      const known = knownIn(props);
      const subject = { type, urn, props: isObject(known) ? known : {} };
      for (const problem of rule.problems(subject, chosen as Options)) reportViolation(problem);
    },
  };
}

/** A copy without what isn't known yet: Pulumi throws if that is read, and then skips the policy for the whole resource. */
function knownIn(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = Object.keys(value).flatMap((key) => {
    try {
      return [[key, knownIn((value as Record<string, unknown>)[key])] as const];
    } catch {
      return [];
    }
  });
  return Array.isArray(value) ? known.map(([, entry]) => entry) : Object.fromEntries(known);
}
