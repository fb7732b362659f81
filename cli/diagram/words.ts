import { type Client, type Group, OF_ANOTHER_STACK, type Picture, type Place } from "./picture";

/** What both kinds of diagram say, so that they say the same. */
export const members = ({ members }: Group): string =>
  members === undefined ? "members not managed" : `${members} ${members === 1 ? "member" : "members"}`;

export const client = ({ kind, how }: Client): string =>
  [kind === "browser" ? "the browser" : "an app", ...(how === undefined ? [] : [how])].join(", ");

export const access = ({ access }: Client): string =>
  access === OF_ANOTHER_STACK ? access : `for ${access}`;

export const PLACE_TITLES: Readonly<Record<Place["kind"], string>> = {
  docker: "Docker host",
  bundle: "Compose bundle",
  unknown: "oCIS",
};

/** What is known of where oCIS runs, line by line. */
export function place(place: Place): string[] {
  switch (place.kind) {
    case "docker":
      return [place.container, place.image, place.port].filter((line) => line !== "");
    case "bundle":
      return [`${place.directory}/compose.yaml`];
    case "unknown":
      return [];
  }
}

/** How a login goes, step by step; the third names the claim that carries the role. */
export function steps(picture: Picture): [string, string, string, string] {
  const key = claimKeyOf(picture);
  return [
    "opens oCIS",
    "logs in with a passkey; Pocket ID looks whether the client lets one of the person's groups in",
    `comes back with a token${key === undefined ? "" : `, in which the group's claim '${key}' is the role`}`,
    "checks the token with Pocket ID, and gives the person that role",
  ];
}

function claimKeyOf({ groups }: Picture): string | undefined {
  return groups.flatMap(({ claims }) => claims)[0]?.split(" = ")[0];
}

/** On one line, without what is not to be seen or turns text around, as names in Pocket ID may have any character. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").replace(/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, "");
}
