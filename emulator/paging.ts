type Value = string | number | boolean | null;
type KeysOf<Row, Wanted> = { [Key in keyof Row]: Row[Key] extends Wanted ? Key : never }[keyof Row] & string;

/** By what a list can be sorted and filtered; everything else in the query is ignored. */
export interface ListColumns<Row> {
  sortable: readonly KeysOf<Row, Value>[];
  /** Columns by which it can also be sorted. */
  filterable?: readonly KeysOf<Row, boolean>[];
  /** Sortable values that aren't properties. */
  computed?: Readonly<Record<string, (row: Row) => Value>>;
}

export interface Page<Row> {
  data: Row[];
  pagination: { totalPages: number; totalItems: number; currentPage: number; itemsPerPage: number };
}

const defaultLimit = 20;
const maxLimit = 100;

/** Filters, sorts and cuts a list. A page past the end is the last page; a limit above 100 is 100. */
export function paginate<Row>(
  rows: readonly Row[],
  query: URLSearchParams,
  columns: ListColumns<Row>,
): Page<Row> {
  const page = wholeNumber(query.get("pagination[page]"));
  // An unreadable number also disables what would be read after it: first the limit, then order and filters.
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

/** `search`: contained text, ignoring case, with SQL's wildcards. */
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

function filtered<Row>(
  rows: readonly Row[],
  query: URLSearchParams,
  { filterable = [] }: ListColumns<Row>,
): Row[] {
  return filterable.reduce<Row[]>(
    (remaining, column) => {
      const values = [...query].filter(([key]) => key.startsWith(`filters[${column}]`));
      const wanted: unknown[] = values.map(([, text]) => flag(text));
      return wanted.length === 0 ? remaining : remaining.filter((row) => wanted.includes(row[column]));
    },
    [...rows],
  );
}

function flag(text: string): boolean | undefined {
  if (text === "true" || text === "1") return true;
  return text === "false" || text === "0" ? false : undefined;
}

function sorted<Row>(rows: Row[], query: URLSearchParams, columns: ListColumns<Row>): Row[] {
  const { sortable, filterable = [], computed = {} } = columns;
  const name = query.get("sort[column]") ?? "";
  const column = [...sortable, ...filterable].find((each) => each === name);
  const value = column === undefined ? computed[name] : (row: Row) => row[column] as Value;
  if (!value) return rows;
  const sign = query.get("sort[direction]")?.trim().toLowerCase() === "desc" ? -1 : 1;
  return rows.sort((a, b) => sign * compare(value(a), value(b)));
}

/** SQLite's order: null first, then by bytes. */
function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}
