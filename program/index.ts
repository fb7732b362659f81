export { readStack, type Stack } from "./stack";
