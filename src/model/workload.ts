/** Workloads: what processes of a node belong to. */

/** A container of a pod or, without a pod, what runs on the node itself. */
export interface Workload {
  readonly pod?: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly container?: {
    readonly name: string;
    /** Of the image, without tag and digest. */
    readonly repo: string;
  };
}
