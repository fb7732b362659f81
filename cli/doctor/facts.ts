import type { Change } from "@ocis-pocket-id/providers/core";

/** An HTTP answer, or the reason why there is none. Contains no key or token. */
export type Answer =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** By this machine's clock. */
      readonly receivedAt: Date;
    }
  | { readonly failure: string };

export type Service = "Pocket ID" | "oCIS";

/** The clock of a service, or of its proxy, compared with this machine's. */
export interface ClockFacts {
  readonly service: Service;
  /** Negative if it is behind. */
  readonly aheadMs: number;
}

/** The certificate of a host. */
export interface CertificateFacts {
  readonly service: Service;
  /** Includes a port other than 443. */
  readonly host: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Node's error code: `SELF_SIGNED_CERT_IN_CHAIN`; undefined if it is accepted. */
  readonly problem: string | undefined;
}

/** What logins need of the discovery document. Source: OpenID Connect Discovery 1.0, section 3. */
export interface DiscoveryFacts {
  readonly issuer: string;
  readonly endpoints: Readonly<Partial<Record<Endpoint, string>>>;
}

export type Endpoint = "token endpoint" | "userinfo endpoint" | "key set";

/** The answer to a browser on an oCIS page. */
export interface CrossOriginFacts {
  /** `token endpoint`. */
  readonly endpoint: string;
  readonly url: string;
  /** `OPTIONS` for a preflight. */
  readonly method: "GET" | "POST" | "OPTIONS";
  readonly answer: Answer;
}

/** Answers of oCIS. */
export interface OcisFacts {
  readonly front: Answer;
  readonly discovery: Answer;
  readonly configuration: Answer;
}

/** The result of a request to Pocket ID with the key. */
export type ApiFacts =
  | { readonly kind: "ok"; readonly version: string }
  | {
      readonly kind:
        "unconfigured" | "unreachable" | "unexpected" | "intercepted" | "too-old" | "refused" | "no-admin";
      readonly reason: string;
    };

/** A client as Pocket ID has it. */
export interface ClientFacts {
  readonly isPublic: boolean;
  readonly pkce: boolean;
  readonly callbackUrls: readonly string[];
  readonly logoutCallbackUrls: readonly string[];
  /** Whether it rejects logins without a pushed authorization request. */
  readonly pushedRequests: boolean;
  /** Differences from what the stack's last `up` left. */
  readonly changes: readonly Change[];
  readonly restricted: boolean;
  readonly allowedGroups: readonly { readonly id: string; readonly name: string }[];
}

/** A group as Pocket ID has it. */
export interface GroupFacts {
  readonly name: string;
  /** The value of the role's claim; undefined without one. */
  readonly claimValue: string | undefined;
  readonly members: number;
}

/** A person, and the claims that Pocket ID would return at a login. */
export interface PersonFacts {
  readonly username: string;
  readonly disabled: boolean;
  /** The value of the role's claim on the person; undefined without one. */
  readonly ownValue: string | undefined;
  /** The person's groups that carry the role's claim or belong to this stack. */
  readonly groups: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly logins: readonly LoginFacts[];
}

/** A login that Pocket ID only computes. */
export interface LoginFacts {
  /** `web client`. */
  readonly client: string;
  readonly outcome:
    | { readonly kind: "claims"; /** Undefined without the claim. */ readonly role: unknown }
    | { readonly kind: "refused" }
    | { readonly kind: "failed"; readonly reason: string };
}
