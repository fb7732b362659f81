import { createHash } from "node:crypto";
import { dockerName } from "../container";
import type { KubernetesTargetArgs } from "./arguments";

const LONGEST = 63;

/** A DNS label of a text. One that is too long ends in a hash of it, so that two never become the same. */
export function dnsLabel(text: string, longest = LONGEST): string {
  const label = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (label.length <= longest) return label;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `${label.slice(0, longest - 9).replace(/-$/, "")}-${hash}`;
}

/**
 * Names of the objects of a component: in a namespace of its own they are short, in one that others use they tell whose they are.
 * What a StatefulSet calls its pods and revisions needs some letters more.
 */
export function objectNames(
  component: string,
  key: string,
  args: Pick<KubernetesTargetArgs, "namespace" | "createNamespace">,
) {
  const { namespace = dnsLabel(dockerName(component)), createNamespace = true } = args;
  const base = createNamespace ? key : dnsLabel(dockerName(component), LONGEST - 16);
  return {
    namespace,
    base,
    config: `${base}-config`,
    data: `${base}-data`,
    files: `${base}-files`,
    secrets: `${base}-secrets`,
    tls: `${base}-tls`,
  };
}
