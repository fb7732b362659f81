import { reasonOf } from "../engine/reason";

/**
 * Writes a result to a file.
 *
 * @throws Error in one line that names the file and the option to change
 */
export async function intoFile(
  option: string,
  file: string,
  write: (file: string) => Promise<void>,
): Promise<void> {
  try {
    await write(file);
  } catch (error) {
    const mend = `make its folder, or name another file with ${option}`;
    throw new Error(`${file} can't be written (${reasonOf(error)}): ${mend}`, { cause: error });
  }
}
