import { type Directives, OCIS, type Product } from "../products";
import { compare, versionOf } from "../version";

/** The policy that an image's oCIS ships; the newest known one without a version. */
export function shippedDirectives({ policies }: Product, image = ""): Directives {
  const version = versionOf(image);
  const known = policies.filter(({ since }) => version === undefined || compare(since, version) <= 0);
  return (known.at(-1) ?? policies[0])?.directives ?? {};
}

/** Why the policy of this image's oCIS may be another one than ours; undefined for a known version, and for none. */
export function unknownPolicyWarning(image: string, product = OCIS): string | undefined {
  const { title, newestKnownPolicy: newest } = product;
  const version = versionOf(image);
  if (version === undefined || compare(version, newest) <= 0) return undefined;
  return (
    `${image} may ship another content security policy than ${title} ${newest.join(".")}, the newest one known here: if pages of ` +
    `${title} stay empty, update this package, or add what the browser's console names to contentSecurityPolicy.extend`
  );
}

/** How the shipped policies of two images differ: `connect-src gains blob:`. Empty if they don't, or if a version is missing. */
export function shippedPolicyChanges(before: string, after: string, product = OCIS): string[] {
  if (versionOf(before) === undefined || versionOf(after) === undefined) return [];
  const [old, fresh] = [shippedDirectives(product, before), shippedDirectives(product, after)];
  return Object.keys({ ...old, ...fresh }).flatMap((directive) => {
    const [had, has] = [old[directive] ?? [], fresh[directive] ?? []];
    const gained = has.filter((source) => !had.includes(source));
    const lost = had.filter((source) => !has.includes(source));
    return [
      ...(gained.length > 0 ? [`${directive} gains ${gained.join(" and ")}`] : []),
      ...(lost.length > 0 ? [`${directive} loses ${lost.join(" and ")}`] : []),
    ];
  });
}
