import {
  type AnswerOf,
  type BodyOf,
  type ParamsOf,
  type QueryOf,
  type RouteName,
  type RouteSpec,
  routes,
} from './api.ts';
import { EdgeError, ErrorBody, type ErrorCode, errorTable } from './errors.ts';

/** What a caller says of a route: its path parameters, query and body, each only where the route has one. */
export type RequestParts<N extends RouteName> = (ParamsOf<N> extends undefined
  ? { params?: undefined }
  : { params: ParamsOf<N> }) &
  (QueryOf<N> extends undefined ? { query?: undefined } : { query?: QueryOf<N> }) &
  (BodyOf<N> extends undefined ? { body?: undefined } : { body: BodyOf<N> });

/** A request as any HTTP client can send it. */
export interface BuiltRequest {
  method: RouteSpec['method'];
  /** Path and query, beginning with a slash. */
  path: string;
  headers: Record<string, string>;
  /** JSON text; for a route with a media type of its own the very value that was given (bytes, a file, a stream). */
  body: unknown;
}

/** The request that calls a route. Throws `bad-request` when a parameter of the path is missing. */
export function buildRequest<N extends RouteName>(name: N, parts: RequestParts<N>): BuiltRequest {
  const route: RouteSpec = routes[name];
  const query = queryText((parts.query ?? {}) as Record<string, unknown>);
  const path = fillPath(name, route.path, (parts.params ?? {}) as Record<string, unknown>);
  const headers: Record<string, string> = { accept: route.answerType ?? 'application/json' };
  if (route.body === undefined) return { method: route.method, path: path + query, headers, body: undefined };
  headers['content-type'] = route.bodyType ?? 'application/json';
  const body = route.bodyType === undefined ? JSON.stringify(parts.body ?? {}) : parts.body;
  return { method: route.method, path: path + query, headers, body };
}

/** The answer of a route as its contract types it. Throws `corrupt` when the server sent something else. */
export function parseAnswer<N extends RouteName>(name: N, json: unknown): AnswerOf<N> {
  const parsed = routes[name].answer.safeParse(json);
  if (parsed.success) return parsed.data as AnswerOf<N>;
  const issue = parsed.error.issues[0];
  throw new EdgeError(
    'corrupt',
    `the answer to ${name} is not what its contract says: ${issue?.message ?? 'unreadable'}`,
    {
      where: `${routes[name].path} ${issue?.path.join('.') ?? ''}`.trim(),
      hint: 'Program and control plane are of different releases: use the same release for both.',
    },
  );
}

/** The error that an answer without success stands for; an answer that is no `ErrorBody` keeps its HTTP status. */
export function parseFailure(name: RouteName, httpStatus: number, json: unknown): EdgeError {
  const parsed = ErrorBody.safeParse(json);
  if (!parsed.success) {
    return new EdgeError(codeOfStatus(httpStatus), `${name} was answered with HTTP status ${httpStatus}`, {
      where: routes[name].path,
    });
  }
  const { code, message, where, hint, problems } = parsed.data.error;
  return new EdgeError(code in errorTable ? (code as ErrorCode) : codeOfStatus(httpStatus), message, {
    where,
    hint,
    problems: problems ?? [],
  });
}

function fillPath(name: RouteName, path: string, params: Readonly<Record<string, unknown>>): string {
  return path.replaceAll(/:([a-zA-Z0-9]+)/g, (_whole, key: string) => {
    const value = params[key];
    if (value === undefined || value === null || value === '') {
      throw new EdgeError('bad-request', `${name} needs the parameter ${key}`, { where: path });
    }
    return encodeURIComponent(String(value));
  });
}

function queryText(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  if (pairs.length === 0) return '';
  return `?${pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`).join('&')}`;
}

function codeOfStatus(httpStatus: number): ErrorCode {
  const found = Object.entries(errorTable).find(([, row]) => row.http === httpStatus);
  return found === undefined ? 'internal' : (found[0] as ErrorCode);
}
