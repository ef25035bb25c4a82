/** The pod of a process as Tetragon's JSON has it. */

export interface JsonContainer {
  /** With the runtime in front: `containerd://…`. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly image?:
    | { readonly id?: string | undefined; readonly name?: string | undefined }
    | undefined;
  readonly start_time?: string | undefined;
  readonly security_context?: { readonly privileged?: boolean | undefined } | undefined;
}

export interface JsonPod {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
  readonly container?: JsonContainer | undefined;
  readonly pod_labels?: Readonly<Record<string, string>> | undefined;
  /** What controls the pod, or the pod itself. */
  readonly workload?: string | undefined;
  readonly workload_kind?: string | undefined;
  readonly pod_annotations?: Readonly<Record<string, string>> | undefined;
}
