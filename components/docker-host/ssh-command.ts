/** Where `ssh` gives up connecting, in seconds. */
const CONNECT_TIMEOUT_SECONDS = 15;

/**
 * The arguments of the `ssh` command that reaches a Docker on another machine: those of the `docker` command and of Docker's
 * provider, so that ~/.ssh/config, known_hosts and the agent have the same effect on all of them.
 *
 * Nobody can answer a question in the middle of an `up`: `BatchMode` makes it an error.
 *
 * @throws Error in one line for an address that can't be one.
 * @see docker/cli, cli/connhelper
 */
export function sshCommand(url: string, options: readonly string[]): string[] {
  const { username, password, hostname, port, pathname, search, hash } = parse(url);
  if (password !== "") {
    throw new Error(
      "docker:host has a password in it, which ssh can't use: set up a key, and leave the password out",
    );
  }
  if (search !== "" || hash !== "") {
    throw new Error(`'${url}' has more than user, host, port and path: write ssh://user@host`);
  }
  const socket = /^\/*$/.test(pathname) ? [] : [`--host=unix://${decodeURIComponent(pathname)}`];
  return [
    ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
    ...(port === "" ? [] : ["-p", port]),
    // ssh takes the first value of an option: the user's go before ours.
    ...options,
    ...["-o", "BatchMode=yes", "-o", `ConnectTimeout=${CONNECT_TIMEOUT_SECONDS}`, "-T"],
    "--",
    hostname.replace(/^\[(.*)\]$/, "$1"),
    ["docker", ...socket, "system", "dial-stdio"].map(quoted).join(" "),
  ];
}

function parse(url: string): URL {
  if (URL.canParse(url) && new URL(url).hostname !== "") return new URL(url);
  throw new Error(`'${url}' is not an address of Docker: write one like ssh://user@host`);
}

/** The remote shell reads the command. */
function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
