export { type Fault, FAULTS } from "../../lab/faults/fault";
export { faultProxy, type FaultProxy, type Plan } from "../../lab/faults/proxy";
