/** What a list can be sorted and filtered by; everything else in the query is ignored. */
export interface ListColumns<Row> {
  sortable: Readonly<Record<string, (row: Row) => string | number | boolean | null>>;
  filterable: Readonly<Record<string, (row: Row) => boolean>>;
}

export interface Page<Row> {
  data: Row[];
  pagination: { totalPages: number; totalItems: number; currentPage: number; itemsPerPage: number };
}

const defaultLimit = 20;
const maxLimit = 100;

/** Filters, sorts and cuts a list. A page past the end is the last page again; a limit above 100 is 100. */
export function paginate<Row>(
  rows: readonly Row[],
  query: URLSearchParams,
  columns: ListColumns<Row>,
): Page<Row> {
  const page = wholeNumber(query.get("pagination[page]"));
  // A number that cannot be read spoils what would be read after it: first the limit, then order and filters.
  const limit = page === undefined ? undefined : wholeNumber(query.get("pagination[limit]"));
  const chosen = limit === undefined ? [...rows] : sorted(filtered(rows, query, columns), query, columns);

  const itemsPerPage = limit === undefined || limit < 1 ? defaultLimit : Math.min(limit, maxLimit);
  const totalPages = Math.max(1, Math.ceil(chosen.length / itemsPerPage));
  const currentPage = Math.min(Math.max(page ?? 1, 1), totalPages);
  const start = (currentPage - 1) * itemsPerPage;
  return {
    data: chosen.slice(start, start + itemsPerPage),
    pagination: { totalPages, totalItems: chosen.length, currentPage, itemsPerPage },
  };
}

/** `search`: contained text, without regard to case, with SQL's wildcards. */
export function searchTest(term: string | null): (text: string | null) => boolean {
  if (term === null || term === "") return () => true;
  const source = term
    .replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  const pattern = new RegExp(source, "is");
  return (text) => text !== null && pattern.test(text);
}

function wholeNumber(text: string | null): number | undefined {
  if (text === null || text === "") return 0;
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

function filtered<Row>(rows: readonly Row[], query: URLSearchParams, columns: ListColumns<Row>): Row[] {
  let result = [...rows];
  for (const [column, value] of Object.entries(columns.filterable)) {
    const wanted = [...query]
      .filter(([key]) => key.startsWith(`filters[${column}]`))
      .map(([, text]) => flag(text));
    if (wanted.length > 0) result = result.filter((row) => wanted.includes(value(row)));
  }
  return result;
}

function flag(text: string): boolean | undefined {
  if (text === "true" || text === "1") return true;
  return text === "false" || text === "0" ? false : undefined;
}

function sorted<Row>(rows: Row[], query: URLSearchParams, columns: ListColumns<Row>): Row[] {
  const value = columns.sortable[query.get("sort[column]") ?? ""];
  if (!value) return rows;
  const sign = query.get("sort[direction]")?.trim().toLowerCase() === "desc" ? -1 : 1;
  return rows.sort((a, b) => sign * compare(value(a), value(b)));
}

/** SQLite's order: nothing first, then by bytes. */
function compare(a: string | number | boolean | null, b: string | number | boolean | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}
