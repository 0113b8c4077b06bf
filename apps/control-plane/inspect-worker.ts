/** A short-lived process that looks at one model: what it does, also crash or eat memory, ends with it. */
import { readFileSync } from 'node:fs';
import { inspectOnnx } from '../../adapters/models/inspect-onnx.ts';
import { measureCall, openOnnxSession } from '../../adapters/runtimes/onnx-session.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { InspectReply } from './inspect-model.ts';

async function inspect(path: string): Promise<InspectReply> {
  try {
    const facts = inspectOnnx(readFileSync(path));
    const session = await openOnnxSession(path, 1);
    await measureCall(session);
    await session.close();
    return { kind: 'facts', facts };
  } catch (error) {
    const { message, where, hint } =
      error instanceof EdgeError ? error : { message: String(error), where: undefined, hint: undefined };
    return {
      kind: 'refused',
      message: message.replaceAll(path, 'the model'),
      where: where === path ? undefined : where,
      hint,
    };
  }
}

const reply = await inspect(process.argv[2] as string);
process.send?.(reply, () => process.exit(0));
