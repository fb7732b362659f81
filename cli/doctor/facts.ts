import type { Change } from "@ocis-pocket-id/providers/core";

/** What one question over HTTP brought: an answer, or the reason why there is none. Never holds a key or a token. */
export type Answer =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** By the clock of this machine. */
      readonly receivedAt: Date;
    }
  | { readonly failure: string };

/** The two services, as people call them. */
export type Service = "Pocket ID" | "oCIS";

/** The clock of a service, or of the proxy before it, compared with this machine's. */
export interface ClockFacts {
  readonly service: Service;
  /** Milliseconds; negative for a clock that is behind. */
  readonly aheadMs: number;
}

/** The certificate that a host shows. */
export interface CertificateFacts {
  readonly service: Service;
  /** With the port unless that is 443. */
  readonly host: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Node's word for what is wrong with it: `SELF_SIGNED_CERT_IN_CHAIN`; undefined for nothing. */
  readonly problem: string | undefined;
}

/** The discovery document as far as logins need it. Source: OpenID Connect Discovery 1.0, section 3. */
export interface DiscoveryFacts {
  readonly issuer: string;
  /** URLs by what people call them. */
  readonly endpoints: Readonly<Partial<Record<Endpoint, string>>>;
}

export type Endpoint = "token endpoint" | "userinfo endpoint" | "key set";

/** What a browser on an oCIS page would be answered. */
export interface CrossOriginFacts {
  /** In words: `token endpoint`. */
  readonly endpoint: string;
  readonly url: string;
  /** `OPTIONS` is the browser's question whether it may ask. */
  readonly method: "GET" | "POST" | "OPTIONS";
  readonly answer: Answer;
}

/** What oCIS answers. */
export interface OcisFacts {
  readonly front: Answer;
  readonly discovery: Answer;
  readonly configuration: Answer;
}

/** What came of speaking to Pocket ID with the key. */
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
  /** Whether it refuses logins that aren't announced by a pushed authorization request. */
  readonly pushedRequests: boolean;
  /** Whatever isn't as the stack's last `up` left it, in words. */
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

/** A person, and what Pocket ID would say of them at a login. */
export interface PersonFacts {
  readonly username: string;
  readonly disabled: boolean;
  /** The value of the role's claim on the person; undefined without one. */
  readonly ownValue: string | undefined;
  /** The person's groups that carry the role's claim or belong to this stack. */
  readonly groups: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly logins: readonly LoginFacts[];
}

/** A login that was not made, only computed by Pocket ID. */
export interface LoginFacts {
  /** In words: `web client`. */
  readonly client: string;
  readonly outcome:
    | { readonly kind: "claims"; /** Undefined without the claim. */ readonly role: unknown }
    | { readonly kind: "refused" }
    | { readonly kind: "failed"; readonly reason: string };
}
