export { coloursOf } from "./colours";
export { intoFile } from "./file";
export { printJson } from "./json";
export { openProgress, type Progress } from "./progress";
export { table } from "./table";
