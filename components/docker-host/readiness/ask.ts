import { DockerError, DockerTimeoutError } from "../api";
import type { CommandResult } from "../docker";
import type { Answer } from "./diagnosis";

/** Runs a command in a container: Docker does, and Kubernetes. */
export interface Runner {
  run(container: string, command: string[]): Promise<CommandResult>;
}

const STATUS_MARK = "http-status=";

/**
 * Asks from inside the container, where no port needs to be published and no proxy be there. The official image has curl,
 * smaller ones have busybox's wget. Certificates are not checked: on its own address oCIS has none that would fit.
 */
export async function ask(runner: Runner, container: string, tls: boolean): Promise<Answer | undefined> {
  const url = `${tls ? "https" : "http"}://127.0.0.1:9200/.well-known/openid-configuration`;
  const script = [
    `if command -v curl >/dev/null 2>&1; then curl -sS -k --max-time 10 -w '\\n${STATUS_MARK}%{http_code}' '${url}'`,
    `elif command -v wget >/dev/null 2>&1; then timeout 10 wget -q -O - --no-check-certificate '${url}'`,
    "else exit 127; fi",
  ].join("; ");
  try {
    return answerOf(await runner.run(container, ["/bin/sh", "-c", script]));
  } catch (error) {
    // The container may have stopped since we looked at it.
    if (error instanceof DockerError && error.status !== undefined) return undefined;
    // Docker may never tell that a command ended which ended at once.
    if (error instanceof DockerTimeoutError) return { kind: "none", reason: "no answer in time" };
    throw error;
  }
}

/** Understands what curl or wget wrote. */
export function answerOf({ exitCode, output }: CommandResult): Answer {
  if (exitCode === 126 || exitCode === 127) {
    return { kind: "none", reason: "the image has neither curl nor wget" };
  }
  const [body = "", status] = output.split(`\n${STATUS_MARK}`);
  const issuer = issuerIn(body);
  if (issuer !== undefined) return { kind: "document", issuer };
  const code = Number(status ?? /HTTP\/[\d.]+ (\d{3})/.exec(body)?.[1] ?? 0);
  if (code > 0) return { kind: "http", status: code, body: body.trim() };
  if (exitCode === 0) return { kind: "http", status: 200, body: body.trim() };
  return { kind: "none", reason: body.replace(/\s+/g, " ").trim() };
}

function issuerIn(text: string): string | undefined {
  try {
    const { issuer } = JSON.parse(text) as { issuer?: unknown };
    return typeof issuer === "string" ? issuer : undefined;
  } catch {
    return undefined;
  }
}
