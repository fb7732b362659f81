export { coloursOf } from "./colours";
export { printJson } from "./json";
export { openProgress, type Progress } from "./progress";
export { table } from "./table";
