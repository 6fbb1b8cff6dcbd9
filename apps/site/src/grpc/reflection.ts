/** gRPC server reflection: the definitions of what is served, so that tools need no files of their own. */
import {
  create,
  createRegistry,
  type DescFile,
  type DescService,
  type Registry,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { status } from '@grpc/grpc-js';
import {
  ServerReflection,
  type ServerReflectionRequest,
  ServerReflectionRequestSchema,
  type ServerReflectionResponse,
  ServerReflectionResponseSchema,
} from '../../../../protocol/generated/grpc/reflection/v1/reflection_pb.ts';
import { type DuplexBytes, decode, defineService, type GrpcService, type MethodMaker } from './service.ts';

/** Tools older than version 1 ask under this name; the messages are the same. */
const ALPHA = 'grpc.reflection.v1alpha.ServerReflection';

type Answer = ServerReflectionResponse['messageResponse'];

/** `services` are those served beside this one. */
export function reflectionServices(
  maker: MethodMaker,
  services: readonly DescService[],
  stopping: AbortSignal,
): GrpcService[] {
  const all = [...services, ServerReflection];
  const files = new Map<string, DescFile>();
  for (const { file } of all) addWithImports(file, files);
  const registry = createRegistry(...files.values());
  const implementation = {
    ServerReflectionInfo(call: DuplexBytes): void {
      const onStop = (): unknown => call.end();
      stopping.addEventListener('abort', onStop, { once: true });
      call.on('data', (bytes: Uint8Array) => {
        try {
          const request = decode(ServerReflectionRequestSchema, bytes);
          const messageResponse = answerTo(request, all, files, registry);
          const response = { validHost: request.host, originalRequest: request, messageResponse };
          call.write(
            toBinary(ServerReflectionResponseSchema, create(ServerReflectionResponseSchema, response)),
          );
        } catch (error) {
          call.emit('error', maker.failure(ServerReflection.method.serverReflectionInfo, error));
        }
      });
      call.on('end', () => call.end());
      call.on('close', () => stopping.removeEventListener('abort', onStop));
    },
  };
  return [
    defineService(ServerReflection, implementation),
    defineService(ServerReflection, implementation, ALPHA),
  ];
}

function addWithImports(file: DescFile, files: Map<string, DescFile>): void {
  files.set(file.proto.name, file);
  for (const one of file.dependencies) addWithImports(one, files);
}

function answerTo(
  { messageRequest }: ServerReflectionRequest,
  services: readonly DescService[],
  files: ReadonlyMap<string, DescFile>,
  registry: Registry,
): Answer {
  switch (messageRequest.case) {
    case 'listServices': {
      const service = services.map(({ typeName }) => ({ name: typeName }));
      return create(ServerReflectionResponseSchema, {
        messageResponse: { case: 'listServicesResponse', value: { service } },
      }).messageResponse;
    }
    case 'fileByFilename':
      return fileAnswer(files.get(messageRequest.value), messageRequest.value);
    case 'fileContainingSymbol':
      return fileAnswer(fileOf(messageRequest.value, registry), messageRequest.value);
    default:
      return notFound(`${messageRequest.case ?? 'nothing'} of`);
  }
}

/** Of a message, an enumeration or a service, or of a method or field of one. */
function fileOf(symbol: string, registry: Registry): DescFile | undefined {
  const found = registry.get(symbol) ?? registry.get(symbol.slice(0, symbol.lastIndexOf('.')));
  return found === undefined ? undefined : found.file;
}

/** The file and all that it imports, so that one answer is enough. */
function fileAnswer(file: DescFile | undefined, asked: string): Answer {
  if (file === undefined) return notFound(asked);
  const needed = new Map<string, DescFile>();
  addWithImports(file, needed);
  const fileDescriptorProto = [...needed.values()].map(({ proto }) =>
    toBinary(FileDescriptorProtoSchema, proto),
  );
  return create(ServerReflectionResponseSchema, {
    messageResponse: { case: 'fileDescriptorResponse', value: { fileDescriptorProto } },
  }).messageResponse;
}

function notFound(asked: string): Answer {
  const value = { errorCode: status.NOT_FOUND, errorMessage: `There is no ${asked.slice(0, 200)} here.` };
  return create(ServerReflectionResponseSchema, { messageResponse: { case: 'errorResponse', value } })
    .messageResponse;
}
