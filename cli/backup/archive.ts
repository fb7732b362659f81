import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { type Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { TarReader, type TarEntry } from "./tar";

/** What a manifest records of a file. */
export interface FileFacts {
  readonly bytes: number;
  readonly sha256: string;
}

type Chunks = AsyncIterable<Buffer>;

/** Files of a backup hold secrets, and everybody's data. */
export const ONLY_OWNER = 0o600;

/** Passes bytes on and counts them. */
function measure() {
  const hash = createHash("sha256");
  let bytes = 0;
  const pass = async function* (source: Chunks) {
    for await (const chunk of source) {
      bytes += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
  };
  return { pass, facts: (): FileFacts => ({ bytes, sha256: hash.digest("hex") }) };
}

/** Passes a tar archive on, and fails unless it is complete. */
const checked = (onEntry: (entry: TarEntry) => void) =>
  async function* (source: Chunks) {
    const reader = new TarReader(onEntry);
    for await (const chunk of source) {
      reader.write(chunk);
      yield chunk;
    }
    reader.end();
  };

/** Writes a tar archive to a new file, compressed if its name ends in `.gz`. */
export async function writeArchive(
  source: Readable,
  file: string,
  onEntry: (entry: TarEntry) => void,
  signal: AbortSignal,
): Promise<FileFacts> {
  const measured = measure();
  const target = createWriteStream(file, { mode: ONLY_OWNER, flags: "wx", flush: true });
  const read = checked(onEntry);
  // Most of what people store is compressed already.
  const gzip = createGzip({ level: 1 });
  if (file.endsWith(".gz")) await pipeline(source, read, gzip, measured.pass, target, { signal });
  else await pipeline(source, read, measured.pass, target, { signal });
  return measured.facts();
}

/** Opens an archive of a backup as plain tar. */
export function openArchive(file: string): Readable {
  const source = createReadStream(file);
  if (!file.endsWith(".gz")) return source;
  const plain = createGunzip();
  source.once("error", (error) => plain.destroy(error));
  return source.pipe(plain);
}

/** Reads a file of a backup to its end. @throws Error if it can't be read */
export async function factsOf(file: string): Promise<FileFacts> {
  const measured = measure();
  await pipeline(createReadStream(file), measured.pass, drain());
  return measured.facts();
}

/** Reads an archive to its end, once. @throws Error in one line if it isn't complete */
export async function readArchive(file: string, onEntry: (entry: TarEntry) => void): Promise<FileFacts> {
  const measured = measure();
  const source = createReadStream(file);
  const read = checked(onEntry);
  if (file.endsWith(".gz")) await pipeline(source, measured.pass, createGunzip(), read, drain());
  else await pipeline(source, measured.pass, read, drain());
  return measured.facts();
}

const drain = () =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
