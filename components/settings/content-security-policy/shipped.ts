import { compare, type Version, versionOf } from "../version";

/** Directives of a content security policy, each with its sources: `{ "img-src": ["'self'", "data:"] }`. */
export type Directives = Readonly<Record<string, readonly string[]>>;

/** The sources of ownCloud Web's app store. */
const APP_STORE = "https://raw.githubusercontent.com/owncloud/awesome-ocis/";

const FIRST: Directives = {
  "child-src": ["'self'"],
  "connect-src": ["'self'"],
  "default-src": ["'none'"],
  "font-src": ["'self'"],
  "frame-ancestors": ["'self'"],
  "frame-src": ["'self'", "blob:", "https://embed.diagrams.net/"],
  "img-src": ["'self'", "data:", "blob:"],
  "manifest-src": ["'self'"],
  "media-src": ["'self'"],
  "object-src": ["'self'", "blob:"],
  "script-src": ["'self'", "'unsafe-inline'"],
  "style-src": ["'self'", "'unsafe-inline'"],
};

const WITH_APP_STORE: Directives = {
  ...FIRST,
  "connect-src": ["'self'", APP_STORE],
  "img-src": ["'self'", "data:", "blob:", APP_STORE],
};

/** What oCIS ships, by the version that brought it; the newest is also the guide's, but for `frame-ancestors`. */
const SHIPPED: readonly { readonly since: Version; readonly directives: Directives }[] = [
  { since: [6, 0], directives: FIRST },
  // With ownCloud Web 10.1 and its app store (owncloud/web#11302).
  { since: [6, 3], directives: WITH_APP_STORE },
  // owncloud/ocis#9993
  { since: [6, 4], directives: { ...WITH_APP_STORE, "connect-src": ["'self'", "blob:", APP_STORE] } },
];

/** The newest oCIS whose policy was looked up. */
const NEWEST_KNOWN: Version = [8, 2];

/** The policy that an image's oCIS ships; the newest known one without a version. */
export function shippedDirectives(image = ""): Directives {
  const version = versionOf(image);
  const known = SHIPPED.filter(({ since }) => version === undefined || compare(since, version) <= 0);
  return known.at(-1)?.directives ?? FIRST;
}

/** Why the policy of this image's oCIS may be another one than ours; undefined for a known version, and for none. */
export function unknownPolicyWarning(image: string): string | undefined {
  const version = versionOf(image);
  if (version === undefined || compare(version, NEWEST_KNOWN) <= 0) return undefined;
  return (
    `${image} may ship another content security policy than oCIS ${NEWEST_KNOWN.join(".")}, the newest one known here: if pages of ` +
    "oCIS stay empty, update this package, or add what the browser's console names to contentSecurityPolicy.extend"
  );
}

/** How the shipped policies of two images differ: `connect-src gains blob:`. Empty if they don't, or if a version is missing. */
export function shippedPolicyChanges(before: string, after: string): string[] {
  if (versionOf(before) === undefined || versionOf(after) === undefined) return [];
  const [old, fresh] = [shippedDirectives(before), shippedDirectives(after)];
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
