/** Some of a container's log, as Docker's API frames it. */
export function frame(text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 2;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}
