import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { OcisWithPocketIdArgs } from "./arguments";
import { resolved } from "./inputs";
import {
  contentSecurityPolicy,
  type ContentSecurityPolicyArgs,
  productOf,
  unknownPolicyWarning,
} from "./settings";

/**
 * The image of oCIS, on whose version settings depend. Which version it is isn't a secret, and settings shouldn't become one
 * by it.
 */
export function openImage({ target, product }: OcisWithPocketIdArgs): pulumi.Output<string> {
  return pulumi.unsecret(pulumi.output(target?.image ?? productOf(product).image));
}

/** The text of csp.yaml. A preview warns of an oCIS whose own policy isn't known here. */
export function policyOf(
  args: OcisWithPocketIdArgs,
  issuer: pulumi.Input<string>,
  component: pulumi.Resource,
): pulumi.Output<string> {
  const { contentSecurityPolicy: csp = {} } = args;
  const product = productOf(args.product);
  return resolved({ issuer, csp, image: openImage(args) }, (known) => {
    const policy = known.csp as ContentSecurityPolicyArgs;
    const warning = policy.mode === "replace" ? undefined : unknownPolicyWarning(known.image, product);
    if (warning !== undefined && pulumi.isDryRun()) void pulumi.log.warn(warning, component);
    return contentSecurityPolicy(known.issuer, policy, known.image, product);
  });
}
