import type { AnswerOf, RouteName } from '../../../../contracts/api.ts';
import { EdgeError } from '../../../../contracts/errors.ts';
import { buildRequest, parseAnswer, parseFailure, type RequestParts } from '../../../../contracts/request.ts';

/** Calls a route of the control plane. Rejects with the `EdgeError` that the server sent, or 'unreachable'. */
export async function call<N extends RouteName>(
  name: N,
  parts: RequestParts<N>,
  signal?: AbortSignal,
): Promise<AnswerOf<N>> {
  const request = buildRequest(name, parts);
  const response = await send(request, signal);
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw parseFailure(name, response.status, json);
  return parseAnswer(name, json);
}

async function send(request: ReturnType<typeof buildRequest>, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(request.path, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body as BodyInit }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new EdgeError('unreachable', 'The control plane does not answer', {
      cause,
      hint: 'The sites go on by themselves. Check that the control plane runs and that this browser reaches it.',
    });
  }
}
