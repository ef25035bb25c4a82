/** Health and reflection of gRPC. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, createClient } from '@connectrpc/connect';
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '../../../../src/server/grpc/generated/grpc/health/v1/health_pb.ts';
import { FineGuidanceSensors } from '../../../../src/server/grpc/generated/tetragon/sensors_pb.ts';
import {
  CurrentReflection,
  OldReflection,
} from '../../../../src/server/grpc/services/service-list.ts';
import { failureOf } from './ask.ts';
import { GrpcStage } from './grpc-stage.ts';

describe('Health of gRPC', () => {
  it('is that of all services, and none of others', async () => {
    await using stage = await GrpcStage.open();
    const client = createClient(Health, stage.transport());

    const all = await client.check({});
    const one = await client.check({ service: FineGuidanceSensors.typeName });
    const none = await failureOf(client.check({ service: 'x' }));
    const { statuses } = await client.list({});

    assert.deepStrictEqual(
      [all.status, one.status],
      [ServingStatus.SERVING, ServingStatus.SERVING],
    );
    assert.equal(none.code, Code.NotFound);
    assert.equal(statuses['tetragon.EventLogService']?.status, ServingStatus.SERVING);
  });

  it('is watched until the server closes', async () => {
    await using stage = await GrpcStage.open();
    const client = createClient(Health, stage.transport());
    const statuses: ServingStatus[] = [];

    for await (const { status } of client.watch({})) {
      statuses.push(status);
      if (statuses.length === 1) void stage.server.close();
    }

    assert.deepStrictEqual(statuses, [ServingStatus.SERVING, ServingStatus.NOT_SERVING]);
  });
});

describe('Reflection', () => {
  for (const service of [CurrentReflection, OldReflection] as const) {
    it(`describes all services by ${service.typeName}`, async () => {
      await using stage = await GrpcStage.open();
      const client = createClient<typeof CurrentReflection>(
        service as typeof CurrentReflection,
        stage.transport(),
      );
      const asked = [
        { case: 'listServices', value: '' },
        { case: 'fileContainingSymbol', value: 'tetragon.FineGuidanceSensors' },
        { case: 'fileContainingSymbol', value: 'tetragon.FineGuidanceSensors.GetEvents' },
        { case: 'fileContainingSymbol', value: 'tetragon.Process.binary' },
        { case: 'fileByFilename', value: 'google/protobuf/any.proto' },
        { case: 'fileContainingSymbol', value: 'tetragon.Nothing' },
        { case: 'allExtensionNumbersOfType', value: 'tetragon.Process' },
      ] as const;
      async function* requests() {
        for (const messageRequest of asked) yield { messageRequest };
      }

      const seen: unknown[] = [];
      for await (const { messageResponse } of client.serverReflectionInfo(requests())) {
        if (messageResponse.case === 'fileDescriptorResponse') {
          const [bytes = new Uint8Array()] = messageResponse.value.fileDescriptorProto;
          seen.push(fromBinary(FileDescriptorProtoSchema, bytes).name);
        } else if (messageResponse.case === 'listServicesResponse') {
          seen.push(messageResponse.value.service.map(({ name }) => name).slice(0, 2));
        } else seen.push(messageResponse.case);
      }

      assert.deepStrictEqual(seen, [
        ['tetragon.FineGuidanceSensors', 'tetragon.EventLogService'],
        'tetragon/sensors.proto',
        'tetragon/sensors.proto',
        'tetragon/tetragon.proto',
        'google/protobuf/any.proto',
        'errorResponse',
        'allExtensionNumbersResponse',
      ]);
    });
  }
});
