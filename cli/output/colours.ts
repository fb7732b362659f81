import pico from "picocolors";
import type { WriteStream } from "node:tty";

/** The colours of a stream: none when it is no terminal, or when NO_COLOR is set (https://no-color.org). */
export function coloursOf(stream: Pick<WriteStream, "isTTY">): ReturnType<typeof pico.createColors> {
  const { NO_COLOR: noColour = "", TERM: terminal } = process.env;
  return pico.createColors(stream.isTTY && noColour === "" && terminal !== "dumb");
}
