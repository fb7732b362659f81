import type { Version } from "../version";

/** The products that stacks can run. */
export type ProductKey = "ocis" | "opencloud";

/** The roles of every product, from most to least. */
export type RoleKey = "admin" | "spaceAdmin" | "user" | "guest";

/** A role and the group that carries it in Pocket ID's guide for the product. */
export interface Role {
  readonly key: RoleKey;
  /** The value in the product's built-in mapping; only a mounted proxy.yaml could change it. */
  readonly claimValue: string;
  /** The group's technical name in the guide. */
  readonly groupName: string;
  /** The group's friendly name, with the guide's spelling. */
  readonly friendlyName: string;
}

/** The three apps that log in by themselves. */
export type NativeClientKey = "desktop" | "ios" | "android";

/** An OIDC client whose ID is compiled into an app. */
export interface NativeClient {
  readonly key: NativeClientKey;
  /** Compiled into the app: no setting of the product or Pocket ID can change it. */
  readonly clientId: string;
  /** Shown to people on Pocket ID's consent page; the guide's spelling. */
  readonly name: string;
  /** Other names in use: those of the guide's headings, and the app's own spelling. */
  readonly otherNames: readonly string[];
  readonly callbackUrls: readonly string[];
}

/** Directives of a content security policy, each with its sources: `{ "img-src": ["'self'", "data:"] }`. */
export type Directives = Readonly<Record<string, readonly string[]>>;

/** A variable that changes what one of ours decides, or that no login survives. */
export interface Synonym {
  /** The variable of ours; undefined when the product's own default is what logins need. */
  readonly ours?: string;
  /** What it does, after its name: `takes the place of OCIS_OIDC_ISSUER`. */
  readonly effect: string;
}

/** All that differs between the products. The rest is the same code, because OpenCloud is a fork of oCIS. */
export interface Product {
  /** Also its command, a part of its paths (`/etc/ocis`), and of its default host (`ocis.<domain>`). */
  readonly key: ProductKey;
  /** Its name in messages. */
  readonly title: string;
  /** The name of its pages. */
  readonly web: string;
  /** What its own variables begin with: `OCIS_URL`. */
  readonly prefix: "OCIS" | "OC";
  readonly roles: readonly Role[];
  /** The default claim for the role. */
  readonly claimKey: string;
  /** The name of the web client, which people see at sign-in. */
  readonly webClientName: string;
  readonly nativeClients: readonly NativeClient[];
  /** The variable for a csp.yaml that replaces the built-in policy. */
  readonly policyVariable: string;
  /** The built-in policies, by the version that brought them. */
  readonly policies: readonly { readonly since: Version; readonly directives: Directives }[];
  /** The newest version whose policy was looked up. */
  readonly newestKnownPolicy: Version;
  /**
   * The default image: the newest known release of the production channel. Pinned, because an upgrade needs a backup first and
   * can't be undone: updating this package must not cause one. A change needs a release note.
   */
  readonly image: string;
  /** Names of upstream's images, without the tag. */
  readonly upstream: RegExp;
  /** The oldest major version that this package works with: the variable for csp.yaml came with it. */
  readonly oldestMajor: number;
  /** The version that can refuse tokens for other applications; undefined if none can. */
  readonly checksAudienceSince?: Version;
  /** Variables of its own that belong to the synonyms of oCIS's, by name. */
  readonly synonyms?: Readonly<Record<string, Synonym>>;
  /** Other reasons for variables than oCIS's, by name. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** What a version changes for people who come from an older one. */
  readonly changes: readonly (readonly [Version, string])[];
}
