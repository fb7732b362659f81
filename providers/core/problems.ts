/** A problem with one property, found before anything is made. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

/** What an update says of an object that isn't there anymore. */
export function gone(what: string): Error {
  return new Error(`${what} is gone from Pocket ID: run \`pulumi up --refresh\` to make it again`);
}
