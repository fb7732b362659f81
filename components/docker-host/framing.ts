const TAR_BLOCK = 512;

/** The content of the first plain file in a tar archive: Docker wraps each file in one, with headers of its own before it. */
export function firstFile(archive: Buffer): Buffer | undefined {
  for (let at = 0; at + TAR_BLOCK <= archive.length;) {
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 136), 8) || 0;
    const type = archive.toString("latin1", at + 156, at + 157);
    const start = at + TAR_BLOCK;
    if (type === "0" || type === "\0") return archive.subarray(start, start + size);
    at = start + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
  return undefined;
}

/** The text of a container's output that came in one piece, see {@link linesOf}. */
export function textOf(output: Buffer): string {
  const chunks: Buffer[] = [];
  let rest = output;
  while (rest.length >= 8 && (rest[0] ?? 9) <= 2 && rest.readUIntBE(1, 3) === 0) {
    const end = 8 + rest.readUInt32BE(4);
    chunks.push(rest.subarray(8, end));
    rest = rest.subarray(end);
  }
  return Buffer.concat([...chunks, rest]).toString("utf8");
}

/**
 * The lines of a container's output. Docker puts 8 bytes before each chunk (stream, three zeros, length), unless the
 * container has a terminal.
 */
export function linesOf(output: Buffer): string[] {
  return textOf(output)
    .split("\n")
    .filter((line) => line.trim() !== "");
}
