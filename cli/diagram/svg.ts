import { type Client, type Group, OF_ANOTHER_STACK, type Picture, type Place } from "./picture";
import { badge, box, type Box, escaped, path, type Shape, STYLE, text, TIPS } from "./shapes";
import * as words from "./words";

/** Pixels; all that is not here follows from what is to be shown. */
const WIDTH = 1000;
const MARGIN = 24;
const POCKET_ID = { x: MARGIN, y: 72, width: 604 };
const PLACE = { x: 700, y: 72, width: WIDTH - MARGIN - 700 };
const GROUPS = { x: 40, width: 262 };
const CLIENTS = { x: 344, width: 268 };
/** Of a panel, above its first card. */
const HEADER = 58;
const GAP = 10;
const LINE = 18;

/** The stack as one SVG, for light and dark paper. */
export function svg(picture: Picture): string {
  const top = POCKET_ID.y + HEADER;
  const groups = column(GROUPS, top, picture.groups.map(groupCard));
  const clients = column(CLIENTS, top, picture.clients.map(clientCard));
  const site = placeCards(picture.place, top);
  const bottom = Math.max(groups.bottom, clients.bottom, site.bottom, top + 120) + 6;
  const height = bottom - POCKET_ID.y;
  const people = { x: MARGIN, y: bottom + 76, width: WIDTH - 2 * MARGIN, height: 42 };
  const legend = people.y + people.height + 34;
  const total = legend + 3 * 24 + 24;
  const shapes = [
    text(`${picture.stack}: how people log in`, { x: MARGIN, y: 44, style: "head", width: 560 }),
    text(picture.ocisUrl, { x: WIDTH - MARGIN, y: 44, style: "code", anchor: "end", width: 380 }),
    ...panel({ ...POCKET_ID, height }, "Pocket ID", picture.issuer),
    ...panel({ ...PLACE, height }, words.PLACE_TITLES[picture.place.kind], ""),
    heading("Groups, each with its claim", GROUPS.x),
    heading("Clients, and who may use them", CLIENTS.x),
    ...groups.shapes,
    ...clients.shapes,
    ...site.shapes,
    ...mayUse(picture, groups.middles, clients.middles),
    ...ways(bottom, people),
    ...legendOf(picture, legend),
  ];
  return document(picture, total, shapes);
}

function document(picture: Picture, height: number, shapes: readonly Shape[]): string {
  const font = "-apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  const { groups, clients, issuer, ocisUrl } = picture;
  const description =
    `${groups.length} groups and ${clients.length} clients in Pocket ID at ${issuer}, and oCIS at ${ocisUrl}. ` +
    `A person ${words.steps(picture).slice(0, 3).join("; ")}; oCIS ${words.steps(picture)[3]}.`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description" font-family="${font}">`,
    `<title id="title">${escaped(words.visible(picture.stack))}: how people log in</title>`,
    `<desc id="description">${escaped(words.visible(description))}</desc>`,
    STYLE,
    TIPS,
    box("paper", { x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1 }, 12),
    ...shapes,
    "</svg>",
  ]
    .map((line, index, { length }) => (index === 0 || index === length - 1 ? line : `  ${line}`))
    .join("\n")
    .concat("\n");
}

function panel(its: Box, title: string, address: string): Shape[] {
  return [
    box("panel", its),
    text(title, { x: its.x + 16, y: its.y + 27, style: "head" }),
    text(address, { x: its.x + its.width - 16, y: its.y + 27, style: "code", anchor: "end", width: 440 }),
  ];
}

const heading = (words: string, x: number) => text(words, { x: x + 2, y: POCKET_ID.y + 49, style: "label" });

/** A card's lines, the first of them its name. */
interface Card {
  readonly style: "card" | "other";
  readonly lines: readonly (readonly [style: string, words: string])[];
  /** Whether the end of each line is what tells it from others. */
  readonly end?: boolean;
}

const groupCard = (group: Group): Card => ({
  style: "card",
  lines: [
    ["item", group.name],
    ...group.claims.map((claim) => ["code", claim] as const),
    ["label", words.members(group)],
  ],
});

