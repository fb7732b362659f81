import { z } from "zod";
import { type Adoption, adoption, deleteAdopted } from "../core/adoption";
import type { Problem } from "../core/handler";
import { type ListMode, listMode } from "../core/list-mode";
import { server } from "../core/server";
import { text } from "../core/text";
import { callbackProblem } from "./callback-pattern";

/** What of a client is written in one call. */
export interface Fields {
  name: string;
  callbackUrls?: string[];
  logoutCallbackUrls?: string[];
  isPublic: boolean;
  pkceEnabled?: boolean;
  requiresReauthentication?: boolean;
  requiresPushedAuthorizationRequests?: boolean;
  skipConsent?: boolean;
  launchUrl?: string;
  description?: string;
  accessTokenDurationMinutes?: number;
  refreshTokenDurationMinutes?: number;
  federatedIdentities?: { issuer: string; subject?: string; audience?: string; jwks?: string }[];
  restricted: boolean;
}

export interface Inputs extends Fields {
  clientId?: string;
  defaultClientId?: string;
  allowedUserGroupIds?: string[];
  allowedUserGroupsMode: ListMode;
  allowNobody: boolean;
  adopt: Adoption;
  deleteAdopted: boolean;
  server?: string;
}

const set = z.array(z.string()).transform((values) => [...new Set(values)].sort());

const callbacks = z
  .array(
    z.string().check(({ value, issues }) => {
      const problem = callbackProblem(value);
      if (problem !== undefined) issues.push({ code: "custom", input: value, message: problem });
    }),
  )
  .transform((values) => [...new Set(values)].sort())
  .optional();

const clientId = z
  .string()
  .regex(
    /^[a-zA-Z0-9._-]{2,128}$/,
    "must have 2 to 128 letters, digits, dots, underscores and hyphens, no others",
  )
  .refine((id) => id !== "..", { error: "'..' cannot be addressed in a URL" })
  .optional();
const flag = z.boolean({ error: "must be true or false" }).optional();
const minutes = z
  .int({ error: "must be a whole number" })
  .min(1, "must be 1 to 525600 minutes")
  .max(525_600, "must be 1 to 525600 minutes")
  .optional();
/** As Pocket ID reads URLs, with Go's net/url: stricter than the standard. */
const absoluteUrl = z
  .string()
  .refine((text) => URL.canParse(text) && !/\p{Cc}|%(?![0-9a-f]{2})/iu.test(text), {
    error: "must be an absolute URL, with %25 for a percent sign that stands for itself",
  });

export const inputs = z.object({
  name: text(1, 50),
  clientId,
  defaultClientId: clientId,
  callbackUrls: callbacks,
  logoutCallbackUrls: callbacks,
  isPublic: z.boolean({ error: "must be true or false" }).default(false),
  pkceEnabled: flag,
  requiresReauthentication: flag,
  requiresPushedAuthorizationRequests: flag,
  skipConsent: flag,
  launchUrl: absoluteUrl.optional(),
  description: text(0, 150).optional(),
  accessTokenDurationMinutes: minutes,
  refreshTokenDurationMinutes: minutes,
  federatedIdentities: z
    .array(
      z.strictObject({
        issuer: absoluteUrl,
        subject: z.string().optional(),
        audience: z.string().optional(),
        jwks: absoluteUrl.optional(),
      }),
    )
    .optional(),
  restricted: z.boolean({ error: "must be true or false" }).default(true),
  allowedUserGroupIds: set.optional(),
  allowedUserGroupsMode: listMode,
  allowNobody: z.boolean({ error: "must be true or false" }).default(false),
  adopt: adoption,
  deleteAdopted,
  server,
});

/** What several properties together tell. */
export function combinationProblems(known: Partial<Inputs>, hasUnknownGroups: boolean): Problem[] {
  const problems: Problem[] = [];
  const groups = known.allowedUserGroupIds;
  if (known.isPublic === true && known.pkceEnabled === false) {
    problems.push({
      property: "pkceEnabled",
      reason: "a public client always uses PKCE: leave it out, or set true",
    });
  }
  if (
    known.restricted === true &&
    !hasUnknownGroups &&
    known.allowNobody !== true &&
    (groups ?? []).length === 0
  ) {
    problems.push({
      property: "allowedUserGroupIds",
      reason:
        "a restricted client needs the groups whose members may log in; set restricted: false for everybody, or " +
        "allowNobody: true if nobody is meant",
    });
  }
  if (known.restricted === false && groups !== undefined && groups.length > 0) {
    problems.push({
      property: "allowedUserGroupIds",
      reason: "has no effect with restricted: false, which lets everybody log in: leave one of them out",
    });
  }
  return problems;
}
