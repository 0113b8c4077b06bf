import type { AnswerOf } from '../../../../../contracts/api.ts';
import { EdgeError } from '../../../../../contracts/errors.ts';
import { buildRequest, parseAnswer, parseFailure } from '../../../../../contracts/request.ts';

/** Sends an ONNX file as the next version of a model and says how far it is. `fetch` cannot say that of an upload. */
export function pushFile(
  model: string,
  file: File,
  alias: string | undefined,
  onProgress: (share: number) => void,
): Promise<AnswerOf<'pushModel'>> {
  const request = buildRequest('pushModel', { params: { model }, query: { alias }, body: file });
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open(request.method, request.path);
    for (const [name, value] of Object.entries(request.headers)) sending.setRequestHeader(name, value);
    sending.responseType = 'json';
    sending.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    sending.onerror = () => reject(new EdgeError('unreachable', 'The upload was cut off; nothing was stored'));
    sending.onload = () => {
      if (sending.status < 200 || sending.status > 299)
        reject(parseFailure('pushModel', sending.status, sending.response));
      else {
        try {
          resolve(parseAnswer('pushModel', sending.response));
        } catch (error) {
          reject(error);
        }
      }
    };
    sending.send(request.body as File);
  });
}
