/** What happens to one request on its way. */
export type Fault =
  | "refused" // nothing listens any more from this request on, until the next plan
  | "lost before" // the connection breaks before the server has seen the request
  | "lost after" // the server has acted, and the answer is cut
  | "500"
  | "503"
  | "429"
  | "429 with Retry-After"
  | "hang"
  | "late" // no answer, and the server gets the request when the client has given up and looked
  | "not JSON"
  | "replaced" // the server has acted, and its answer is replaced by one that is not JSON
  | "killed before" // the caller is killed before the server has seen the request
  | "killed after"; // the server has acted, and the caller is killed before it is told

/** Each way in which a request fails while the caller lives on. */
export const FAULTS: readonly Fault[] = [
  ...([
    "refused",
    "lost before",
    "lost after",
    "500",
    "503",
    "429",
    "429 with Retry-After",
    "hang",
    "late",
    "not JSON",
    "replaced",
  ] as const),
];
