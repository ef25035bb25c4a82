/** Tells clients which services and messages there are; both versions of it speak the same. */
import { createRegistry, type DescFile, type DescService, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';

/** The members of a request that both versions have. */
export interface ReflectionRequest {
  readonly host: string;
  readonly messageRequest:
    | {
        readonly case:
          | 'fileByFilename'
          | 'fileContainingSymbol'
          | 'allExtensionNumbersOfType'
          | 'listServices';
        readonly value: string;
      }
    | { readonly case: 'fileContainingExtension'; readonly value: object }
    | { readonly case: undefined; readonly value?: undefined };
}

interface ErrorAnswer {
  readonly errorCode: number;
  readonly errorMessage: string;
}

export type ReflectionAnswer =
  | {
      readonly case: 'fileDescriptorResponse';
      readonly value: { fileDescriptorProto: Uint8Array<ArrayBuffer>[] };
    }
  | {
      readonly case: 'allExtensionNumbersResponse';
      readonly value: { baseTypeName: string; extensionNumber: number[] };
    }
  | { readonly case: 'listServicesResponse'; readonly value: { service: { name: string }[] } }
  | { readonly case: 'errorResponse'; readonly value: ErrorAnswer };

/** Answers one request after the other. */
export class Reflection {
  readonly #services: readonly DescService[];
  readonly #files: ReadonlyMap<string, DescFile>;
  readonly #registry: ReturnType<typeof createRegistry>;

  constructor(services: readonly DescService[]) {
    this.#services = services;
    const files = services.flatMap(({ file }) => withImports(file));
    this.#files = new Map(files.map((file) => [file.proto.name ?? '', file]));
    this.#registry = createRegistry(...this.#files.values());
  }

  answer({ messageRequest: { case: kind, value } }: ReflectionRequest): ReflectionAnswer {
    switch (kind) {
      case 'listServices':
        return {
          case: 'listServicesResponse',
          value: { service: this.#services.map(({ typeName: name }) => ({ name })) },
        };
      case 'fileByFilename':
        return describeFile(this.#files.get(value), value);
      case 'fileContainingSymbol':
        return describeFile(this.#fileOf(value), value);
      case 'allExtensionNumbersOfType':
        if (this.#registry.getMessage(value) === undefined) return unknown(value);
        return {
          case: 'allExtensionNumbersResponse',
          value: { baseTypeName: value, extensionNumber: [] },
        };
      case 'fileContainingExtension':
        return unknown('of the extension');
      default:
        return failure(Code.InvalidArgument, 'the request asks for nothing');
    }
  }

  /** Of a service, a message, an enum, or a method or field of one. */
  #fileOf(symbol: string): DescFile | undefined {
    const { file } = this.#registry.get(symbol) ?? {};
    if (file !== undefined) return file;
    const at = symbol.lastIndexOf('.');
    const owner = at < 0 ? undefined : this.#registry.get(symbol.slice(0, at));
    const name = symbol.slice(at + 1);
    if (owner?.kind === 'service' && owner.methods.some((one) => one.name === name)) {
      return owner.file;
    }
    const isField = owner?.kind === 'message' && owner.fields.some((one) => one.name === name);
    return isField ? owner.file : undefined;
  }
}

function withImports(file: DescFile): readonly DescFile[] {
  return [file, ...file.dependencies.flatMap(withImports)];
}

/** The file and all that it imports, so that clients need not ask again. */
function describeFile(file: DescFile | undefined, name: string): ReflectionAnswer {
  if (file === undefined) return unknown(name);
  const files = new Set(withImports(file));
  const fileDescriptorProto = [...files].map(({ proto }) => {
    return toBinary(FileDescriptorProtoSchema, proto);
  });
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
}

function unknown(name: string): ReflectionAnswer {
  return failure(Code.NotFound, `there is no ${name} here`);
}

function failure(errorCode: Code, errorMessage: string): ReflectionAnswer {
  return { case: 'errorResponse', value: { errorCode, errorMessage } };
}
