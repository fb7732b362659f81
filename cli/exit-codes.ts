/** The program's exit codes, the same for every verb. */
export const EXIT_CODES = {
  /** Done, with no findings. */
  fine: 0,
  /** Something couldn't be done or checked; a line on stderr has the reason. Takes precedence over findings. */
  error: 1,
  /** Everything was checked, with findings: drift, or problems that break logins. */
  findings: 2,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** The end of every `--help`. */
export const EXIT_CODES_HELP =
  "Exit codes: 0 no findings; 1 error; 2 findings (drift, or problems that break logins)";
