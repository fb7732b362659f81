import { deploymentOf } from "../../../cli/backup/services";
import { snapshot } from "../company-in-kubernetes";

test("backup prints how to do it by hand in Kubernetes, with a Pocket ID of the stack too", () => {
  const state = snapshot();
  const ocis = (replicas: number) =>
    `\`kubectl scale statefulset/ocis --replicas=${replicas} --namespace=shop\``;
  expect(() => deploymentOf(state)).toThrow(
    `stack 'test' runs in Kubernetes, which backup doesn't cover: run ${ocis(0)}, back up all claims together, for instance by ` +
      `snapshots, and run ${ocis(1)}`,
  );
  const pocketId = state.resources
    .filter(({ id }) => id === "shop/ocis")
    .map((one) => ({ ...one, id: "id/pocket-id" }));
  expect(() => deploymentOf({ ...state, resources: [...state.resources, ...pocketId] })).toThrow(
    `${ocis(0)} and \`kubectl scale statefulset/pocket-id --replicas=0 --namespace=id\`, back up`,
  );
});
