/** Lazy views of the records in a batch. Generated from the kernel side's BTF. */

const NOWHERE = new DataView(new ArrayBuffer(0));

/** Reads a record_header in place; valid until its batch is reused. */
export class RecordHeaderView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 40;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get kind(): number {
    return this.#view.getUint16(this.#at, true);
  }

  get flags(): number {
    return this.#view.getUint16(this.#at + 2, true);
  }

  get size(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get sequence(): bigint {
    return this.#view.getBigUint64(this.#at + 8, true);
  }

  get sequenceLow(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get sequenceHigh(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get timeNs(): bigint {
    return this.#view.getBigUint64(this.#at + 16, true);
  }

  get timeNsLow(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get timeNsHigh(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  get startNs(): bigint {
    return this.#view.getBigUint64(this.#at + 24, true);
  }

  get startNsLow(): number {
    return this.#view.getUint32(this.#at + 24, true);
  }

  get startNsHigh(): number {
    return this.#view.getUint32(this.#at + 28, true);
  }

  get tgid(): number {
    return this.#view.getUint32(this.#at + 32, true);
  }

  get tid(): number {
    return this.#view.getUint32(this.#at + 36, true);
  }
}

/** Reads a exec_record in place; valid until its batch is reused. */
export class ExecRecordView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 248;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get headerKind(): number {
    return this.#view.getUint16(this.#at, true);
  }

  get headerFlags(): number {
    return this.#view.getUint16(this.#at + 2, true);
  }

  get headerSize(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get headerSequence(): bigint {
    return this.#view.getBigUint64(this.#at + 8, true);
  }

  get headerSequenceLow(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get headerSequenceHigh(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get headerTimeNs(): bigint {
    return this.#view.getBigUint64(this.#at + 16, true);
  }

  get headerTimeNsLow(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get headerTimeNsHigh(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  get headerStartNs(): bigint {
    return this.#view.getBigUint64(this.#at + 24, true);
  }

  get headerStartNsLow(): number {
    return this.#view.getUint32(this.#at + 24, true);
  }

  get headerStartNsHigh(): number {
    return this.#view.getUint32(this.#at + 28, true);
  }

  get headerTgid(): number {
    return this.#view.getUint32(this.#at + 32, true);
  }

  get headerTid(): number {
    return this.#view.getUint32(this.#at + 36, true);
  }

  get parentStartNs(): bigint {
    return this.#view.getBigUint64(this.#at + 40, true);
  }

  get parentStartNsLow(): number {
    return this.#view.getUint32(this.#at + 40, true);
  }

  get parentStartNsHigh(): number {
    return this.#view.getUint32(this.#at + 44, true);
  }

  get cgroupId(): bigint {
    return this.#view.getBigUint64(this.#at + 48, true);
  }

  get cgroupIdLow(): number {
    return this.#view.getUint32(this.#at + 48, true);
  }

  get cgroupIdHigh(): number {
    return this.#view.getUint32(this.#at + 52, true);
  }

  get imageTimeNs(): bigint {
    return this.#view.getBigUint64(this.#at + 56, true);
  }

  get imageTimeNsLow(): number {
    return this.#view.getUint32(this.#at + 56, true);
  }

  get imageTimeNsHigh(): number {
    return this.#view.getUint32(this.#at + 60, true);
  }

  get exeInode(): bigint {
    return this.#view.getBigUint64(this.#at + 64, true);
  }

  get exeInodeLow(): number {
    return this.#view.getUint32(this.#at + 64, true);
  }

  get exeInodeHigh(): number {
    return this.#view.getUint32(this.#at + 68, true);
  }

  get parentTgid(): number {
    return this.#view.getUint32(this.#at + 72, true);
  }

  get flags(): number {
    return this.#view.getUint32(this.#at + 76, true);
  }

  get exeDevice(): number {
    return this.#view.getUint32(this.#at + 80, true);
  }

  get exeLinks(): number {
    return this.#view.getUint32(this.#at + 84, true);
  }

  get exeUid(): number {
    return this.#view.getUint32(this.#at + 88, true);
  }

  get exeGid(): number {
    return this.#view.getUint32(this.#at + 92, true);
  }

  get exeMode(): number {
    return this.#view.getUint32(this.#at + 96, true);
  }

  get namespacePid(): number {
    return this.#view.getUint32(this.#at + 100, true);
  }

  get oldTid(): number {
    return this.#view.getUint32(this.#at + 104, true);
  }

  get argsSize(): number {
    return this.#view.getUint32(this.#at + 108, true);
  }

  get tty(): number {
    return this.#view.getUint32(this.#at + 112, true);
  }

  get reserved(): number {
    return this.#view.getUint32(this.#at + 116, true);
  }

  get credentialsUid(): number {
    return this.#view.getUint32(this.#at + 120, true);
  }

  get credentialsGid(): number {
    return this.#view.getUint32(this.#at + 124, true);
  }

  get credentialsEuid(): number {
    return this.#view.getUint32(this.#at + 128, true);
  }

  get credentialsEgid(): number {
    return this.#view.getUint32(this.#at + 132, true);
  }

  get credentialsSuid(): number {
    return this.#view.getUint32(this.#at + 136, true);
  }

  get credentialsSgid(): number {
    return this.#view.getUint32(this.#at + 140, true);
  }

  get credentialsFsuid(): number {
    return this.#view.getUint32(this.#at + 144, true);
  }

  get credentialsFsgid(): number {
    return this.#view.getUint32(this.#at + 148, true);
  }

  get credentialsSecurebits(): number {
    return this.#view.getUint32(this.#at + 152, true);
  }

  get credentialsLoginUid(): number {
    return this.#view.getUint32(this.#at + 156, true);
  }

  get credentialsCapPermitted(): bigint {
    return this.#view.getBigUint64(this.#at + 160, true);
  }

  get credentialsCapPermittedLow(): number {
    return this.#view.getUint32(this.#at + 160, true);
  }

  get credentialsCapPermittedHigh(): number {
    return this.#view.getUint32(this.#at + 164, true);
  }

  get credentialsCapEffective(): bigint {
    return this.#view.getBigUint64(this.#at + 168, true);
  }

  get credentialsCapEffectiveLow(): number {
    return this.#view.getUint32(this.#at + 168, true);
  }

  get credentialsCapEffectiveHigh(): number {
    return this.#view.getUint32(this.#at + 172, true);
  }

  get credentialsCapInheritable(): bigint {
    return this.#view.getBigUint64(this.#at + 176, true);
  }

  get credentialsCapInheritableLow(): number {
    return this.#view.getUint32(this.#at + 176, true);
  }

  get credentialsCapInheritableHigh(): number {
    return this.#view.getUint32(this.#at + 180, true);
  }

  get namespacesUts(): number {
    return this.#view.getUint32(this.#at + 184, true);
  }

  get namespacesIpc(): number {
    return this.#view.getUint32(this.#at + 188, true);
  }

  get namespacesMnt(): number {
    return this.#view.getUint32(this.#at + 192, true);
  }

  get namespacesPid(): number {
    return this.#view.getUint32(this.#at + 196, true);
  }

  get namespacesPidForChildren(): number {
    return this.#view.getUint32(this.#at + 200, true);
  }

  get namespacesNet(): number {
    return this.#view.getUint32(this.#at + 204, true);
  }

  get namespacesTime(): number {
    return this.#view.getUint32(this.#at + 208, true);
  }

  get namespacesTimeForChildren(): number {
    return this.#view.getUint32(this.#at + 212, true);
  }

  get namespacesCgroup(): number {
    return this.#view.getUint32(this.#at + 216, true);
  }

  get namespacesUser(): number {
    return this.#view.getUint32(this.#at + 220, true);
  }

  get binaryOffset(): number {
    return this.#view.getUint16(this.#at + 224, true);
  }

  get binaryLength(): number {
    return this.#view.getUint16(this.#at + 226, true);
  }

  get filenameOffset(): number {
    return this.#view.getUint16(this.#at + 228, true);
  }

  get filenameLength(): number {
    return this.#view.getUint16(this.#at + 230, true);
  }

  get interpreterOffset(): number {
    return this.#view.getUint16(this.#at + 232, true);
  }

  get interpreterLength(): number {
    return this.#view.getUint16(this.#at + 234, true);
  }

  get cwdOffset(): number {
    return this.#view.getUint16(this.#at + 236, true);
  }

  get cwdLength(): number {
    return this.#view.getUint16(this.#at + 238, true);
  }

  get argsOffset(): number {
    return this.#view.getUint16(this.#at + 240, true);
  }

  get argsLength(): number {
    return this.#view.getUint16(this.#at + 242, true);
  }

  get cgroupNameOffset(): number {
    return this.#view.getUint16(this.#at + 244, true);
  }

  get cgroupNameLength(): number {
    return this.#view.getUint16(this.#at + 246, true);
  }
}

/** Reads a fork_record in place; valid until its batch is reused. */
export class ForkRecordView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 80;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get headerKind(): number {
    return this.#view.getUint16(this.#at, true);
  }

  get headerFlags(): number {
    return this.#view.getUint16(this.#at + 2, true);
  }

  get headerSize(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get headerSequence(): bigint {
    return this.#view.getBigUint64(this.#at + 8, true);
  }

  get headerSequenceLow(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get headerSequenceHigh(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get headerTimeNs(): bigint {
    return this.#view.getBigUint64(this.#at + 16, true);
  }

  get headerTimeNsLow(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get headerTimeNsHigh(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  get headerStartNs(): bigint {
    return this.#view.getBigUint64(this.#at + 24, true);
  }

  get headerStartNsLow(): number {
    return this.#view.getUint32(this.#at + 24, true);
  }

  get headerStartNsHigh(): number {
    return this.#view.getUint32(this.#at + 28, true);
  }

  get headerTgid(): number {
    return this.#view.getUint32(this.#at + 32, true);
  }

  get headerTid(): number {
    return this.#view.getUint32(this.#at + 36, true);
  }

  get parentStartNs(): bigint {
    return this.#view.getBigUint64(this.#at + 40, true);
  }

  get parentStartNsLow(): number {
    return this.#view.getUint32(this.#at + 40, true);
  }

  get parentStartNsHigh(): number {
    return this.#view.getUint32(this.#at + 44, true);
  }

  get cgroupId(): bigint {
    return this.#view.getBigUint64(this.#at + 48, true);
  }

  get cgroupIdLow(): number {
    return this.#view.getUint32(this.#at + 48, true);
  }

  get cgroupIdHigh(): number {
    return this.#view.getUint32(this.#at + 52, true);
  }

  get parentTgid(): number {
    return this.#view.getUint32(this.#at + 56, true);
  }

  get namespacePid(): number {
    return this.#view.getUint32(this.#at + 60, true);
  }

  get forkerStartNs(): bigint {
    return this.#view.getBigUint64(this.#at + 64, true);
  }

  get forkerStartNsLow(): number {
    return this.#view.getUint32(this.#at + 64, true);
  }

  get forkerStartNsHigh(): number {
    return this.#view.getUint32(this.#at + 68, true);
  }

  get forkerTgid(): number {
    return this.#view.getUint32(this.#at + 72, true);
  }

  get reserved(): number {
    return this.#view.getUint32(this.#at + 76, true);
  }
}

/** Reads a exit_record in place; valid until its batch is reused. */
export class ExitRecordView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 48;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get headerKind(): number {
    return this.#view.getUint16(this.#at, true);
  }

  get headerFlags(): number {
    return this.#view.getUint16(this.#at + 2, true);
  }

  get headerSize(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get headerSequence(): bigint {
    return this.#view.getBigUint64(this.#at + 8, true);
  }

  get headerSequenceLow(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get headerSequenceHigh(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get headerTimeNs(): bigint {
    return this.#view.getBigUint64(this.#at + 16, true);
  }

  get headerTimeNsLow(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get headerTimeNsHigh(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  get headerStartNs(): bigint {
    return this.#view.getBigUint64(this.#at + 24, true);
  }

  get headerStartNsLow(): number {
    return this.#view.getUint32(this.#at + 24, true);
  }

  get headerStartNsHigh(): number {
    return this.#view.getUint32(this.#at + 28, true);
  }

  get headerTgid(): number {
    return this.#view.getUint32(this.#at + 32, true);
  }

  get headerTid(): number {
    return this.#view.getUint32(this.#at + 36, true);
  }

  get status(): number {
    return this.#view.getUint32(this.#at + 40, true);
  }

  get uid(): number {
    return this.#view.getUint32(this.#at + 44, true);
  }
}

/** Reads a argument_record in place; valid until its batch is reused. */
export class ArgumentRecordView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 16;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get value(): bigint {
    return this.#view.getBigUint64(this.#at, true);
  }

  get valueLow(): number {
    return this.#view.getUint32(this.#at, true);
  }

  get valueHigh(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get textOffset(): number {
    return this.#view.getUint16(this.#at + 8, true);
  }

  get textLength(): number {
    return this.#view.getUint16(this.#at + 10, true);
  }

  get mode(): number {
    return this.#view.getUint16(this.#at + 12, true);
  }

  get type(): number {
    return this.#view.getUint8(this.#at + 14);
  }

  get status(): number {
    return this.#view.getUint8(this.#at + 15);
  }
}

/** Reads a hook_record in place; valid until its batch is reused. */
export class HookRecordView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 416;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get headerKind(): number {
    return this.#view.getUint16(this.#at, true);
  }

  get headerFlags(): number {
    return this.#view.getUint16(this.#at + 2, true);
  }

  get headerSize(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get headerSequence(): bigint {
    return this.#view.getBigUint64(this.#at + 8, true);
  }

  get headerSequenceLow(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get headerSequenceHigh(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get headerTimeNs(): bigint {
    return this.#view.getBigUint64(this.#at + 16, true);
  }

  get headerTimeNsLow(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get headerTimeNsHigh(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  get headerStartNs(): bigint {
    return this.#view.getBigUint64(this.#at + 24, true);
  }

  get headerStartNsLow(): number {
    return this.#view.getUint32(this.#at + 24, true);
  }

  get headerStartNsHigh(): number {
    return this.#view.getUint32(this.#at + 28, true);
  }

  get headerTgid(): number {
    return this.#view.getUint32(this.#at + 32, true);
  }

  get headerTid(): number {
    return this.#view.getUint32(this.#at + 36, true);
  }

  get cgroupId(): bigint {
    return this.#view.getBigUint64(this.#at + 40, true);
  }

  get cgroupIdLow(): number {
    return this.#view.getUint32(this.#at + 40, true);
  }

  get cgroupIdHigh(): number {
    return this.#view.getUint32(this.#at + 44, true);
  }

  get hookId(): number {
    return this.#view.getUint32(this.#at + 48, true);
  }

  get generation(): number {
    return this.#view.getUint32(this.#at + 52, true);
  }

  get outcome(): number {
    return this.#view.getUint32(this.#at + 56, true);
  }

  get overrideError(): number {
    return this.#view.getInt32(this.#at + 60, true);
  }

  get uid(): number {
    return this.#view.getUint32(this.#at + 64, true);
  }

  get argumentCount(): number {
    return this.#view.getUint32(this.#at + 68, true);
  }

  get returnStatus(): number {
    return this.#view.getUint32(this.#at + 72, true);
  }

  get hashAlgorithm(): number {
    return this.#view.getUint32(this.#at + 76, true);
  }

  get kernelStackOffset(): number {
    return this.#view.getUint16(this.#at + 80, true);
  }

  get kernelStackLength(): number {
    return this.#view.getUint16(this.#at + 82, true);
  }

  get userStackOffset(): number {
    return this.#view.getUint16(this.#at + 84, true);
  }

  get userStackLength(): number {
    return this.#view.getUint16(this.#at + 86, true);
  }

  get fileHashOffset(): number {
    return this.#view.getUint16(this.#at + 88, true);
  }

  get fileHashLength(): number {
    return this.#view.getUint16(this.#at + 90, true);
  }

  get reserved(): number {
    return this.#view.getUint32(this.#at + 92, true);
  }

  /** index: 0 to 7. */
  selectors(index: number): bigint {
    return this.#view.getBigUint64(this.#at + 96 + index * 8, true);
  }

  selectorsLow(index: number): number {
    return this.#view.getUint32(this.#at + 96 + index * 8, true);
  }

  selectorsHigh(index: number): number {
    return this.#view.getUint32(this.#at + 96 + index * 8 + 4, true);
  }

  /** Offset of an element in the batch, for the view of its type; index: 0 to 15. */
  argumentsAt(index: number): number {
    return this.#at + 160 + index * 16;
  }
}

/** Reads a loader_record in place; valid until its batch is reused. */
export class LoaderRecordView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 72;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get headerKind(): number {
    return this.#view.getUint16(this.#at, true);
  }

  get headerFlags(): number {
    return this.#view.getUint16(this.#at + 2, true);
  }

  get headerSize(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get headerSequence(): bigint {
    return this.#view.getBigUint64(this.#at + 8, true);
  }

  get headerSequenceLow(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get headerSequenceHigh(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get headerTimeNs(): bigint {
    return this.#view.getBigUint64(this.#at + 16, true);
  }

  get headerTimeNsLow(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get headerTimeNsHigh(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  get headerStartNs(): bigint {
    return this.#view.getBigUint64(this.#at + 24, true);
  }

  get headerStartNsLow(): number {
    return this.#view.getUint32(this.#at + 24, true);
  }

  get headerStartNsHigh(): number {
    return this.#view.getUint32(this.#at + 28, true);
  }

  get headerTgid(): number {
    return this.#view.getUint32(this.#at + 32, true);
  }

  get headerTid(): number {
    return this.#view.getUint32(this.#at + 36, true);
  }

  get reserved(): number {
    return this.#view.getUint32(this.#at + 40, true);
  }

  get buildIdSize(): number {
    return this.#view.getUint32(this.#at + 44, true);
  }

  /** index: 0 to 19. */
  buildId(index: number): number {
    return this.#view.getUint8(this.#at + 48 + index * 1);
  }

  get pathOffset(): number {
    return this.#view.getUint16(this.#at + 68, true);
  }

  get pathLength(): number {
    return this.#view.getUint16(this.#at + 70, true);
  }
}

/** Reads a dns_record in place; valid until its batch is reused. */
export class DnsRecordView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 96;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get headerKind(): number {
    return this.#view.getUint16(this.#at, true);
  }

  get headerFlags(): number {
    return this.#view.getUint16(this.#at + 2, true);
  }

  get headerSize(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get headerSequence(): bigint {
    return this.#view.getBigUint64(this.#at + 8, true);
  }

  get headerSequenceLow(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get headerSequenceHigh(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get headerTimeNs(): bigint {
    return this.#view.getBigUint64(this.#at + 16, true);
  }

  get headerTimeNsLow(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get headerTimeNsHigh(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  get headerStartNs(): bigint {
    return this.#view.getBigUint64(this.#at + 24, true);
  }

  get headerStartNsLow(): number {
    return this.#view.getUint32(this.#at + 24, true);
  }

  get headerStartNsHigh(): number {
    return this.#view.getUint32(this.#at + 28, true);
  }

  get headerTgid(): number {
    return this.#view.getUint32(this.#at + 32, true);
  }

  get headerTid(): number {
    return this.#view.getUint32(this.#at + 36, true);
  }

  get cgroupId(): bigint {
    return this.#view.getBigUint64(this.#at + 40, true);
  }

  get cgroupIdLow(): number {
    return this.#view.getUint32(this.#at + 40, true);
  }

  get cgroupIdHigh(): number {
    return this.#view.getUint32(this.#at + 44, true);
  }

  /** index: 0 to 15. */
  local(index: number): number {
    return this.#view.getUint8(this.#at + 48 + index * 1);
  }

  /** index: 0 to 15. */
  remote(index: number): number {
    return this.#view.getUint8(this.#at + 64 + index * 1);
  }

  get localPort(): number {
    return this.#view.getUint16(this.#at + 80, true);
  }

  get remotePort(): number {
    return this.#view.getUint16(this.#at + 82, true);
  }

  get family(): number {
    return this.#view.getUint16(this.#at + 84, true);
  }

  get direction(): number {
    return this.#view.getUint16(this.#at + 86, true);
  }

  get size(): number {
    return this.#view.getUint32(this.#at + 88, true);
  }

  get messageOffset(): number {
    return this.#view.getUint16(this.#at + 92, true);
  }

  get messageLength(): number {
    return this.#view.getUint16(this.#at + 94, true);
  }
}

/** Reads a cgroup_record in place; valid until its batch is reused. */
export class CgroupRecordView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 64;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get headerKind(): number {
    return this.#view.getUint16(this.#at, true);
  }

  get headerFlags(): number {
    return this.#view.getUint16(this.#at + 2, true);
  }

  get headerSize(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get headerSequence(): bigint {
    return this.#view.getBigUint64(this.#at + 8, true);
  }

  get headerSequenceLow(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get headerSequenceHigh(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get headerTimeNs(): bigint {
    return this.#view.getBigUint64(this.#at + 16, true);
  }

  get headerTimeNsLow(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get headerTimeNsHigh(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  get headerStartNs(): bigint {
    return this.#view.getBigUint64(this.#at + 24, true);
  }

  get headerStartNsLow(): number {
    return this.#view.getUint32(this.#at + 24, true);
  }

  get headerStartNsHigh(): number {
    return this.#view.getUint32(this.#at + 28, true);
  }

  get headerTgid(): number {
    return this.#view.getUint32(this.#at + 32, true);
  }

  get headerTid(): number {
    return this.#view.getUint32(this.#at + 36, true);
  }

  get cgroupId(): bigint {
    return this.#view.getBigUint64(this.#at + 40, true);
  }

  get cgroupIdLow(): number {
    return this.#view.getUint32(this.#at + 40, true);
  }

  get cgroupIdHigh(): number {
    return this.#view.getUint32(this.#at + 44, true);
  }

  get parentId(): bigint {
    return this.#view.getBigUint64(this.#at + 48, true);
  }

  get parentIdLow(): number {
    return this.#view.getUint32(this.#at + 48, true);
  }

  get parentIdHigh(): number {
    return this.#view.getUint32(this.#at + 52, true);
  }

  get change(): number {
    return this.#view.getUint32(this.#at + 56, true);
  }

  get pathOffset(): number {
    return this.#view.getUint16(this.#at + 60, true);
  }

  get pathLength(): number {
    return this.#view.getUint16(this.#at + 62, true);
  }
}

/** Reads a socket_detail in place; valid until its batch is reused. */
export class SocketDetailView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 72;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  /** index: 0 to 15. */
  source(index: number): number {
    return this.#view.getUint8(this.#at + index * 1);
  }

  /** index: 0 to 15. */
  destination(index: number): number {
    return this.#view.getUint8(this.#at + 16 + index * 1);
  }

  get cookie(): bigint {
    return this.#view.getBigUint64(this.#at + 32, true);
  }

  get cookieLow(): number {
    return this.#view.getUint32(this.#at + 32, true);
  }

  get cookieHigh(): number {
    return this.#view.getUint32(this.#at + 36, true);
  }

  get mark(): number {
    return this.#view.getUint32(this.#at + 40, true);
  }

  get priority(): number {
    return this.#view.getUint32(this.#at + 44, true);
  }

  get hash(): number {
    return this.#view.getUint32(this.#at + 48, true);
  }

  get length(): number {
    return this.#view.getUint32(this.#at + 52, true);
  }

  get family(): number {
    return this.#view.getUint16(this.#at + 56, true);
  }

  get type(): number {
    return this.#view.getUint16(this.#at + 58, true);
  }

  get protocol(): number {
    return this.#view.getUint16(this.#at + 60, true);
  }

  get sourcePort(): number {
    return this.#view.getUint16(this.#at + 62, true);
  }

  get destinationPort(): number {
    return this.#view.getUint16(this.#at + 64, true);
  }

  get etherType(): number {
    return this.#view.getUint16(this.#at + 66, true);
  }

  get state(): number {
    return this.#view.getUint8(this.#at + 68);
  }

  /** index: 0 to 2. */
  reserved(index: number): number {
    return this.#view.getUint8(this.#at + 69 + index * 1);
  }
}

/** Reads a user_namespace_detail in place; valid until its batch is reused. */
export class UserNamespaceDetailView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 16;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get level(): number {
    return this.#view.getInt32(this.#at, true);
  }

  get uid(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get gid(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get inum(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }
}

/** Reads a cred_detail in place; valid until its batch is reused. */
export class CredDetailView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 80;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get credentialsUid(): number {
    return this.#view.getUint32(this.#at, true);
  }

  get credentialsGid(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get credentialsEuid(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get credentialsEgid(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get credentialsSuid(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get credentialsSgid(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  get credentialsFsuid(): number {
    return this.#view.getUint32(this.#at + 24, true);
  }

  get credentialsFsgid(): number {
    return this.#view.getUint32(this.#at + 28, true);
  }

  get credentialsSecurebits(): number {
    return this.#view.getUint32(this.#at + 32, true);
  }

  get credentialsLoginUid(): number {
    return this.#view.getUint32(this.#at + 36, true);
  }

  get credentialsCapPermitted(): bigint {
    return this.#view.getBigUint64(this.#at + 40, true);
  }

  get credentialsCapPermittedLow(): number {
    return this.#view.getUint32(this.#at + 40, true);
  }

  get credentialsCapPermittedHigh(): number {
    return this.#view.getUint32(this.#at + 44, true);
  }

  get credentialsCapEffective(): bigint {
    return this.#view.getBigUint64(this.#at + 48, true);
  }

  get credentialsCapEffectiveLow(): number {
    return this.#view.getUint32(this.#at + 48, true);
  }

  get credentialsCapEffectiveHigh(): number {
    return this.#view.getUint32(this.#at + 52, true);
  }

  get credentialsCapInheritable(): bigint {
    return this.#view.getBigUint64(this.#at + 56, true);
  }

  get credentialsCapInheritableLow(): number {
    return this.#view.getUint32(this.#at + 56, true);
  }

  get credentialsCapInheritableHigh(): number {
    return this.#view.getUint32(this.#at + 60, true);
  }

  get userNamespaceLevel(): number {
    return this.#view.getInt32(this.#at + 64, true);
  }

  get userNamespaceUid(): number {
    return this.#view.getUint32(this.#at + 68, true);
  }

  get userNamespaceGid(): number {
    return this.#view.getUint32(this.#at + 72, true);
  }

  get userNamespaceInum(): number {
    return this.#view.getUint32(this.#at + 76, true);
  }
}

/** Reads a bpf_detail in place; valid until its batch is reused. */
export class BpfDetailView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 40;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get type(): number {
    return this.#view.getUint32(this.#at, true);
  }

  get instructions(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get keySize(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get valueSize(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get entries(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get reserved(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  /** Offset of its 16 bytes in the batch. */
  get nameAt(): number {
    return this.#at + 24;
  }
}

/** Reads a perf_event_detail in place; valid until its batch is reused. */
export class PerfEventDetailView {
  /** Bytes of the fixed part. */
  static readonly SIZE = 88;
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at `at`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }

  get type(): number {
    return this.#view.getUint32(this.#at, true);
  }

  get reserved(): number {
    return this.#view.getUint32(this.#at + 4, true);
  }

  get config(): bigint {
    return this.#view.getBigUint64(this.#at + 8, true);
  }

  get configLow(): number {
    return this.#view.getUint32(this.#at + 8, true);
  }

  get configHigh(): number {
    return this.#view.getUint32(this.#at + 12, true);
  }

  get probeOffset(): bigint {
    return this.#view.getBigUint64(this.#at + 16, true);
  }

  get probeOffsetLow(): number {
    return this.#view.getUint32(this.#at + 16, true);
  }

  get probeOffsetHigh(): number {
    return this.#view.getUint32(this.#at + 20, true);
  }

  /** Offset of its 64 bytes in the batch. */
  get functionAt(): number {
    return this.#at + 24;
  }
}