const clientCard = (client: Client): Card => ({
  style: client.how === undefined ? "other" : "card",
  lines: [
    ["item", client.name],
    ["label", words.client(client)],
    ["label", words.access(client)],
  ],
});

function placeCards(place: Place, top: number) {
  const lines = words.place(place).map((line) => ["code", line] as const);
  const ocis: Card = { style: "card", lines: [["item", "oCIS"], ...lines] };
  const volumes = place.kind === "docker" ? place.volumes : [];
  const cards = volumes.map((volume): Card => ({
    style: "card",
    end: true,
    lines: [
      ["label", "volume, outlives destroy"],
      ["code", volume],
    ],
  }));
  return column({ x: PLACE.x + 16, width: PLACE.width - 32 }, top, [ocis, ...cards]);
}

/** Cards one below the other, and where the middle of each is. */
function column({ x, width }: { x: number; width: number }, top: number, cards: readonly Card[]) {
  const shapes: Shape[] = [];
  const middles: number[] = [];
  let y = top;
  for (const { style, lines, end = false } of cards) {
    const height = lines.length * LINE + 16;
    middles.push(y + height / 2);
    shapes.push(box(style, { x, y, width, height }, 6));
    for (const [index, [look, words]] of lines.entries()) {
      shapes.push(text(words, { x: x + 14, y: y + 21 + index * LINE, style: look, width: width - 26, end }));
    }
    y += height + GAP;
  }
  return { shapes, middles, bottom: y };
}

/** From all groups to each client that all may use; who may use another one is said in words. */
function mayUse({ clients }: Picture, from: readonly number[], to: readonly number[]): Shape[] {
  const open = to.filter((_y, index) =>
    ["all groups", OF_ANOTHER_STACK].includes(clients[index]?.access ?? ""),
  );
  if (from.length === 0 || open.length === 0) return [];
  const [start, end] = [GROUPS.x + GROUPS.width, CLIENTS.x];
  const middle = (start + end) / 2;
  const all = [...from, ...open];
  return [
    path("line", `M${middle} ${Math.min(...all)}V${Math.max(...all)}`),
    ...from.map((y) => path("line", `M${start} ${y}H${middle}`)),
    ...open.map((y) => path("may", `M${middle} ${y}H${end - 2}`)),
  ];
}

/** The four ways of a login, by the numbers of the legend. */
function ways(bottom: number, people: Box): Shape[] {
  const [left, right] = [POCKET_ID.x + POCKET_ID.width / 2, PLACE.x + PLACE.width / 2];
  const between = { from: PLACE.x - 4, to: POCKET_ID.x + POCKET_ID.width + 4, y: POCKET_ID.y + HEADER + 24 };
  return [
    box("people", people),
    text("People, with a browser or ownCloud's desktop, iOS and Android apps", {
      ...{ x: WIDTH / 2, y: people.y + 27, style: "text", anchor: "middle" },
    }),
    path("way", `M${right - 40} ${people.y - 2}V${bottom + 5}`),
    path("way", `M${left} ${people.y - 2}V${bottom + 5}`),
    path("way", `M${right + 40} ${people.y - 2}V${bottom + 5}`),
    path("way", `M${between.from} ${between.y}H${between.to}`),
    badge(1, right - 40, bottom + 42),
    badge(2, left, bottom + 42),
    badge(3, right + 40, bottom + 42),
    badge(4, (between.from + between.to) / 2, between.y - 18),
    text("open", { x: right - 56, y: bottom + 46, style: "label", anchor: "end" }),
    text("log in", { x: left + 16, y: bottom + 46, style: "label" }),
    text("token", { x: right + 56, y: bottom + 46, style: "label" }),
  ];
}

function legendOf(picture: Picture, top: number): Shape[] {
  const [opens, logsIn, comesBack, checks] = words.steps(picture);
  const lines = [`A person ${opens}`, `… ${logsIn}`, `… ${comesBack}`, `oCIS ${checks}`];
  return lines.flatMap((line, index) => [
    badge(index + 1, MARGIN + 12, top + index * 24 - 4),
    text(line, { x: MARGIN + 32, y: top + index * 24, style: "text", width: 900 }),
  ]);
}
