import { DEFAULT_CLAIM_KEY, ROLES } from "@ocis-pocket-id/components";
import { RESERVED_CLAIM_KEYS } from "@ocis-pocket-id/providers";
import { load } from "js-yaml";
import { isMap } from "./compose-files";
import { foldersOf } from "./data";
import type { Part, Setup } from "./setup";

/** The claim that carries the role, and how it differs from the guide's. */
export async function importRoles(setup: Setup): Promise<{ readonly claimKey: string; readonly part: Part }> {
  const file = `${foldersOf(setup).config}/proxy.yaml`;
  const mapper = mapperIn(await setup.readFile(file));
  const given = setup.environment["PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM"] || mapper.claim || DEFAULT_CLAIM_KEY;
  const isReserved = RESERVED_CLAIM_KEYS.includes(given);
  const claimKey = isReserved ? DEFAULT_CLAIM_KEY : given;
  return {
    claimKey,
    part: {
      ...(claimKey !== DEFAULT_CLAIM_KEY && { config: { claimKey } }),
      changes: isReserved ? [`roles come from the claim ${claimKey}, as ${given} is Pocket ID's own`] : [],
      byHand: mapper.isOwn
        ? [
            `${file} gives roles for values of its own: before up, delete oidc_role_mapper from it, or nobody can log in`,
          ]
        : [],
    },
  };
}

/** The mapper of a proxy.yaml, which environment variables can't replace. */
function mapperIn(text: string | undefined): { readonly claim?: string; readonly isOwn: boolean } {
  const assignment = inside(read(text ?? ""), "role_assignment");
  const mapper = inside(assignment, "oidc_role_mapper");
  const claim = isMap(mapper) ? mapper["role_claim"] : undefined;
  const mapping = inside(mapper, "role_mapping");
  const values = (Array.isArray(mapping) ? (mapping as unknown[]) : [])
    .map((one) => inside(one, "claim_value"))
    .filter((value) => typeof value === "string");
  return {
    ...(typeof claim === "string" && { claim }),
    isOwn: mapping !== undefined && !ROLES.every(({ claimValue }) => values.includes(claimValue)),
  };
}

const inside = (value: unknown, key: string): unknown => (isMap(value) ? value[key] : undefined);

function read(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}
