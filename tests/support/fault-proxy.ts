export { FAULTS, type Fault, faultProxy, type FaultProxy, type Plan } from "../../scripts/faults/proxy";
