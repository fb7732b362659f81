/** What `ssh`, the remote shell or the remote `docker` printed, and what to do about it. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    "its ssh host key is not the one in known_hosts, so this may be another machine: if you know why, remove the old key with " +
      "`ssh-keygen -R HOST`, then connect once with `ssh` and compare the fingerprint",
  ],
  [
    /Host key verification failed|No .* host key is known/i,
    "its ssh host key is not in known_hosts: connect once with `ssh` and compare the fingerprint",
  ],
  [
    /Permission denied \(/,
    "ssh does not let this user in: check the user, and the key in ssh-agent or ~/.ssh/config; `ssh` must work without a password",
  ],
  [/Could not resolve hostname/, "ssh can't resolve the host: check its name, or the alias in ~/.ssh/config"],
  [/Connection refused|No route to host|Network is unreachable/i, "ssh can't connect: check host and port"],
  [/timed out|Connection closed|Connection reset/i, "ssh gets no connection: check host, port and firewall"],
  [
    /permission denied.*docker|docker.*permission denied/is,
    "the user of the other machine may not use Docker: add the user to its group docker",
  ],
  [
    /Cannot connect to the Docker daemon|Is the docker daemon running/i,
    "Docker does not run on the other machine: start it",
  ],
  [
    /docker: (command )?not found|docker: No such file|command not found: docker|exit code 127/i,
    "the other machine has no `docker` command on the PATH of ssh sessions: install Docker there",
  ],
  [/^ENOENT$/, "this machine has no `ssh` command: install OpenSSH's client"],
];

/** One line of what went wrong, with the last that was printed. */
export function explainSsh(printed: string): string {
  const reason = REASONS.find(([pattern]) => pattern.test(printed))?.[1];
  const lines = printed
    .split(/[\r\n]+/)
    .filter((line) => /[A-Za-z]/.test(line) && !/^Warning: Permanently/.test(line));
  const last = lines.at(-1)?.trim() ?? printed;
  return reason === undefined ? last : `${reason} (${last})`;
}
