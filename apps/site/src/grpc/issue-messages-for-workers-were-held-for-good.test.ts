import { expect, test } from 'vitest';
import { GRPCInferenceService } from '../../../../protocol/generated/grpc_service_pb.ts';
import { GrpcCaller } from '../../fixtures/grpc-caller.ts';
import { FIXTURES, startSmallSite } from '../../fixtures/small-site.ts';

test('messages that were answered in workers leave room for others', async () => {
  const model = `${FIXTURES}pickles/scaled-logistic.pkl`;
  // All messages at once may take four times an upload.
  const args = ['--grpc-port', '0', '--model', model, '--upload-mebibytes-max', '1'];
  const site = await startSmallSite({ args });
  const caller = new GrpcCaller(site.grpcAddress!);
  const rows = 16 * 1024;
  const request = {
    modelName: 'scaled-logistic',
    inputs: [{ name: 'inputs', datatype: 'FP64', shape: [BigInt(rows), 4n] }],
    rawInputContents: [new Uint8Array(rows * 4 * 8)],
  };
  for (let call = 0; call < 12; call++) {
    const answer = await caller.call(GRPCInferenceService.method.modelInfer, request);
    expect(answer.outputs[0]!.shape).toEqual([BigInt(rows)]);
  }
  caller.client.close();
  await site.close();
});
