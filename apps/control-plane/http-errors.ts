import type { FastifyError, FastifyReply } from 'fastify';
import { EdgeError, errorTable } from '../../contracts/errors.ts';
import type { ControlPlanePorts } from './ports.ts';

/** The operating error that an error of the HTTP server stands for. What it does not know is a defect, told to nobody outside. */
export function httpError(error: FastifyError | Error): EdgeError {
  if (error instanceof EdgeError) return error;
  const { statusCode, code } = error as FastifyError;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413)
    return new EdgeError('too-large', 'The request has more bytes than this route takes.', { cause: error });
  if (statusCode === 429) return new EdgeError('too-many', 'Too many requests from this address.', { cause: error });
  if (statusCode === 415)
    return new EdgeError('bad-request', 'The media type of the request is not the one that this route takes.', {
      cause: error,
    });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new EdgeError('bad-request', error.message, { cause: error });
  return new EdgeError('internal', 'Something went wrong in the control plane.', { cause: error });
}

/** Answers with an error as every client reads it. */
export function replyError(
  reply: FastifyReply,
  error: FastifyError | Error,
  log: ControlPlanePorts['log'],
): FastifyReply {
  const told = httpError(error);
  if (told.code === 'internal' || errorTable[told.code].http >= 500) {
    const cause = told.cause instanceof Error ? told.cause.stack : String(told.cause ?? told.message);
    log('error', `a request failed: ${told.message}`, { code: told.code, where: told.where, cause });
  }
  return reply.code(errorTable[told.code].http).type('application/json').send(told.toBody());
}
