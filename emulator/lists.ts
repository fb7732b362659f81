import { ok, type Reply } from "./answers";

/** The fields by which a list can be searched, sorted and filtered; everything else in the query is ignored. */
interface Columns<Row> {
  searched: readonly (keyof Row & string)[];
  sortable: readonly (keyof Row & string)[];
  /** Flags, by which it can also be sorted. */
  filterable?: readonly (keyof Row & string)[];
}

/** Searches, filters, sorts and cuts a list. A page past the end is the last page. */
export function listReply<Row>(
  rows: readonly Row[],
  query: URLSearchParams,
  columns: Columns<Row>,
  shape: (row: Row) => unknown,
): Reply {
  const page = wholeNumber(query.get("pagination[page]"));
  // An unreadable number also disables what would be read after it: first the limit, then order and filters.
  const limit = page === undefined ? undefined : wholeNumber(query.get("pagination[limit]"));
  const matches = searchTest(query.get("search") ?? "");
  const found = rows.filter((row) => columns.searched.some((column) => matches(row[column])));
  const chosen = limit === undefined ? found : filteredAndSorted(found, query, columns);

  const itemsPerPage = limit === undefined || limit < 1 ? 20 : Math.min(limit, 100);
  const totalPages = Math.max(1, Math.ceil(chosen.length / itemsPerPage));
  const currentPage = Math.min(Math.max(page ?? 1, 1), totalPages);
  const start = (currentPage - 1) * itemsPerPage;
  return ok({
    data: chosen.slice(start, start + itemsPerPage).map(shape),
    pagination: { totalPages, totalItems: chosen.length, currentPage, itemsPerPage },
  });
}

function wholeNumber(text: string | null): number | undefined {
  if (text === null || text === "") return 0;
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** `search`: contained text, ignoring case, with SQL's wildcards. */
function searchTest(term: string): (value: unknown) => boolean {
  const escaped = term.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const pattern = new RegExp(escaped.replaceAll("%", ".*").replaceAll("_", "."), "is");
  return (value) => typeof value === "string" && pattern.test(value);
}

const flags: Readonly<Record<string, unknown>> = { true: true, "1": true, false: false, "0": false };

function filteredAndSorted<Row>(
  rows: readonly Row[],
  query: URLSearchParams,
  { sortable, filterable = [] }: Columns<Row>,
): readonly Row[] {
  const chosen = rows.filter((row) =>
    filterable.every((column) => {
      const values = [...query].filter(([key]) => key.startsWith(`filters[${column}]`));
      return values.length === 0 || values.some(([, text]) => flags[text] === row[column]);
    }),
  );
  const column = [...sortable, ...filterable].find((each) => each === query.get("sort[column]"));
  if (column === undefined) return chosen;
  const sign = query.get("sort[direction]")?.trim().toLowerCase() === "desc" ? -1 : 1;
  return chosen.sort((a, b) => sign * compare(a[column], b[column]));
}

/** SQLite's order: null first, then by bytes. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return Number(a) - Number(b);
}
