import { EdgeError } from '../../contracts/errors.ts';

const systemReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection is refused (nothing listens there)',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the connection timed out',
};

/** A failure of the network as EdgeError `unreachable`, in words of the people who lay cables. */
export function unreachable(where: string, error: NodeJS.ErrnoException): EdgeError {
  const reason = systemReasons[error.code ?? ''] ?? (error.message || 'the connection failed');
  return new EdgeError('unreachable', `${where}: ${reason}`, { where, cause: error });
}
