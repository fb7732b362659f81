/** What the program's exit code says, the same for every verb. */
export const EXIT_CODES = {
  /** Done, and nothing was found. */
  fine: 0,
  /** Something could not be done, or not be looked at; one line on stderr says what. Wins over findings. */
  error: 1,
  /** Everything was looked at, and something was found: drift, or what would stop a login. */
  findings: 2,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** The same for people, below every `--help`. */
export const EXIT_CODES_IN_WORDS =
  "Exit codes: 0 done, and nothing found; 1 an error; 2 findings (drift, or what stops a login)";
