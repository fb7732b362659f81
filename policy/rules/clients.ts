import { type Rule, texts } from "./rule";

interface Options {
  readonly allowUnrestricted: readonly string[];
}

/** Pocket ID lets everybody log in to a client that isn't restricted to groups. */
export const clientsAreRestricted: Rule<Options> = {
  name: "clients-are-restricted",
  description: "Only members of chosen groups can log in to a client.",
  severity: "high",
  options: { allowUnrestricted: texts("Names of clients that everybody may log in to.") },
  appliesTo: (type) => type === "pulumi-nodejs:dynamic/pocketid:OidcClient",
  // Without a value it's restricted, and the provider refuses an empty list of groups unless nobody is meant.
  problems({ props: { restricted, name } }, { allowUnrestricted }) {
    if (restricted !== false || (typeof name === "string" && allowUnrestricted.includes(name))) return [];
    return [
      "restricted is false, so everybody can log in: remove it and set allowedUserGroupIds, or add the client's name to " +
        "allowUnrestricted",
    ];
  },
};
