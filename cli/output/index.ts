export { intoFile, printJson, table } from "./print";
export { openProgress, type Progress } from "./progress";
export { coloursOf } from "./terminal";
