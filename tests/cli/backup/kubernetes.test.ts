import { deploymentOf } from "../../../cli/backup/services";
import { snapshot } from "../company-in-kubernetes";

test("backup prints how to do it by hand in Kubernetes", () => {
  expect(() => deploymentOf(snapshot())).toThrow(
    "stack 'test' runs oCIS in Kubernetes, which backup doesn't cover: run `kubectl scale statefulset/ocis --namespace=shop " +
      "--replicas=0`, back up both claims together, for instance by snapshots, and run `kubectl scale statefulset/ocis " +
      "--namespace=shop --replicas=1`",
  );
});
