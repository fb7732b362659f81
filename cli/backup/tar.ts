/** An entry of a tar archive. */
export interface TarEntry {
  /** With the folder that the archive is of: `ocis-config/ocis.yaml`. */
  readonly name: string;
  readonly isFolder: boolean;
}

const BLOCK = 512;
const NOTHING = Buffer.alloc(0);

/** Longest name, or list of extended attributes, that is read; Docker writes no longer ones. */
const LONGEST = 2 ** 20;

/**
 * Reads a tar archive of any size as it comes, and calls back for each entry. Its end is part of what it checks: Docker unpacks
 * an archive that was cut off without a word.
 */
export class TarReader {
  #block: Buffer = NOTHING;
  /** Bytes of the current entry that are still to come, padding included. */
  #left = 0;
  /** The content of an entry that describes the next one. */
  #kept: Buffer[] | undefined;
  #keptType = "";
  #keptSize = 0;
  #next: { name?: string; size?: number } = {};
  #zeros = 0;

  /** @param onBytes receives the same archive for programs that don't read sizes from records, such as BusyBox's tar */
  constructor(
    private readonly onEntry: (entry: TarEntry) => void,
    private readonly onBytes?: (bytes: Buffer) => void,
  ) {}

  /** @throws Error in one line if this can't be part of an archive */
  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const part = chunk.subarray(at, at + this.#left);
        this.#kept?.push(part);
        this.onBytes?.(part);
        this.#left -= part.length;
        at += part.length;
        if (this.#left === 0) this.#finishKept();
        continue;
      }
      const part = chunk.subarray(at, at + BLOCK - this.#block.length);
      at += part.length;
      this.#block = this.#block.length === 0 ? part : Buffer.concat([this.#block, part]);
      if (this.#block.length < BLOCK) continue;
      this.#header(this.#block);
      this.#block = NOTHING;
    }
  }

  /** @throws Error in one line if the archive isn't complete */
  end(): void {
    if (this.#left > 0 || this.#block.length > 0 || this.#zeros < 2) throw new Error("it ends too early");
  }

  #header(block: Buffer): void {
    if (block.every((byte) => byte === 0)) {
      this.#zeros += 1;
      this.onBytes?.(block);
      return;
    }
    if (this.#zeros > 0 || checksumOf(block) !== numberAt(block, 148, 8)) {
      throw new Error("it isn't a tar archive, or it is damaged");
    }
    const type = block.toString("latin1", 156, 157);
    const describesNext = /^[xLK]$/.test(type);
    const size = describesNext ? numberAt(block, 124, 12) : (this.#next.size ?? numberAt(block, 124, 12));
    this.onBytes?.(describesNext || this.#next.size === undefined ? block : withSize(block, size));
    if (describesNext) {
      if (size > LONGEST) throw new Error("an entry of it has a name that is too long");
      this.#kept = [];
      this.#keptType = type;
      this.#keptSize = size;
    } else if (type !== "g") {
      const name = this.#next.name ?? nameIn(block);
      this.#next = {};
      this.onEntry({ name: name.replace(/\/$/, ""), isFolder: type === "5" });
    }
    // Links and folders have no content, whatever their size says.
    this.#left = /^[1-6]$/.test(type) ? 0 : Math.ceil(size / BLOCK) * BLOCK;
  }

  #finishKept(): void {
    if (this.#kept === undefined) return;
    const content = Buffer.concat(this.#kept).subarray(0, this.#keptSize);
    this.#kept = undefined;
    if (this.#keptType === "L") this.#next.name = textOf(content);
    // K is a link's target.
    else if (this.#keptType === "x") Object.assign(this.#next, described(content));
  }
}

/** An archive of one text file that everybody may read. */
export function tarOf(name: string, text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(BLOCK);
  const fields = [
    [0, name],
    [100, "0000644\0"],
    [124, `${content.length.toString(8).padStart(11, "0")}\0`],
    [136, `${Math.floor(Date.now() / 1_000).toString(8)}\0`],
    [156, "0"],
    [257, "ustar\u000000"],
  ] as const;
  for (const [at, field] of fields) header.write(field, at, "latin1");
  header.write(`${checksumOf(header).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)]);
}

/** A header with a size of any length, as a binary number. */
function withSize(block: Buffer, size: number): Buffer {
  const header = Buffer.from(block);
  header.fill(0, 124, 136);
  header[124] = 0x80;
  header.writeUIntBE(size, 130, 6);
  header.write(`${checksumOf(header).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** All bytes of a header, with blanks in place of the checksum itself. */
function checksumOf(block: Buffer): number {
  let sum = 0;
  for (const [at, byte] of block.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte;
  return sum;
}

/** Octal digits; or, with the first bit set, a binary number. */
function numberAt(block: Buffer, at: number, length: number): number {
  const field = block.subarray(at, at + length);
  if ((field[0] ?? 0) >= 0x80) return field.subarray(-6).readUIntBE(0, 6);
  const digits = textOf(field).trim();
  const number = digits === "" ? 0 : Number.parseInt(digits, 8);
  if (Number.isNaN(number)) throw new Error("it isn't a tar archive, or it is damaged");
  return number;
}

function nameIn(block: Buffer): string {
  const prefix = block.toString("latin1", 257, 262) === "ustar" ? textOf(block.subarray(345, 500)) : "";
  return `${prefix === "" ? "" : `${prefix}/`}${textOf(block.subarray(0, 100))}`;
}

const textOf = (field: Buffer) => field.toString("utf8").replace(/\0.*$/s, "");

/** Records of the form `LENGTH KEY=VALUE\n`, whose length counts all of the record. */
function described(content: Buffer): { name?: string; size?: number } {
  const found: { name?: string; size?: number } = {};
  for (let at = 0; at < content.length;) {
    const blank = content.indexOf(" ", at);
    const length = Number(content.toString("latin1", at, blank));
    if (blank < 0 || !(length > 0)) break;
    const [key = "", ...value] = content.toString("utf8", blank + 1, at + length - 1).split("=");
    if (key === "path") found.name = value.join("=");
    if (key === "size") found.size = Number(value.join("="));
    at += length;
  }
  return found;
}
