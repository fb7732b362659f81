import { ROLES } from "@ocis-pocket-id/components";
import { claimValue } from "@ocis-pocket-id/providers/pocket-id";

/** How oCIS reads the value of the role's claim. */
export type RoleVerdict =
  | { readonly kind: "role"; /** The value that applies. */ readonly value: string }
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly shown: string }
  | { readonly kind: "type"; readonly type: string };

const KNOWN = ROLES.map(({ claimValue }) => claimValue);

/**
 * A text or a list of texts. Of several roles the first of oCIS's mapping applies, which is ordered from admin to guest.
 *
 * @see owncloud/ocis, services/proxy/pkg/userroles/oidcroles.go
 */
export function roleIn(value: unknown): RoleVerdict {
  if (value === undefined) return { kind: "none" };
  const values: unknown = typeof value === "string" ? [value] : value;
  if (!Array.isArray(values)) return { kind: "type", type: typeName(value) };
  const wrong = (values as unknown[]).find((item) => typeof item !== "string");
  if (wrong !== undefined) return { kind: "type", type: `a list with ${typeName(wrong)}` };
  if (values.length === 0) return { kind: "none" };
  const role = KNOWN.find((known) => values.includes(known));
  return role === undefined ? { kind: "unknown", shown: values.join(", ") } : { kind: "role", value: role };
}

/** The role of a claim's text in oCIS; the text itself if it is none. */
export function roleOrText(text: string): string {
  const verdict = roleIn(claimValue(text));
  return verdict.kind === "role" ? verdict.value : text;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "boolean") return "true or false";
  return typeof value === "number" ? "a number" : "an object";
}
