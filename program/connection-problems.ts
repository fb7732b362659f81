import { CONNECTION_KEYS, connectionProblem } from "@ocis-pocket-id/providers";

/** While a problem keeps the real address from being known; in no message. */
const ANY_POCKET_ID = "https://pocket-id.invalid";

interface Kind {
  readonly isValid: (text: string) => boolean;
  /** What is wrong with any other text. */
  readonly rule: string;
}

const FLAG: Kind = { isValid: (text) => text === "true" || text === "false", rule: "must be true or false" };

/** Keys that are no texts; the SDK's own error for them has a stack trace. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  [CONNECTION_KEYS.apiKeyFromEnvironment, FLAG],
  [CONNECTION_KEYS.insecureHttp, FLAG],
  [
    CONNECTION_KEYS.timeoutSeconds,
    {
      isValid: (text) => Number(text) > 0 && Number(text) <= 3_600,
      rule: "must be a number of seconds from 1 to 3600",
    },
  ],
]);

/**
 * What is wrong with the settings of a connection, by field.
 *
 * @param url the address of Pocket ID; undefined while another problem keeps it from being known
 * @param get a setting by its key: `pocketid:apiKey`
 */
export function connectionProblems(url: string | undefined, get: (key: string) => string | undefined) {
  const ofKeys = [...KINDS].flatMap(([key, { isValid, rule }]) => {
    const text = get(key);
    return text === undefined || text === "" || isValid(text) ? [] : [{ field: key, message: rule }];
  });
  const hasProblem = (key: string) => ofKeys.some(({ field }) => field === key);
  const message = connectionProblem((key) => {
    if (hasProblem(key)) return undefined;
    return key === CONNECTION_KEYS.url ? (url ?? ANY_POCKET_ID) : get(key);
  })?.replace(ANY_POCKET_ID, "Pocket ID");
  return message === undefined ? ofKeys : [...ofKeys, { field: "pocketid", message }];
}
