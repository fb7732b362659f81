import type { Client, Group, Picture } from "./picture";
import * as words from "./words";

/** The stack as a Mermaid flowchart, which GitHub and GitLab draw in Markdown. */
export function mermaid(picture: Picture): string {
  const { groups, clients, place } = picture;
  const [opens, logsIn, comesBack, checks] = words.steps(picture);
  const volumes = place.kind === "docker" ? place.volumes : [];
  const lines = [
    "flowchart LR",
    `  people([${label("People", "browser, desktop and phone apps")}])`,
    `  subgraph pocketid[${label("Pocket ID", picture.issuer)}]`,
    `    subgraph groups[${label("Groups")}]`,
    ...groups.map((group, index) => `      g${index}[${groupLabel(group)}]`),
    "    end",
    `    subgraph clients[${label("Clients")}]`,
    ...clients.map((client, index) => `      c${index}[${clientLabel(client)}]`),
    "    end",
    "  end",
    `  subgraph place[${label(words.PLACE_TITLES[place.kind])}]`,
    `    ocis[${label("oCIS", picture.ocisUrl, ...words.place(place))}]`,
    ...volumes.map((volume, index) => `    v${index}[(${label(volume)})]`),
    "  end",
    '  groups -. "may use" .-> clients',
    ...volumes.map((_volume, index) => `  ocis --- v${index}`),
    `  people -- ${label(`(1) ${opens}`)} --> ocis`,
    `  people -- ${label(`(2) ${logsIn}`)} --> pocketid`,
    `  pocketid -- ${label(`(3) ${comesBack}`)} --> ocis`,
    `  ocis -- ${label(`(4) ${checks}`)} --> pocketid`,
  ];
  return `${lines.join("\n")}\n`;
}

const groupLabel = (group: Group) => label(group.name, ...group.claims, words.members(group));

const clientLabel = (client: Client) =>
  label(
    client.name,
    ...(client.kind === "browser" ? [client.id] : []),
    words.client(client),
    words.access(client),
  );

const label = (...lines: readonly string[]) => `"${lines.map(escaped).join("<br/>")}"`;

/**
 * Mermaid reads quotes, entities, HTML and some Markdown in a label: so all is written as a number that is neither letter,
 * digit nor harmless, and what makes a list at the beginning of a label, too.
 */
function escaped(text: string): string {
  return words
    .visible(text)
    .replace(/[^\p{L}\p{M}\p{N} ,:/.@=()_-]/gu, numbered)
    .replace(/^(\s*\d*)([.)-])/, (_whole, before: string, mark: string) => before + numbered(mark))
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, numbered);
}

const numbered = (character: string) => `#${character.codePointAt(0) ?? 0};`;
