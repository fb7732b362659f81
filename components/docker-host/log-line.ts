import { redact } from "./redact";

/**
 * A line of a log as people read it. oCIS writes JSON with a dozen fields; what counts is the message and the error.
 */
export function readable(line: string): string {
  const { service, message, error } = fieldsOf(line);
  const said = [message?.replace(/\.$/, ""), error]
    .filter((text) => text !== undefined && text !== "")
    .join(": ");
  const text = said === "" ? line : `${service === undefined ? "" : `${service}: `}${said}`;
  const plain = redact(text).replace(/\s+/g, " ").trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}

/** False for what is written while all is well. */
export function isAlarming(line: string): boolean {
  const { level } = fieldsOf(line);
  return level === undefined || ["error", "fatal", "panic"].includes(level);
}

const LONGEST = 300;

function fieldsOf(line: string): Partial<Record<"level" | "service" | "message" | "error", string>> {
  try {
    const fields = JSON.parse(line) as Record<string, unknown> | null;
    const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === "string";
    return Object.fromEntries(Object.entries(fields ?? {}).filter(isText));
  } catch {
    return {};
  }
}
