/** The services of the server; reflection has two versions, which differ in the name. */
import type { DescService } from '@bufbuild/protobuf';
import { Health } from '../generated/grpc/health/v1/health_pb.ts';
import * as current from '../generated/grpc/reflection/v1/reflection_pb.ts';
import * as old from '../generated/grpc/reflection/v1alpha/reflection_pb.ts';
import { EventLogService } from '../generated/tetragon/eventlogservice_pb.ts';
import { FineGuidanceSensors } from '../generated/tetragon/sensors_pb.ts';

export const CurrentReflection: typeof current.ServerReflection = current.ServerReflection;
export const OldReflection: typeof old.ServerReflection = old.ServerReflection;

export const SERVICES: readonly DescService[] = [
  FineGuidanceSensors,
  EventLogService,
  Health,
  CurrentReflection,
  OldReflection,
];
