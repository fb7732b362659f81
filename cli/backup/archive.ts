import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline as connect, type Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { reasonOf } from "../engine/programs";
import { TarReader, type TarEntry } from "./tar";

/** What a manifest records of a file. */
export interface FileFacts {
  readonly bytes: number;
  readonly sha256: string;
}

/** The files of a backup, wherever they are. */
export interface BackupFiles {
  /** The backup, as messages name it. */
  readonly name: string;
  /** Opens a file. Reading one that isn't there fails with the code ENOENT. */
  open(file: string): Readable;
}

/** The files of a backup in a folder. */
export const filesIn = (folder: string): BackupFiles => ({
  name: folder,
  open: (file) => createReadStream(join(folder, file)),
});

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
export const checked = (onEntry: (entry: TarEntry) => void) =>
  async function* (source: Chunks) {
    const reader = new TarReader(onEntry);
    for await (const chunk of source) {
      reader.write(chunk);
      yield chunk;
    }
    reader.end();
  };

/** Passes a tar archive on in a form that every tar reads, and fails unless it is complete. */
export const portable = (onEntry: (entry: TarEntry) => void) =>
  async function* (source: Chunks) {
    const bytes: Buffer[] = [];
    const reader = new TarReader(onEntry, (some) => bytes.push(some));
    for await (const chunk of source) {
      reader.write(chunk);
      yield Buffer.concat(bytes.splice(0));
    }
    reader.end();
  };

/** Why files couldn't be copied, with what to do about a full disk. */
export function copyFailure(what: string, error: unknown, fix: string): Error {
  const reason = reasonOf(error);
  const isFull = /no space left|quota exceeded/i.test(reason);
  return new Error(`${what} (${reason})${isFull ? `: ${fix}` : ""}`, { cause: error });
}

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
export function openArchive(files: BackupFiles, file: string): Readable {
  const source = files.open(file);
  // Its errors reach the reader.
  return file.endsWith(".gz") ? connect(source, createGunzip(), () => undefined) : source;
}

/** Reads a file of a backup to its end. @throws Error if it can't be read */
export async function factsOf(files: BackupFiles, file: string): Promise<FileFacts> {
  const measured = measure();
  await pipeline(files.open(file), measured.pass, drain());
  return measured.facts();
}

/** Reads an archive to its end, once. @throws Error in one line if it isn't complete */
export async function readArchive(
  files: BackupFiles,
  file: string,
  onEntry: (entry: TarEntry) => void,
): Promise<FileFacts> {
  const measured = measure();
  const source = files.open(file);
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
