import { z } from 'zod';

/** Every error that crosses a wire or reaches a user: HTTP status, exit code of the CLI, and the general remedy. */
export const errorTable = {
  'bad-request': { http: 400, exit: 2, hint: 'Correct the request and try again.' },
  'invalid-resource': { http: 422, exit: 2, hint: 'Correct the named field and apply again; nothing was changed.' },
  'invalid-yaml': { http: 422, exit: 2, hint: 'Correct the YAML at the named line and column; nothing was changed.' },
  'unknown-field': {
    http: 422,
    exit: 2,
    hint: 'Use the suggested field name; `orla describe kind KIND` lists all of them.',
  },
  'unresolved-variable': { http: 422, exit: 2, hint: 'Define the variable on the deployment, the site or the node.' },
  'invalid-flow': { http: 422, exit: 2, hint: 'Correct the named step; nothing was changed.' },
  'invalid-model': {
    http: 422,
    exit: 2,
    hint: 'Export the model again as ONNX and push it again; nothing was stored.',
  },
  unauthenticated: { http: 401, exit: 3, hint: 'Log in: `orla login`, or open the console.' },
  forbidden: { http: 403, exit: 3, hint: 'Ask an administrator for the role that this needs.' },
  'not-found': { http: 404, exit: 4, hint: 'Check the name with `orla get`.' },
  conflict: { http: 409, exit: 5, hint: 'It changed meanwhile: read it again and repeat the change.' },
  'in-use': { http: 409, exit: 5, hint: 'Remove what uses it first, or choose another name.' },
  'too-large': { http: 413, exit: 2, hint: 'Send less at once.' },
  'too-many': { http: 429, exit: 6, hint: 'Wait as long as Retry-After says, then repeat.' },
  'token-spent': { http: 401, exit: 3, hint: 'Make a new one: `orla enrol`.' },
  'manifest-refused': { http: 409, exit: 1, hint: 'See the reason; the node goes on with the manifest that it has.' },
  'port-in-use': { http: 500, exit: 7, hint: 'Choose another port, or stop what listens there.' },
  'disk-full': { http: 507, exit: 8, hint: 'Free space on the disk; work resumes by itself.' },
  'disk-failed': { http: 500, exit: 8, hint: 'Check the disk, and who may read and write the folder.' },
  corrupt: { http: 500, exit: 1, hint: 'Bytes differ from what was written: replace the file from a good copy.' },
  closed: { http: 503, exit: 6, hint: 'It was stopped; start it again.' },
  unreachable: { http: 503, exit: 6, hint: 'Check address, cable and firewall; Orla keeps trying.' },
  timeout: { http: 504, exit: 6, hint: 'Try again, or allow more time.' },
  'refused-by-equipment': {
    http: 502,
    exit: 1,
    hint: 'The equipment answered with an error: check address, type and permissions of the tag.',
  },
  'not-supported': { http: 501, exit: 2, hint: 'Use one of the supported forms that the message names.' },
  internal: { http: 500, exit: 1, hint: 'This is a defect of Orla: report it with the log of this minute.' },
} as const;

export type ErrorCode = keyof typeof errorTable;

/** The body of every answer that is not a success. */
export const ErrorBody = z.object({
  error: z.object({
    code: z.string().describe('Stable code; programs decide by it'),
    message: z.string().describe('What happened, one sentence'),
    where: z.string().optional().describe('File, line and column, field path, tag, node: as exact as known'),
    hint: z.string().describe('What to do'),
    problems: z
      .array(z.object({ where: z.string().optional(), message: z.string(), hint: z.string().optional() }))
      .optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

export interface Problem {
  where?: string | undefined;
  message: string;
  hint?: string | undefined;
}

/** The one class of operating errors: what happened, where, what to do. Bugs hit `assert` instead. */
export class EdgeError extends Error {
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly hint: string;
  readonly problems: readonly Problem[];

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      where?: string | undefined;
      hint?: string | undefined;
      cause?: unknown;
      problems?: readonly Problem[];
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EdgeError';
    this.code = code;
    this.where = options.where;
    this.hint = options.hint ?? errorTable[code].hint;
    this.problems = options.problems ?? [];
  }

  toBody(): ErrorBody {
    return {
      error: {
        code: this.code,
        message: this.message,
        hint: this.hint,
        ...(this.where === undefined ? {} : { where: this.where }),
        ...(this.problems.length === 0 ? {} : { problems: [...this.problems] }),
      },
    };
  }
}
