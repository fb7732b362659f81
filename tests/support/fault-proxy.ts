export { type Fault, FAULTS } from "../../scripts/faults/fault";
export { faultProxy, type FaultProxy, type Plan } from "../../scripts/faults/proxy";
