/** A BPF object file: opened, specialised, loaded. */
import { BpfLink } from './bpf-link.ts';
import { BpfMap } from './bpf-map.ts';
import { type AttachPoint, BpfProgram } from './bpf-program.ts';
import { type NativeHandle, native } from './native.ts';

/**
 * Settings go before load, maps and programs come after it; the wrong order is ENGINE_OBJECT_STATE.
 * Closing it closes every map, program and link that came out of it: pin what has to stay.
 */
export class BpfObject {
  readonly path: string;
  readonly #handle: NativeHandle<'object'>;
  readonly #maps = new Map<string, BpfMap>();
  readonly #programs = new Map<string, BpfProgram>();
  readonly #links = new Set<BpfLink>();

  private constructor(path: string) {
    this.path = path;
    this.#handle = native().objectOpen(path);
  }

  /** Parses the file; throws ENGINE_OBJECT_MISSING or ENGINE_OBJECT_CORRUPT. */
  static open(path: string): BpfObject {
    return new BpfObject(path);
  }

  /** Sets the initial value of a global variable (.rodata, .data, .bss), all its bytes. */
  setVariable(name: string, bytes: Uint8Array): void {
    native().objectSetVariable(this.#handle, name, bytes);
  }

  setMapEntries(map: string, entries: number): void {
    native().objectSetMapEntries(this.#handle, map, entries);
  }

  /** Uses an existing map in place of the object's own; type and sizes must be equal. */
  reuseMap(map: string, from: BpfMap): void {
    native().objectReuseMap(this.#handle, map, from.handle);
  }

  /** Does not create the map; programs that still use it are rejected at load. */
  disableMap(map: string): void {
    native().objectDisableMap(this.#handle, map);
  }

  setAutoload(program: string, on: boolean): void {
    native().objectSetAutoload(this.#handle, program, on);
  }

  /** Names the kernel function or tracepoint of a BTF program; throws ENGINE_TARGET_MISSING. */
  setAttachTarget(program: string, target: string): void {
    native().objectSetAttachTarget(this.#handle, program, target);
  }

  /** Creates the maps and loads the programs; a failure carries the verifier log in `.log`. */
  load(): void {
    native().objectLoad(this.#handle);
  }

  programNames(): readonly string[] {
    return native().objectProgramNames(this.#handle);
  }

  mapNames(): readonly string[] {
    return native().objectMapNames(this.#handle);
  }

  /** The same map object every time; throws ENGINE_MAP_MISSING. */
  map(name: string): BpfMap {
    const known = this.#maps.get(name);
    if (known !== undefined) return known;
    const map = new BpfMap(native().objectMap(this.#handle, name), name);
    this.#maps.set(name, map);
    return map;
  }

  /**
   * The same program object every time; throws ENGINE_PROGRAM_MISSING, also if autoload was off.
   */
  program(name: string): BpfProgram {
    const known = this.#programs.get(name);
    if (known !== undefined) return known;
    const program = new BpfProgram(native().objectProgram(this.#handle, name), name, (point) =>
      this.#attach(name, point),
    );
    this.#programs.set(name, program);
    return program;
  }

  /** Detaches and unloads everything that is not pinned; closing twice is fine. */
  close(): void {
    for (const link of this.#links) link.close();
    for (const program of this.#programs.values()) program.close();
    for (const map of this.#maps.values()) map.close();
    this.#links.clear();
    native().close(this.#handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #attach(program: string, point: AttachPoint): BpfLink {
    const handle = attach(this.#handle, program, point);
    const link: BpfLink = new BpfLink(handle, () => this.#links.delete(link));
    this.#links.add(link);
    return link;
  }
}

function attach(
  object: NativeHandle<'object'>,
  program: string,
  point: AttachPoint,
): NativeHandle<'link'> {
  switch (point.kind) {
    case 'section':
      return native().objectAttach(object, program);
    case 'kprobe':
      return native().objectAttach(object, program, point.kernelFunction, point.isReturn);
    case 'tracepoint':
      return native().objectAttachTracepoint(object, program, point.category, point.event);
    case 'cgroup':
      return native().objectAttachCgroup(object, program, point.directory);
    case 'uprobe': {
      const { file, offset, refCounter, isReturn, cookie } = point;
      const place = [file, offset, refCounter, isReturn, cookie] as const;
      return native().objectAttachUprobe(object, program, ...place);
    }
  }
}
