export { declareCompany } from "./company";
