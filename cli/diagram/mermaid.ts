import { type Client, OF_ANOTHER_STACK, type Picture, type Place } from "./picture";

/** The stack as a Mermaid flowchart, which GitHub, GitLab and many editors draw in Markdown. */
export function mermaid(picture: Picture): string {
  const { groups, clients, place, issuer } = picture;
  const volumes = place.kind === "docker" ? place.volumes : [];
  const claimKey = groups.flatMap(({ claims }) => claims)[0]?.split(" = ")[0];
  const token = claimKey === undefined ? "a token" : `a token whose claim '${claimKey}' is the role`;
  const lines = [
    "flowchart LR",
    `  people([${label("People", "browser, desktop and phone apps")}])`,
    `  subgraph place[${label(PLACE_TITLES[place.kind])}]`,
    "    direction TB",
    `    ocis[${label(picture.product, picture.ocisUrl, ...placeLines(place))}]`,
    ...volumes.map((volume, index) => `    v${index}[(${label(volume)})]`),
    ...volumes.map((_volume, index) => `    ocis --- v${index}`),
    "  end",
    `  subgraph pocketid[${label(`Pocket ID at ${issuer}`)}]`,
    "    direction LR",
    ...column("groups", "Groups", "g", groups.map(groupLabel)),
    ...column("clients", "Clients", "c", clients.map(clientLabel)),
    '    groups -- "may use" --> clients',
    "  end",
    `  people -- ${label(`(1) open ${picture.product}`)} --> place`,
    `  people -- ${label("(2) log in with a passkey")} --> pocketid`,
    `  people -- ${label(`(3) return with ${token}`)} --> place`,
    `  place -- ${label("(4) check the token")} --> pocketid`,
  ];
  return `${lines.join("\n")}\n`;
}

/** Nodes one below the other: links that aren't drawn keep them in order. */
function column(id: string, title: string, prefix: string, labels: readonly string[]): string[] {
  const nodes = labels.map((_label, index) => `${prefix}${index}`);
  return [
    `    subgraph ${id}[${label(title)}]`,
    "      direction TB",
    ...labels.map((text, index) => `      ${prefix}${index}[${text}]`),
    ...(nodes.length > 1 ? [`      ${nodes.join(" ~~~ ")}`] : []),
    "    end",
  ];
}

const groupLabel = ({ name, claims, members }: Picture["groups"][number]) =>
  label(
    name,
    ...claims,
    members === undefined ? "members not managed" : `${members} ${members === 1 ? "member" : "members"}`,
  );

const clientLabel = ({ name, kind, id, how, access }: Client) =>
  label(
    name,
    ...(kind === "browser" ? [id] : []),
    how === undefined ? kind : `${kind}, ${how}`,
    access === OF_ANOTHER_STACK ? access : `for ${access}`,
  );

const PLACE_TITLES: Readonly<Record<Place["kind"], string>> = {
  docker: "Docker host",
  bundle: "Compose bundle",
  unknown: "Host",
};

function placeLines(place: Place): string[] {
  if (place.kind === "unknown") return [];
  if (place.kind === "bundle") return [`${place.directory}/compose.yaml`];
  return [place.container, place.image, place.port].filter((line) => line !== "");
}

const label = (...lines: readonly string[]) => `"${lines.map(escaped).join("<br/>")}"`;

/**
 * Mermaid reads quotes, entities, HTML and some Markdown in a label. So everything except letters, digits and harmless
 * punctuation is written as a number, and so is a list marker at the beginning of a label.
 */
function escaped(text: string): string {
  return visible(text)
    .replace(/[^\p{L}\p{M}\p{N} ,:/.@=()_-]/gu, numbered)
    .replace(/^(\s*\d*)([.)-])/, (_whole, before: string, mark: string) => before + numbered(mark))
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, numbered);
}

/** On one line, without invisible characters and those that change the direction of text: names can have any character. */
const visible = (text: string) =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").replace(/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, "");

const numbered = (character: string) => `#${character.codePointAt(0) ?? 0};`;
