import pico from "picocolors";

/** The colours of a stream: none if it isn't a terminal, or if NO_COLOR is set (https://no-color.org). */
export function coloursOf({
  isTTY = false,
}: {
  readonly isTTY?: boolean;
}): ReturnType<typeof pico.createColors> {
  const { NO_COLOR: noColour = "", TERM: terminal } = process.env;
  return pico.createColors(isTTY && noColour === "" && terminal !== "dumb");
}

/** The size of a terminal; the usual one where it reports 0, as in some containers. */
export function sizeOf({ columns = 0, rows = 0 }: { readonly columns?: number; readonly rows?: number }) {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}
